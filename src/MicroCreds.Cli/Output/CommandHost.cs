namespace MicroCreds.Cli.Output;

/// <summary>What a command sees of the machine. Tests give their own.</summary>
/// <param name="Output">Standard output: results, and nothing else when <c>--json</c> is given.</param>
/// <param name="Error">Standard error: progress and, for people, failures.</param>
/// <param name="Variable">Environment variable by name; null when it is not set.</param>
/// <param name="Clock">Time.</param>
internal sealed record CommandHost(TextWriter Output, TextWriter Error, Func<string, string?> Variable, TimeProvider Clock)
{
    /// <summary>The real machine.</summary>
    public static CommandHost System { get; } = new(Console.Out, Console.Error, Environment.GetEnvironmentVariable, TimeProvider.System);
}
