using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Storage;

/// <summary>Keeps the streams of one institution. Statements to partners are written by <see cref="CaseStore"/>.</summary>
internal sealed class StatementStore(StoreDatabase database, OrganisationId institution, TimeProvider clock) : IStatementStore
{
    private const string SelectStreams =
        """
        SELECT s.epoch, s.sequence, s.head, s.epoch, s.acknowledged_sequence, acknowledged.digest, r.receipt, s.partner,
          (SELECT t.stored_time FROM outgoing o JOIN statement t ON t.digest = o.digest
           WHERE o.partner = s.partner AND o.epoch = s.epoch AND o.sequence = s.acknowledged_sequence + 1)
        FROM outgoing_stream s
        LEFT JOIN outgoing acknowledged ON acknowledged.partner = s.partner AND acknowledged.epoch = s.epoch AND acknowledged.sequence = s.acknowledged_sequence
        LEFT JOIN outgoing_receipt r ON r.partner = s.partner AND r.epoch = s.epoch AND r.up_to_sequence = s.acknowledged_sequence
        WHERE s.epoch = (SELECT max(epoch) FROM outgoing_stream newest WHERE newest.partner = s.partner)
        """;

    /// <inheritdoc/>
    public Task<ImmutableArray<StoredStatement>> OutgoingAsync(OrganisationId partner, int epoch, long afterSequence, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Query(
                """
                SELECT o.epoch, o.sequence, o.digest, s.jws, s.disclosures FROM outgoing o JOIN statement s ON s.digest = o.digest
                WHERE o.partner = $1 AND o.epoch = $2 AND o.sequence > $3 ORDER BY o.sequence LIMIT $4
                """,
                r => StatementRows.StatementOf(r, 0), partner.Value, epoch, afterSequence, limit).ToImmutableArray(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<OutgoingStream>> OutgoingStreamsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(OutgoingStreams, cancellationToken);

    /// <summary>The newest epoch of every stream to a partner.</summary>
    internal static ImmutableArray<OutgoingStream> OutgoingStreams(StoreSession session) => [.. session.Query(SelectStreams + " ORDER BY s.partner", StreamOf)];

    /// <inheritdoc/>
    public Task<long> WaitForOutgoingAsync(long seen, CancellationToken cancellationToken) => database.Outgoing.WaitBeyondAsync(seen, cancellationToken);

    /// <inheritdoc/>
    public Task<IncomingStream> IncomingStreamAsync(OrganisationId partner, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Incoming(session, partner), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<IncomingStream>> ReceiveAsync(
        OrganisationId partner, ImmutableArray<ReceivedStatement> statements, Func<StreamHead, string> sign, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        foreach (var statement in statements)
            if (statement.Digest != statement.Statement.Digest) throw new ArgumentException($"The digest {statement.Digest} is not the digest of the statement's bytes.", nameof(statements));
        return database.WriteAsync(transaction => Receive(transaction, partner, statements, sign, receivedAt), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<OutgoingStream>> RecordReceiptAsync(OrganisationId partner, StreamHead upTo, string receipt, DateTimeOffset receivedAt, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => RecordReceipt(transaction, partner, upTo, receipt, receivedAt), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<StatementEvidence>> EvidenceAsync(CaseId id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Query(
                """
                SELECT o.epoch, o.sequence, o.digest, s.jws, s.disclosures, 1 AS sent, o.partner, s.stored_time,
                  (SELECT r.receipt FROM outgoing_receipt r WHERE r.partner = o.partner AND r.epoch = o.epoch AND r.up_to_sequence >= o.sequence ORDER BY r.up_to_sequence LIMIT 1)
                FROM statement s JOIN outgoing o ON o.digest = s.digest WHERE s.case_id = $1
                UNION ALL
                SELECT i.epoch, i.sequence, i.digest, s.jws, s.disclosures, 0, i.partner, s.stored_time,
                  (SELECT r.receipt FROM incoming_receipt r WHERE r.partner = i.partner AND r.epoch = i.epoch AND r.up_to_sequence >= i.sequence ORDER BY r.up_to_sequence LIMIT 1)
                FROM statement s JOIN incoming i ON i.digest = s.digest WHERE s.case_id = $1
                ORDER BY 8, 6 DESC, 7, 1, 2
                """,
                r =>
                {
                    var (sent, partner) = (r.GetInt64(5) == 1, OrganisationId.Parse(r.GetString(6)));
                    return new StatementEvidence(
                        sent ? institution : partner, sent ? partner : institution, StatementRows.StatementOf(r, 0), r.IsDBNull(8) ? "" : r.GetString(8), StoreSession.InstantOf(r, 7));
                },
                id.Value).ToImmutableArray(),
            cancellationToken);

    private Result<IncomingStream> Receive(
        WriteTransaction transaction, OrganisationId partner, ImmutableArray<ReceivedStatement> statements, Func<StreamHead, string> sign, DateTimeOffset receivedAt)
    {
        var session = transaction.Session;
        var head = StatementRows.IncomingHead(session, partner);
        var fresh = ImmutableArray.CreateBuilder<ReceivedStatement>();
        foreach (var received in statements)
        {
            var position = received.Position;
            var next = position.Epoch == head.Epoch && position.Sequence == head.Sequence + 1;
            // What a place holds already: for the next place that is the statement before it, which the sender names as its predecessor.
            var (sequence, kept, claimed) = next
                ? (head.Sequence, head.Head, position.Previous)
                : (position.Sequence, Kept(session, fresh, partner, position), received.Digest);
            if (kept is null && !next) return Gap(partner, head, position);
            if (kept != claimed)
            {
                // A first statement that names a predecessor contradicts nothing we hold; it only cannot follow.
                if (kept is null || claimed is null) return Gap(partner, head, position);
                StatementRows.KeepEvidence(session, "incoming", partner, position.Epoch, sequence, kept, claimed, received.Statement.Jws, clock.GetUtcNow());
                transaction.KeepOnProblem = true;
                return Equivocation(partner, position.Epoch, sequence, kept, claimed);
            }
            if (!next) continue;
            fresh.Add(received);
            head = new StreamHead(position.Epoch, position.Sequence, received.Digest);
        }
        if (fresh.Count == 0) return Incoming(session, partner);

        foreach (var received in fresh) StatementRows.Receive(session, partner, received, receivedAt);
        var receipt = sign(head);
        session.Execute(
            "INSERT INTO incoming_receipt (partner, epoch, up_to_sequence, receipt, given_time) VALUES ($1, $2, $3, $4, $5)",
            partner.Value, head.Epoch, head.Sequence, receipt, receivedAt);
        return new IncomingStream(partner, head, receipt);
    }

    private Result<OutgoingStream> RecordReceipt(WriteTransaction transaction, OrganisationId partner, StreamHead upTo, string receipt, DateTimeOffset receivedAt)
    {
        var session = transaction.Session;
        if (upTo.Sequence > 0)
        {
            var sent = StatementRows.SentAt(session, partner, upTo);
            if (sent is null)
            {
                HoldRows.Hold(session, partner, StreamHoldReason.Behind, clock.GetUtcNow());
                transaction.KeepOnProblem = true;
                return Unsent(partner, upTo, StatementRows.OutgoingHead(session, partner));
            }
            if (upTo.Head is not { } named) throw new ArgumentException("A receipt for a statement names its digest.", nameof(upTo));
            if (named != sent)
            {
                StatementRows.KeepEvidence(session, "outgoing", partner, upTo.Epoch, upTo.Sequence, sent, named, receipt, clock.GetUtcNow());
                HoldRows.Hold(session, partner, StreamHoldReason.Contradicted, clock.GetUtcNow());
                transaction.KeepOnProblem = true;
                return Equivocation(partner, upTo.Epoch, upTo.Sequence, sent, named);
            }
            var grown = session.Changed(
                "UPDATE outgoing_stream SET acknowledged_sequence = $3 WHERE partner = $1 AND epoch = $2 AND acknowledged_sequence < $3", partner.Value, upTo.Epoch, upTo.Sequence);
            if (grown > 0)
            {
                session.Execute(
                    "INSERT INTO outgoing_receipt (partner, epoch, up_to_sequence, receipt, received_time) VALUES ($1, $2, $3, $4, $5)",
                    partner.Value, upTo.Epoch, upTo.Sequence, receipt, receivedAt);
            }
        }
        return session.First(SelectStreams + " AND s.partner = $1", StreamOf, partner.Value) ?? new OutgoingStream(partner, StreamHead.Empty, StreamHead.Empty, "", null);
    }

    /// <summary>Digest at a place that was received before, or earlier in the same call.</summary>
    private static Sha256Digest? Kept(StoreSession session, ImmutableArray<ReceivedStatement>.Builder fresh, OrganisationId partner, StreamPosition place) =>
        fresh.FirstOrDefault(s => s.Position.Epoch == place.Epoch && s.Position.Sequence == place.Sequence)?.Digest
        ?? session.First(
            "SELECT digest FROM incoming WHERE partner = $1 AND epoch = $2 AND sequence = $3", r => Sha256Digest.Parse(r.GetString(0)), partner.Value, place.Epoch, place.Sequence);

    private static IncomingStream Incoming(StoreSession session, OrganisationId partner)
    {
        var head = StatementRows.IncomingHead(session, partner);
        var receipt = session.First(
            "SELECT receipt FROM incoming_receipt WHERE partner = $1 AND epoch = $2 AND up_to_sequence = $3", r => r.GetString(0), partner.Value, head.Epoch, head.Sequence);
        return new IncomingStream(partner, head, receipt ?? "");
    }

    private static OutgoingStream StreamOf(DbDataReader r) => new(
        OrganisationId.Parse(r.GetString(7)), StatementRows.HeadOf(r, 0), StatementRows.HeadOf(r, 3), r.IsDBNull(6) ? "" : r.GetString(6), r.IsDBNull(8) ? null : StoreSession.InstantOf(r, 8));

    internal static Problem Gap(OrganisationId partner, StreamHead head, StreamPosition place) =>
        Problem.Of(
            ProblemCode.StreamGap, $"Statement {place.Sequence} of epoch {place.Epoch} from {partner} does not follow statement {head.Sequence} of epoch {head.Epoch}, the last one received. Send from there.",
            ("partner", partner.Value), ("epoch", Text(place.Epoch)), ("sequence", Text(place.Sequence)), ("head_epoch", Text(head.Epoch)), ("head_sequence", Text(head.Sequence)));

    private static Problem Unsent(OrganisationId partner, StreamHead upTo, StreamHead head) =>
        Problem.Of(
            ProblemCode.StreamGap,
            $"{partner} acknowledges statement {upTo.Sequence} of epoch {upTo.Epoch}, but the last one kept here is {head.Sequence} of epoch {head.Epoch}. This store may have been put back from an old copy: nothing is signed to {partner} until that is settled.",
            ("partner", partner.Value), ("epoch", Text(upTo.Epoch)), ("sequence", Text(upTo.Sequence)), ("head_epoch", Text(head.Epoch)), ("head_sequence", Text(head.Sequence)));

    private static Problem Equivocation(OrganisationId partner, int epoch, long sequence, Sha256Digest stored, Sha256Digest other) =>
        Problem.Of(
            ProblemCode.StreamEquivocation, $"Statement {sequence} of epoch {epoch} in the stream with {partner} has two digests, {stored} and {other}. Both are kept as evidence; nothing else was stored.",
            ("partner", partner.Value), ("epoch", Text(epoch)), ("sequence", Text(sequence)), ("stored_digest", stored.Value), ("other_digest", other.Value));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
