using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Statements;

/// <summary>Keeps the streams of one institution, to and from each partner. Statements to partners are written by the case store, in the case's own transaction.</summary>
public interface IStatementStore
{
    /// <summary>Statements to <paramref name="partner"/> after a number, in order, at most <paramref name="limit"/>.</summary>
    Task<ImmutableArray<StoredStatement>> OutgoingAsync(OrganisationId partner, int epoch, long afterSequence, int limit, CancellationToken cancellationToken);

    /// <summary>Head of every outgoing stream with the last receipt for it.</summary>
    Task<ImmutableArray<OutgoingStream>> OutgoingStreamsAsync(CancellationToken cancellationToken);

    /// <summary>Completes when an outgoing stream has grown since <paramref name="seen"/> commits; answers the new count.</summary>
    Task<long> WaitForOutgoingAsync(long seen, CancellationToken cancellationToken);

    /// <summary>How far the stream from <paramref name="partner"/> was received, with the receipt given for it.</summary>
    Task<IncomingStream> IncomingStreamAsync(OrganisationId partner, CancellationToken cancellationToken);

    /// <summary>
    /// Stores verified statements from a partner, moves the cursor and stores the receipt in one transaction. <paramref name="statements"/> must follow
    /// the cursor without a gap. A statement that is already stored with the same digest is passed over; with another digest the call fails with
    /// <see cref="ProblemCode.StreamEquivocation"/> and keeps both digests as evidence; a gap fails with <see cref="ProblemCode.StreamGap"/>.
    /// When nothing is new the stored receipt is answered, byte for byte.
    /// </summary>
    /// <param name="partner">Sender.</param>
    /// <param name="statements">Verified statements in order.</param>
    /// <param name="sign">Signs the receipt for the new head; pure, called inside the transaction.</param>
    /// <param name="receivedAt">When they arrived.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Result<IncomingStream>> ReceiveAsync(
        OrganisationId partner, ImmutableArray<ReceivedStatement> statements, Func<StreamHead, string> sign, DateTimeOffset receivedAt, CancellationToken cancellationToken);

    /// <summary>Stores a partner's receipt for what was sent to it. A receipt for less than is stored already changes nothing; the same one again changes nothing.</summary>
    Task<Result<OutgoingStream>> RecordReceiptAsync(OrganisationId partner, StreamHead upTo, string receipt, DateTimeOffset receivedAt, CancellationToken cancellationToken);

    /// <summary>Every statement about a case, sent or received, with the receipt that covers it.</summary>
    Task<ImmutableArray<StatementEvidence>> EvidenceAsync(CaseId id, CancellationToken cancellationToken);
}

/// <summary>A statement in an outgoing stream.</summary>
public sealed record StoredStatement(int Epoch, long Sequence, Sha256Digest Digest, SignedStatement Statement);

/// <summary>A verified statement from a partner.</summary>
/// <param name="Position">Place it claims, verified to be inside the signature.</param>
/// <param name="Digest">Digest.</param>
/// <param name="Case">Case it is about.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Statement">Exact bytes.</param>
public sealed record ReceivedStatement(StreamPosition Position, Sha256Digest Digest, CaseId Case, StatementKind Kind, SignedStatement Statement);

/// <summary>An outgoing stream. <see cref="Receipt"/> is empty until the partner has acknowledged something.</summary>
public sealed record OutgoingStream(OrganisationId Partner, StreamHead Head, StreamHead Acknowledged, string Receipt, DateTimeOffset? OldestUnacknowledgedAt);

/// <summary>An incoming stream. <see cref="Receipt"/> is the receipt given for <see cref="Head"/>; empty for an empty stream.</summary>
public sealed record IncomingStream(OrganisationId Partner, StreamHead Head, string Receipt);

/// <summary>A statement with the receipt that covers it.</summary>
/// <param name="Issuer">Institution that signed it.</param>
/// <param name="Audience">Institution it is for.</param>
/// <param name="Statement">Stored statement.</param>
/// <param name="Receipt">Receipt by the audience; empty while there is none.</param>
/// <param name="StoredAt">When it was committed here.</param>
public sealed record StatementEvidence(OrganisationId Issuer, OrganisationId Audience, StoredStatement Statement, string Receipt, DateTimeOffset StoredAt);
