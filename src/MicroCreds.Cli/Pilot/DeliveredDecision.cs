using System.Text.Json.Nodes;
using Grpc.Core;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Pilot;

/// <summary>A decision on its way from the node that decided to the node that submitted.</summary>
internal sealed class DeliveredDecision(string caseId)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(20);

    private StatementEvidence? _sent;
    private StatementEvidence? _received;

    /// <summary>Case.</summary>
    public string CaseId { get; } = caseId;
    /// <summary>Outcome in snake_case.</summary>
    public required string Outcome { get; init; }
    /// <summary><c>rule</c> or <c>officer</c>.</summary>
    public required string DecidedBy { get; init; }
    /// <summary>Credits claimed, in hundredths.</summary>
    public required int ClaimedHundredths { get; init; }
    /// <summary>Credits granted, in hundredths.</summary>
    public required int GrantedHundredths { get; init; }

    /// <summary>Digest of the statement as the deciding node holds it; empty before delivery.</summary>
    public string DigestAtSender => _sent?.Digest ?? "";
    /// <summary>Digest of the statement as the submitting node holds it; empty before delivery.</summary>
    public string DigestAtReceiver => _received?.Digest ?? "";
    /// <summary>Digest of the receipt, when both sides hold the same; else empty.</summary>
    public string ReceiptDigest => _sent is not null && _received is not null && _sent.ReceiptDigest == _received.ReceiptDigest ? _sent.ReceiptDigest : "";
    /// <summary>Number in the stream; 0 before delivery.</summary>
    public long Sequence => _received?.Sequence ?? 0;

    /// <summary>Whether both sides hold the same statement and the same receipt, byte for byte.</summary>
    public bool Agree => _sent is { } sent && _received is { } received && sent.Digest == received.Digest && sent.Statement.Jws.Equals(received.Statement.Jws)
        && !sent.Receipt.IsEmpty && sent.Receipt.Equals(received.Receipt) && sent.ReceiptDigest == received.ReceiptDigest;

    /// <summary>Waits until both sides hold the statement with its receipt.</summary>
    /// <exception cref="CommandFailure">It did not happen in time.</exception>
    public async Task WaitAsync(PilotNode sender, PilotNode receiver, TimeProvider clock, CancellationToken cancellationToken)
    {
        var deadline = clock.GetUtcNow() + DeliveryTimeout;
        while (true)
        {
            (_sent, _received) = (await EvidenceAsync(sender, cancellationToken), await EvidenceAsync(receiver, cancellationToken));
            if (_sent is { Receipt.IsEmpty: false } && _received is { Receipt.IsEmpty: false }) return;
            if (clock.GetUtcNow() > deadline)
                throw CommandFailure.Of($"The decision is not delivered after {DeliveryTimeout.TotalSeconds:0} seconds: {sender.Institution.Organisation} {Describe(_sent)}, {receiver.Institution.Organisation} {Describe(_received)}.", "The logs of both nodes say why.", receiver.LogFile);
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>The receiver's evidence as a file for <c>mcf verify</c>.</summary>
    public byte[] Export() => EvidenceCommand.Export(_received ?? throw new InvalidOperationException("The decision is not delivered."));

    /// <summary>The decision in the summary.</summary>
    public JsonObject ToJson() => new()
    {
        ["case"] = CaseId, ["outcome"] = Outcome, ["decidedBy"] = DecidedBy, ["claimedEctsHundredths"] = ClaimedHundredths, ["grantedEctsHundredths"] = GrantedHundredths,
        ["digestAtSender"] = DigestAtSender, ["digestAtReceiver"] = DigestAtReceiver, ["receiptDigest"] = ReceiptDigest,
    };

    private async Task<StatementEvidence?> EvidenceAsync(PilotNode node, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await node.Client.Recognition.GetEvidenceAsync(new() { Institution = node.Institution.Organisation.Value, CaseId = CaseId }, node.Client.Call(cancellationToken));
            return answer.Statements.LastOrDefault();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            // The submitter's node knows a case from the first statement about it.
            return null;
        }
    }

    private static string Describe(StatementEvidence? evidence) => evidence is null ? "holds no statement" : evidence.Receipt.IsEmpty ? "holds the statement without a receipt" : "holds statement and receipt";
}
