namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>Something a hostile caller does.</summary>
/// <param name="Name">Name in the table.</param>
/// <param name="Sent">What is sent when it is made whole.</param>
/// <param name="RunAsync">Does it; ends when all is sent or refused.</param>
internal sealed record Attack(string Name, string Sent, Func<Siege, Task> RunAsync)
{
    /// <summary>Every attack.</summary>
    public static IReadOnlyList<Attack> All { get; } = [.. SilentAttacks.All, .. FloodAttacks.All, .. MalformedAttacks.All];
}
