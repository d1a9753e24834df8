using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Statements;

/// <summary>
/// Keeps an institution from saying two things at one place of a stream after its store was put back from an old copy. A stream that is held gets no
/// statement: what would need one is refused as <see cref="ProblemCode.StoreUnavailable"/>. Source: exchange reference B.1, row 10, and C.9.
/// </summary>
public interface IStreamRecoveryStore
{
    /// <summary>Why the stream to <paramref name="partner"/> is held; null when it is not.</summary>
    Task<StreamHold?> HoldAsync(OrganisationId partner, CancellationToken cancellationToken);

    /// <summary>Completes when this process has held every stream since <paramref name="seen"/> times, because it found that the store may lack what was said; answers the new count.</summary>
    Task<long> WaitForHoldAsync(long seen, CancellationToken cancellationToken);

    /// <summary>
    /// Compares the stream to <paramref name="partner"/> with how far the partner holds it, and holds or releases it. A partner that holds less, and the
    /// same at its last place, releases it.
    /// </summary>
    Task<Result<StreamStanding>> CompareAsync(OrganisationId partner, StreamHead held, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Takes back verified statements of this institution that the partner kept and this store lost; they must follow the head without a gap, or the call
    /// fails with <see cref="ProblemCode.StreamGap"/>. What they say of cases that are known becomes part of those (<see cref="Cases.CaseReturn"/>). The stream stays held.
    /// </summary>
    Task<Result<StreamHead>> TakeBackAsync(OrganisationId partner, ImmutableArray<ReturnedStatement> statements, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Statements received from <paramref name="partner"/> after a number, in order, at most <paramref name="limit"/>: for a partner that lost its own.</summary>
    Task<ImmutableArray<StoredStatement>> ReceivedAsync(OrganisationId partner, int epoch, long afterSequence, int limit, CancellationToken cancellationToken);
}

/// <summary>Why nothing is signed in a stream.</summary>
public enum StreamHoldReason
{
    /// <summary>The store was put back from a copy, or its server failed over to one that may lack commits, and the partner has not said yet how far it holds the stream.</summary>
    Restored,
    /// <summary>The partner holds statements that this store does not.</summary>
    Behind,
    /// <summary>The partner holds another statement at a place than this store.</summary>
    Contradicted,
}

/// <summary>A stream that is held.</summary>
/// <param name="Partner">Partner.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when.</param>
public sealed record StreamHold(OrganisationId Partner, StreamHoldReason Reason, DateTimeOffset Since);

/// <summary>How a stream stands after a comparison.</summary>
/// <param name="Own">Head of the stream here.</param>
/// <param name="Hold">Why it is held; null when it is not.</param>
/// <param name="Released">Whether it was held before.</param>
public sealed record StreamStanding(StreamHead Own, StreamHoldReason? Hold, bool Released);

/// <summary>A statement that came back from the partner it was for.</summary>
/// <param name="Received">The statement, verified as one of this institution.</param>
/// <param name="Version">Version of the decision it is about; 0 for none.</param>
/// <param name="Body">What it says; null leaves its case as it is.</param>
public sealed record ReturnedStatement(ReceivedStatement Received, int Version, StatementBody? Body = null);
