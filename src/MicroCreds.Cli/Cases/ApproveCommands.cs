using System.CommandLine;
using MicroCreds.Cli.Output;

namespace MicroCreds.Cli.Cases;

/// <summary><c>mcf case approve|send-back</c>: the second officer of a decision. Both need the etag: what is approved is what was seen.</summary>
internal static class ApproveCommands
{
    /// <summary>Approves what another officer proposed.</summary>
    public static Command Approve(CommandHost host) => CaseVerbCommands.Verb(
        host, "approve", "Approve the decision that another officer proposed, as it was seen (--etag); it takes effect.",
        async (call, change, cancellationToken) => (await call.Node.Assessment.ApproveDecisionAsync(new() { Change = change }, call.Node.Call(cancellationToken))).RecognitionCase);

    /// <summary>Sends it back, or takes it back.</summary>
    public static Command SendBack(CommandHost host)
    {
        var reason = new Option<string>("--reason") { Description = "Why; stays in the office.", Required = true };
        return CaseVerbCommands.Verb(
            host, "send-back", "Send a proposed decision back with a reason, or take back one's own (--etag).", async (call, change, cancellationToken) =>
                (await call.Node.Assessment.SendBackDecisionAsync(new() { Change = change, Reason = call.Text(reason) }, call.Node.Call(cancellationToken))).RecognitionCase, reason);
    }
}
