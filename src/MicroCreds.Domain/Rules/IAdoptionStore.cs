using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Rules;

/// <summary>Keeps what an institution knows of the rules it adopted: as they were, as they became, and how far it has followed each partner.</summary>
public interface IAdoptionStore
{
    /// <summary>Keeps what was seen of a version of a partner's rule. What is known of it already stays; only a rule that was not shown yet is filled in.</summary>
    Task KeepAsync(SourceRuleVersion seen, CancellationToken cancellationToken);

    /// <summary>All that is known of partners' rules, by institution, rule and version.</summary>
    Task<ImmutableArray<SourceRuleVersion>> SourcesAsync(CancellationToken cancellationToken);

    /// <summary>Cursor up to which a partner's publications were followed; empty when they never were.</summary>
    Task<string> CursorAsync(OrganisationId partner, CancellationToken cancellationToken);

    /// <summary>Keeps a cursor together with what was found changed up to it, or neither.</summary>
    Task AdvanceAsync(OrganisationId partner, string cursor, ImmutableArray<SourceRuleVersion> changed, CancellationToken cancellationToken);

    /// <summary>Keeps an acknowledgement with the request id; the last one of a rule counts. Replays the first answer.</summary>
    Task<Result<AdoptionAcknowledgement>> AcknowledgeAsync(ChangeRequest request, AdoptionAcknowledgement acknowledgement, CancellationToken cancellationToken);

    /// <summary>The last acknowledgement of every rule.</summary>
    Task<ImmutableArray<AdoptionAcknowledgement>> AcknowledgementsAsync(CancellationToken cancellationToken);
}
