using System.CommandLine;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Streams;

/// <summary><c>mcf stream list</c>: how far every stream has come, and who is behind.</summary>
internal static class StreamCommands
{
    /// <summary>Heads of all streams. With <c>--json</c> each line adds <c>direction</c> to the head.</summary>
    public static Command List(CommandHost host) => new Command("list", "List the streams to and from each partner with their receipts.").Calls(host, async (call, cancellationToken) =>
    {
        var heads = await call.Node.Exchange.GetHeadsAsync(new() { Institution = call.Institution }, call.Node.Call(cancellationToken));
        var all = heads.Outgoing.Select(head => ("outgoing", head)).Concat(heads.Incoming.Select(head => ("incoming", head))).ToList();
        if (call.Output.Json)
            foreach (var (direction, head) in all)
                call.Output.Write(new JsonObject { ["direction"] = direction, ["head"] = CommandOutput.Node(head) }, _ => { });
        else
            call.Output.People.Write(Table(all));
    });

    private static Spectre.Console.Table Table(IEnumerable<(string Direction, StreamHead Head)> heads)
    {
        var table = Tables.Of("direction", "from", "to", "epoch", "last", "receipted", "waiting since", "head");
        foreach (var (direction, head) in heads)
            table.Row(direction, head.Issuer, head.Audience, $"{head.Epoch}", $"{head.Sequence}", $"{head.ReceiptedSequence}", PlainText.Of(head.OldestUnreceiptedTime), head.HeadDigest);
        return table;
    }
}
