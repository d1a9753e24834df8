using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Storage;

/// <summary>Holds and releases the streams of one institution, and takes its own statements back.</summary>
internal sealed class StreamRecoveryStore(StoreDatabase database) : IStreamRecoveryStore
{
    /// <inheritdoc/>
    public Task<StreamHold?> HoldAsync(OrganisationId partner, CancellationToken cancellationToken) =>
        database.ReadAsync(session => HoldRows.Of(session, partner), cancellationToken);

    /// <inheritdoc/>
    public Task<long> WaitForHoldAsync(long seen, CancellationToken cancellationToken) => database.Holds.WaitBeyondAsync(seen, cancellationToken);

    /// <inheritdoc/>
    public Task<Result<StreamStanding>> CompareAsync(OrganisationId partner, StreamHead held, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync<StreamStanding>(transaction => Compare(transaction.Session, partner, held, at), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<StreamHead>> TakeBackAsync(OrganisationId partner, ImmutableArray<ReturnedStatement> statements, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => TakeBack(transaction, partner, statements, at), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<StoredStatement>> ReceivedAsync(OrganisationId partner, int epoch, long afterSequence, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Query(
                """
                SELECT i.epoch, i.sequence, i.digest, s.jws, s.disclosures FROM incoming i JOIN statement s ON s.digest = i.digest
                WHERE i.partner = $1 AND i.epoch = $2 AND i.sequence > $3 ORDER BY i.sequence LIMIT $4
                """,
                r => StatementRows.StatementOf(r, 0), partner.Value, epoch, afterSequence, limit).ToImmutableArray(),
            cancellationToken);

    /// <summary>Holds every stream until its partner has said how far it holds it.</summary>
    internal Task<Result<StreamHoldReason>> HoldAllAsync(DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync<StreamHoldReason>(
            transaction =>
            {
                HoldRows.HoldAll(transaction.Session, at);
                transaction.StreamsHeld = true;
                return StreamHoldReason.Restored;
            },
            cancellationToken);

    /// <summary>Releases a stream on the word of the operator; answers what held it. A contradiction stays.</summary>
    internal Task<Result<StreamStanding>> ReleaseAsync(OrganisationId partner, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync<StreamStanding>(
            transaction =>
            {
                var hold = HoldRows.Of(transaction.Session, partner);
                if (hold is { Reason: not StreamHoldReason.Contradicted }) HoldRows.Release(transaction.Session, partner, at);
                return new StreamStanding(StatementRows.OutgoingHead(transaction.Session, partner), hold?.Reason, hold is { Reason: not StreamHoldReason.Contradicted });
            },
            cancellationToken);

    private static StreamStanding Compare(StoreSession session, OrganisationId partner, StreamHead held, DateTimeOffset at)
    {
        var (own, before) = (StatementRows.OutgoingHead(session, partner), HoldRows.Of(session, partner));
        StreamHoldReason? reason = held.Sequence == 0 ? null
            : held.Epoch != own.Epoch ? StreamHoldReason.Contradicted
            // A contradiction is not settled by what comes after it; a newer copy that is put back begins without it.
            : held.Sequence > own.Sequence ? before?.Reason == StreamHoldReason.Contradicted ? StreamHoldReason.Contradicted : StreamHoldReason.Behind
            : StatementRows.SentAt(session, partner, held) == held.Head ? null : StreamHoldReason.Contradicted;
        if (reason is { } hold && before?.Reason != hold) HoldRows.Hold(session, partner, hold, at);
        if (reason is null && before is not null) HoldRows.Release(session, partner, at);
        return new StreamStanding(own, reason, Released: reason is null && before is not null);
    }

    private static Result<StreamHead> TakeBack(WriteTransaction transaction, OrganisationId partner, ImmutableArray<ReturnedStatement> statements, DateTimeOffset at)
    {
        var session = transaction.Session;
        var head = StatementRows.OutgoingHead(session, partner);
        foreach (var (received, version, body) in statements)
        {
            var position = received.Position;
            if (position != new StreamPosition(head.Epoch, head.Sequence + 1, head.Head)) return StatementStore.Gap(partner, head, position);
            StatementRows.Append(session, partner, received.Digest, received.Case, received.Kind, received.Statement, position, at);
            // A request for information says nothing that a later statement could contradict.
            if (!Rebuilt(transaction, body) && received.Kind != StatementKind.InformationRequested) session.Execute(
                "INSERT INTO returned_statement (partner, case_id, digest, version, returned_time) VALUES ($1, $2, $3, $4, $5)",
                partner.Value, received.Case.Value, received.Digest.Value, version, at);
            head = new StreamHead(position.Epoch, position.Sequence, received.Digest);
        }
        return head;
    }

    /// <summary>Adds what a statement says to its case; false when there is no such case, or nothing that can follow what it knows.</summary>
    private static bool Rebuilt(WriteTransaction transaction, StatementBody? said)
    {
        if (said is null || CaseRows.Find(transaction.Session, said.Case) is not { } known || CaseReturn.Of(known, said) is not { } returned) return false;
        CaseRows.Update(transaction, CaseFold.Apply(known, returned.Events), returned);
        return true;
    }
}
