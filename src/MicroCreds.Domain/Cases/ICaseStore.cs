using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Cases;

/// <summary>Keeps the cases of one institution. Every promise holds across a crash: what was answered is on disk, what was not is absent as a whole.</summary>
public interface ICaseStore
{
    /// <summary>
    /// Opens a case: keeps the files, the events, the ledger, the statements and the request id together, or none of them.
    /// A request id seen before returns the case as it was after the first call, without calling <paramref name="receive"/>; with other
    /// content it fails with <see cref="ProblemCode.RequestIdReused"/>.
    /// </summary>
    /// <param name="request">Identity of the change.</param>
    /// <param name="learner">Learner whose ledger <paramref name="receive"/> reads.</param>
    /// <param name="files">Credential files, byte for byte.</param>
    /// <param name="receive">Pure function of the ledger; the first event must be <see cref="CaseEvent.Submitted"/>. May run again after a write conflict.</param>
    /// <param name="cancellationToken">Stops waiting; the change may still be kept, so retry with the same request id.</param>
    Task<Result<RecognitionCase>> OpenAsync(
        ChangeRequest request, LearnerKey learner, ImmutableArray<ReadOnlyMemory<byte>> files,
        Func<LearnerLedger, Result<CaseTransition>> receive, CancellationToken cancellationToken);

    /// <summary>
    /// Changes a case: runs <paramref name="change"/> on it and its learner's ledger and keeps everything it answers, with the request id, or nothing.
    /// Fails with <see cref="ProblemCode.CaseNotFound"/>, <see cref="ProblemCode.ConcurrentChange"/> when <paramref name="etag"/> is given and is not the
    /// case's number of events, or with the problem <paramref name="change"/> answers. Replays as <see cref="OpenAsync"/> does.
    /// </summary>
    Task<Result<RecognitionCase>> ChangeAsync(
        CaseId id, ChangeRequest request, int? etag,
        Func<RecognitionCase, LearnerLedger, Result<CaseTransition>> change, CancellationToken cancellationToken);

    /// <summary>
    /// Changes a case and others of the same learner in one transaction: as <see cref="ChangeAsync"/>, and what <paramref name="change"/> answers as
    /// <see cref="CaseTransition.Together"/> is kept for <paramref name="others"/>, all or nothing. Fails with <see cref="ProblemCode.CaseNotFound"/> when
    /// one of them is not there.
    /// </summary>
    Task<Result<RecognitionCase>> ChangeTogetherAsync(
        CaseId id, ImmutableArray<CaseId> others, ChangeRequest request, int? etag,
        Func<RecognitionCase, ImmutableArray<RecognitionCase>, LearnerLedger, Result<CaseTransition>> change, CancellationToken cancellationToken);

    /// <summary>The case a request id led to, as it was then; null for an id not seen; a problem when its content differs.</summary>
    Task<Result<Replay>> FindReplayAsync(ChangeRequest request, CancellationToken cancellationToken);

    /// <summary>The case; null when there is none.</summary>
    Task<RecognitionCase?> FindAsync(CaseId id, CancellationToken cancellationToken);

    /// <summary>The ledger of a learner.</summary>
    Task<LearnerLedger> LedgerAsync(LearnerKey learner, CancellationToken cancellationToken);

    /// <summary>The file with this digest, byte for byte; null when it is not kept.</summary>
    Task<ReadOnlyMemory<byte>?> FileAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>The place of a decision in the status lists; gives it one when it has none. A decision keeps its place, and no two share one.</summary>
    Task<StatusPlace> StatusPlaceAsync(CaseId id, int version, CancellationToken cancellationToken);

    /// <summary>Positions of a status list whose decisions no longer count, because they were revoked or superseded, ascending; null for a list in which no decision has a place.</summary>
    Task<ImmutableArray<int>?> WithdrawnAsync(int list, CancellationToken cancellationToken);

    /// <summary>One page of summaries, by due day then case id; cases without a due day come last.</summary>
    Task<ImmutableArray<CaseSummary>> ListAsync(CaseFilter filter, CaseListPosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>Changes after a cursor in the order of commit, at most <paramref name="limit"/>; cursors grow by one and are never reused.</summary>
    Task<ImmutableArray<CaseChangeNotice>> ChangesAsync(long afterCursor, int limit, CancellationToken cancellationToken);

    /// <summary>Completes when a change after <paramref name="afterCursor"/> has been committed.</summary>
    Task WaitForChangeAsync(long afterCursor, CancellationToken cancellationToken);
}

/// <summary>Whether a request was answered before.</summary>
/// <param name="Case">The case as it was after the first answer; null when the request is new.</param>
public sealed record Replay(RecognitionCase? Case);

/// <summary>What a list shows of a case. No personal data.</summary>
public sealed record CaseSummary(
    CaseId Case, OrganisationId SubmittedBy, ProgrammeCode Programme, UnitCode TargetUnit, CaseState State, string Assignee,
    string AchievementTitle, DateOnly? DueOn, Rules.DecisionOutcome? Outcome, DateTimeOffset SubmittedAt, DateTimeOffset UpdatedAt, int EventCount);

/// <summary>Which cases to list. Null or empty means any.</summary>
/// <param name="States">States.</param>
/// <param name="SubmittedBy">Submitter; set to the caller when a partner lists.</param>
/// <param name="Assignee">Officer; <c>-</c> for unassigned cases.</param>
/// <param name="DueUntil">Due on this day or before.</param>
/// <param name="Programme">Programme.</param>
public sealed record CaseFilter(ImmutableArray<CaseState> States, OrganisationId? SubmittedBy, string? Assignee, DateOnly? DueUntil, ProgrammeCode? Programme);

/// <summary>Place in a list: the last case shown.</summary>
public sealed record CaseListPosition(DateOnly? DueOn, CaseId Case);

/// <summary>One committed change.</summary>
/// <param name="Cursor">Place in the order of commit, from 1.</param>
/// <param name="Case">Summary after the change.</param>
public sealed record CaseChangeNotice(long Cursor, CaseSummary Case);
