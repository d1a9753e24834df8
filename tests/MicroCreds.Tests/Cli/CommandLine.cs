using System.Text.Json.Nodes;
using MicroCreds.Cli;
using MicroCreds.Cli.Output;

namespace MicroCreds.Tests.Cli;

/// <summary>Runs <c>mcf</c> in this process and keeps what it wrote.</summary>
internal sealed record CommandLine(int ExitCode, string Output, string Error)
{
    /// <summary>Lines of standard output, each an object.</summary>
    public IReadOnlyList<JsonObject> Json => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    public static Task<CommandLine> RunAsync(params string[] args) => RunAsync(new Dictionary<string, string>(), args);

    public static async Task<CommandLine> RunAsync(IReadOnlyDictionary<string, string> variables, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost(output, error, name => variables.GetValueOrDefault(name), TimeProvider.System);
        var exitCode = await CommandTree.RunAsync(args, host, CancellationToken.None);
        return new(exitCode, output.ToString(), error.ToString());
    }
}
