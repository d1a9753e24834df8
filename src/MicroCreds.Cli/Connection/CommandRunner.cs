using System.CommandLine;
using Grpc.Core;
using MicroCreds.Cli.Output;

namespace MicroCreds.Cli.Connection;

/// <summary>A call on a node that a command makes.</summary>
/// <param name="Parsed">The command line.</param>
/// <param name="Output">Where the result goes.</param>
/// <param name="Node">The node.</param>
/// <param name="Institution">Institution asked; empty when none is named.</param>
internal sealed record NodeCall(ParseResult Parsed, CommandOutput Output, NodeClient Node, string Institution)
{
    /// <summary>Value of an option or argument that the parser has checked to be there.</summary>
    public T Required<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    /// <summary>Text of an option; empty when it is not given.</summary>
    public string Text(Option<string> option) => Parsed.GetValue(option) ?? "";
}

/// <summary>Runs what a command does and shows every failure in one way.</summary>
internal static class CommandRunner
{
    /// <summary>The option <c>--json</c>, for every command.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object, or one per line for lists and watches, and nothing else.", Recursive = true };

    /// <summary>Sets an action that needs no node. It answers the exit code.</summary>
    public static Command Does(this Command command, CommandHost host, Func<ParseResult, CommandOutput, CancellationToken, Task<int>> action)
    {
        command.SetAction((parsed, cancellationToken) => RunAsync(host, parsed, output => action(parsed, output, cancellationToken), cancellationToken));
        return command;
    }

    /// <summary>Sets an action on a node.</summary>
    public static Command Calls(this Command command, CommandHost host, Func<NodeCall, CancellationToken, Task> action)
    {
        command.SetAction((parsed, cancellationToken) => RunAsync(host, parsed, output => CallAsync(host, parsed, output, action, cancellationToken), cancellationToken));
        return command;
    }

    /// <summary>Runs an action on the node that the command line names. It answers the exit code.</summary>
    public static async Task<int> CallAsync(CommandHost host, ParseResult parsed, CommandOutput output, Func<NodeCall, CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        using var node = NodeOptions.Connect(parsed, host);
        try
        {
            await action(new(parsed, output, node, parsed.GetValue(NodeOptions.Institution) ?? ""), cancellationToken);
            return ExitCodes.Ok;
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            FailureReport.From(e, node.Address).Show(output);
            return ExitCodes.Failure;
        }
    }

    private static async Task<int> RunAsync(CommandHost host, ParseResult parsed, Func<CommandOutput, Task<int>> action, CancellationToken cancellationToken)
    {
        var output = new CommandOutput(host, parsed.GetValue(Json));
        try
        {
            return await action(output);
        }
        catch (CommandFailure failure)
        {
            FailureReport.From(failure).Show(output);
            return failure.ExitCode;
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException && cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Failure;
        }
    }
}
