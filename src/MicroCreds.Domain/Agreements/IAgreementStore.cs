using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Agreements;

/// <summary>Keeps the learning agreements of one institution: every version, and nothing rewritten.</summary>
public interface IAgreementStore
{
    /// <summary>
    /// Runs <paramref name="change"/> on the agreement as it stands, null when there is none, and keeps what it answers with the request id, or nothing. A
    /// request id seen before returns the agreement as it was after the first call; with other content it fails with <see cref="ProblemCode.RequestIdReused"/>.
    /// </summary>
    /// <param name="id">Agreement.</param>
    /// <param name="request">Identity of the change.</param>
    /// <param name="change">Pure; may run again after a write conflict. The first event of an agreement must be <see cref="AgreementEvent.Recorded"/>.</param>
    /// <param name="cancellationToken">Stops waiting; the change may still be kept, so retry with the same request id.</param>
    Task<Result<AgreementHistory>> ChangeAsync(AgreementId id, ChangeRequest request, Func<AgreementHistory?, Result<AgreementEvent>> change, CancellationToken cancellationToken);

    /// <summary>The agreement; null when there is none.</summary>
    Task<AgreementHistory?> FindAsync(AgreementId id, CancellationToken cancellationToken);

    /// <summary>One page by identifier.</summary>
    Task<ImmutableArray<AgreementHistory>> ListAsync(AgreementFilter filter, AgreementId? after, int limit, CancellationToken cancellationToken);
}

/// <summary>Which agreements to list. Null means any.</summary>
/// <param name="Learner">Learner.</param>
/// <param name="Programme">Programme.</param>
/// <param name="Host">Organisation at which the components are taken.</param>
public sealed record AgreementFilter(LearnerKey? Learner, ProgrammeCode? Programme, OrganisationId? Host);
