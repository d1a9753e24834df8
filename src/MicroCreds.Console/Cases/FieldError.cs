namespace MicroCreds.Console.Cases;

/// <summary>What is wrong with a field of a form.</summary>
/// <param name="Field">Name of the field in the form; empty when it is about the form as a whole.</param>
/// <param name="Message">What to do.</param>
public sealed record FieldError(string Field, string Message);
