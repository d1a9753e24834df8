namespace MicroCreds.Console;

/// <summary>An institution whose office uses the console.</summary>
/// <param name="Organisation">SCHAC id, for example <c>uni-a.example</c>.</param>
/// <param name="Name">Name shown at the top of every page.</param>
public sealed record ConsoleInstitution(string Organisation, string Name);
