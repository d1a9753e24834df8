using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>"How would you count this?": a described achievement, real or imagined, or just an awarding body and a code.</summary>
public sealed record EquivalenceQuestion
{
    /// <summary>Member that is the awarding body; null when it is none.</summary>
    public OrganisationId? AwardingBody { get; init; }
    /// <summary>Codes of the achievement, in any spelling. Taken from <see cref="Achievement"/> as well.</summary>
    public ImmutableArray<string> Codes { get; init; } = [];
    /// <summary>Description; null when only awarding body and code are known. Then other conditions stay open and the answer is conditional.</summary>
    public Achievement? Achievement { get; init; }
    /// <summary>Unit asked about; null for every unit.</summary>
    public UnitCode? Unit { get; init; }
    /// <summary>Day for which the answer is wanted; taken as the day of application.</summary>
    public required DateOnly AsOf { get; init; }
    /// <summary>Smallest step in which the institution grants credits in part.</summary>
    public EctsCredits CreditStep { get; init; } = EctsCredits.FromHundredths(50);
    /// <summary>Who asks.</summary>
    public required RuleAudience Audience { get; init; }
}
