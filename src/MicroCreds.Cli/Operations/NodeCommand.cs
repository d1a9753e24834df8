using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;

namespace MicroCreds.Cli.Operations;

/// <summary><c>mcf node</c>: operations on the stores of a node on this machine, done by the node's own program, which alone knows them.</summary>
internal static class NodeCommand
{
    /// <summary>The command.</summary>
    public static Command Make(CommandHost host) =>
        new Command("node", "Operate the stores of a node on this machine: check, status, backup, restore, hold, release, move, token, support-bundle; `mcf node help` says more. The line is handed to the node's program (MCF_NODE_PROGRAM).")
        {
            TreatUnmatchedTokensAsErrors = false,
        }.Does(host, (parsed, _, cancellationToken) =>
        {
            // The verb and all its options are the program's; --json alone is known here, for every command.
            var line = parsed.UnmatchedTokens is [] or ["help", ..] ? ["check", "--help"] : parsed.UnmatchedTokens;
            return RunAsync(host, [.. line, .. parsed.GetValue(CommandRunner.Json) ? ["--json"] : Array.Empty<string>()], cancellationToken);
        });

    private static async Task<int> RunAsync(CommandHost host, IReadOnlyList<string> line, CancellationToken cancellationToken)
    {
        var program = NodeProgram.Find(null, host);
        var start = NodeProgram.Start(program);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        foreach (var word in line) start.ArgumentList.Add(word);
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw CommandFailure.Of($"The node's program cannot be started: {e.Message}", $"Name it with {NodeProgram.Variable}, and check that dotnet is in PATH.", program, e);
        }
        await Task.WhenAll(CopyAsync(process.StandardOutput, host.Output), CopyAsync(process.StandardError, host.Error));
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    // To its end, also when this program is to end: an interrupt reaches both, and what the other says last is the answer.
    private static async Task CopyAsync(StreamReader from, TextWriter to)
    {
        while (await from.ReadLineAsync(CancellationToken.None) is { } line) await to.WriteLineAsync(line);
    }
}
