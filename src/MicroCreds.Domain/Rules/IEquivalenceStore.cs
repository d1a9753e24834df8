using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Rules;

/// <summary>Keeps the equivalence tables of one institution: immutable versions, and at most one draft per table.</summary>
public interface IEquivalenceStore
{
    /// <summary>Newest version of every table, by id.</summary>
    Task<ImmutableArray<EquivalenceTable>> PublishedAsync(CancellationToken cancellationToken);

    /// <summary>One version; null when there is none.</summary>
    Task<EquivalenceTable?> VersionAsync(TableId id, int version, CancellationToken cancellationToken);

    /// <summary>Versions of a table before <paramref name="before"/>, newest first, at most <paramref name="limit"/>.</summary>
    Task<ImmutableArray<PublishedVersion>> VersionsAsync(TableId id, int before, int limit, CancellationToken cancellationToken);

    /// <summary>Publications after a cursor, in the order of commit, at most <paramref name="limit"/>.</summary>
    Task<ImmutableArray<TablePublication>> PublicationsAsync(long afterCursor, int limit, CancellationToken cancellationToken);

    /// <summary>Completes when a publication after <paramref name="afterCursor"/> has been committed.</summary>
    Task WaitForPublicationAsync(long afterCursor, CancellationToken cancellationToken);

    /// <summary>Every draft, by table.</summary>
    Task<ImmutableArray<EquivalenceDraft>> DraftsAsync(CancellationToken cancellationToken);

    /// <summary>The draft of a table; null when there is none.</summary>
    Task<EquivalenceDraft?> DraftAsync(TableId id, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps what <paramref name="edit"/> makes of the draft (null: there is none yet), with the request id. Fails with
    /// <see cref="ProblemCode.ConcurrentChange"/> when <paramref name="etag"/> is given and is not the draft's revision. Replays the first answer.
    /// </summary>
    Task<Result<EquivalenceDraft>> EditDraftAsync(
        TableId id, ChangeRequest request, int? etag, Func<EquivalenceDraft?, Result<EquivalenceDraft>> edit, CancellationToken cancellationToken);

    /// <summary>
    /// Throws the draft away and answers it. Fails with <see cref="ProblemCode.ConcurrentChange"/> when <paramref name="etag"/> is given and is not the
    /// draft's revision, and with <see cref="ProblemCode.TableNotFound"/> when there is no draft. Replays the first answer.
    /// </summary>
    Task<Result<EquivalenceDraft>> DiscardDraftAsync(TableId id, ChangeRequest request, int? etag, CancellationToken cancellationToken);

    /// <summary>
    /// Publishes the draft: <paramref name="publish"/> makes the next version of it, which is kept for good, and the draft is gone, in one transaction.
    /// Fails as <see cref="EditDraftAsync"/> does, and with <see cref="ProblemCode.TableNotFound"/> when there is no draft. Replays the first answer.
    /// </summary>
    Task<Result<EquivalenceTable>> PublishAsync(
        TableId id, ChangeRequest request, int? etag, Func<EquivalenceDraft, int, Result<EquivalenceTable>> publish, CancellationToken cancellationToken);
}

/// <summary>A table being edited. The revision counts edits from 1 and is the etag.</summary>
public sealed record EquivalenceDraft(TableId Id, int Revision, ImmutableArray<TargetUnit> Units, ImmutableArray<EquivalenceRule> Rules, string EditedBy, DateTimeOffset EditedAt)
{
    /// <summary>Who approved it as it stands; null when nobody did. An edit takes it away.</summary>
    public DraftApproval? Approval { get; init; }
}
