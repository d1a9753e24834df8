using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Tests.Services.Exchange.Simulation;

/// <summary>Wrong ways to build the exchange. The checker must find each of them.</summary>
public enum PlantedBug
{
    /// <summary>As it is.</summary>
    None,
    /// <summary>The receiver moves its cursor in one transaction and stores the statements in the next.</summary>
    CursorBeforeStatements,
    /// <summary>The receiver takes a statement it holds for a new one.</summary>
    DuplicateAsNew,
    /// <summary>The sender signs again when it sends again.</summary>
    SignsAgain,
    /// <summary>The sender commits the decision in one transaction and queues the statement in the next.</summary>
    DecisionBeforeStatement,
    /// <summary>The sender answers a receipt as kept and forgets it.</summary>
    ReceiptForgotten,
    /// <summary>A decision is taken again when the answer to it was lost.</summary>
    DecidesTwice,
}

/// <summary>
/// What survives a crash of a node in the simulation. Each method is one transaction: it gives way before it and after it, so that a crash can
/// come at either side. The rules of streams are those of the domain.
/// </summary>
internal sealed class MemoryStatementStore(Scheduler scheduler, OrganisationId owner, StatementSigner sign, PlantedBug bug) : IStatementStore
{
    private readonly Dictionary<OrganisationId, List<StoredStatement>> _outgoing = [];
    private readonly Dictionary<OrganisationId, (StreamHead UpTo, string Receipt)> _acknowledged = [];
    private readonly Dictionary<OrganisationId, (StreamHead Head, string Receipt)> _incoming = [];
    private readonly Dictionary<(OrganisationId, long), StatementDraft> _drafts = [];
    private readonly Dictionary<string, CaseId> _answered = [];
    private TaskCompletionSource _grown = new();
    private long _commits;

    /// <summary>Statements kept from each partner, as they lie in the store.</summary>
    public Dictionary<OrganisationId, List<ReceivedStatement>> Received { get; } = [];

    /// <summary>Every statement that was ever committed for a partner.</summary>
    public IReadOnlyList<StoredStatement> Sent(OrganisationId partner) => _outgoing.GetValueOrDefault(partner, []);

    /// <summary>Decisions committed, by case.</summary>
    public Dictionary<CaseId, int> Decisions { get; } = [];

    public (StreamHead UpTo, string Receipt) Acknowledged(OrganisationId partner) => _acknowledged.GetValueOrDefault(partner, (StreamHead.Empty, ""));

    public (StreamHead Head, string Receipt) Incoming(OrganisationId partner) => _incoming.GetValueOrDefault(partner, (StreamHead.Empty, ""));

    /// <summary>Decides a case: decision, statement and request id in one transaction. The same request id is answered and not carried out again.</summary>
    public async Task DecideAsync(string requestId, CaseId id, OrganisationId partner)
    {
        await scheduler.StepAsync();
        if (bug == PlantedBug.DecidesTwice || !_answered.ContainsKey(requestId))
        {
            _answered[requestId] = id;
            Decisions[id] = Decisions.GetValueOrDefault(id) + 1;
            if (bug == PlantedBug.DecisionBeforeStatement) await scheduler.StepAsync();
            Queue(new StatementDraft(partner, StatementKind.Decided, id, 1, 0, "{}"u8.ToArray(), [], scheduler.GetUtcNow()));
        }

        await scheduler.StepAsync();
    }

    public async Task<ImmutableArray<StoredStatement>> OutgoingAsync(OrganisationId partner, int epoch, long afterSequence, int limit, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        ImmutableArray<StoredStatement> sent = [.. Sent(partner).Skip((int)afterSequence).Take(limit)];
        return bug != PlantedBug.SignsAgain ? sent
            : [.. sent.Select(s => s with { Statement = sign(_drafts[(partner, s.Sequence)], new StreamPosition(1, s.Sequence, s.Sequence == 1 ? null : Sent(partner)[(int)s.Sequence - 2].Digest)) })];
    }

    public async Task<ImmutableArray<OutgoingStream>> OutgoingStreamsAsync(CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        return [.. _outgoing.Keys.OrderBy(p => p.Value, StringComparer.Ordinal).Select(StreamTo)];
    }

    public async Task<long> WaitForOutgoingAsync(long seen, CancellationToken cancellationToken)
    {
        while (_commits <= seen) await _grown.Task;
        return _commits;
    }

    public async Task<IncomingStream> IncomingStreamAsync(OrganisationId partner, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        return StreamFrom(partner);
    }

    public async Task<Result<IncomingStream>> ReceiveAsync(
        OrganisationId partner, ImmutableArray<ReceivedStatement> statements, Func<StreamHead, string> signReceipt, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        var kept = Received.TryGetValue(partner, out var list) ? list : Received[partner] = [];
        var head = Incoming(partner).Head;
        if (StreamReceiver.Place(head, statements, n => kept[(int)n - 1].Digest).Failed(out var problem, out var placed)) return problem;
        var fresh = bug == PlantedBug.DuplicateAsNew && statements.Length > 0 ? [.. placed.New, statements[^1]] : placed.New;
        if (fresh.IsEmpty) return StreamFrom(partner);
        _incoming[partner] = (placed.Head, signReceipt(placed.Head));
        if (bug == PlantedBug.CursorBeforeStatements) await scheduler.StepAsync();
        kept.AddRange(fresh);
        await scheduler.StepAsync();
        return StreamFrom(partner);
    }

    public async Task<Result<OutgoingStream>> RecordReceiptAsync(OrganisationId partner, StreamHead upTo, string receipt, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        await scheduler.StepAsync();
        if (upTo.Sequence > Sent(partner).Count || Sent(partner)[(int)upTo.Sequence - 1].Digest != upTo.Head)
            return Problem.Of(ProblemCode.StreamEquivocation, $"The receipt of {partner} is for another stream.");
        if (upTo.Sequence > Acknowledged(partner).UpTo.Sequence && bug != PlantedBug.ReceiptForgotten) _acknowledged[partner] = (upTo, receipt);
        await scheduler.StepAsync();
        return StreamTo(partner);
    }

    public Task<ImmutableArray<StatementEvidence>> EvidenceAsync(CaseId id, CancellationToken cancellationToken) => throw new NotSupportedException($"{owner} is not asked for evidence here.");

    private void Queue(StatementDraft draft)
    {
        var sent = _outgoing.TryGetValue(draft.Audience, out var list) ? list : _outgoing[draft.Audience] = [];
        var statement = sign(draft, new StreamPosition(1, sent.Count + 1, sent.Count == 0 ? null : sent[^1].Digest));
        sent.Add(new StoredStatement(1, sent.Count + 1, statement.Digest, statement));
        _drafts[(draft.Audience, sent.Count)] = draft;
        _commits++;
        var grown = _grown;
        _grown = new TaskCompletionSource();
        Scheduler.Complete(grown.SetResult);
    }

    private OutgoingStream StreamTo(OrganisationId partner) => new(
        partner, new StreamHead(1, Sent(partner).Count, Sent(partner) is [.., var last] ? last.Digest : null), Acknowledged(partner).UpTo, Acknowledged(partner).Receipt, null);

    private IncomingStream StreamFrom(OrganisationId partner) => new(partner, Incoming(partner).Head, Incoming(partner).Receipt);
}
