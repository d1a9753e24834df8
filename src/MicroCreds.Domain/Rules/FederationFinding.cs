using System.Collections.Immutable;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>What one institution publishes: its current tables.</summary>
/// <param name="Institution">Institution.</param>
/// <param name="Tables">Tables.</param>
public sealed record InstitutionRules(OrganisationId Institution, ImmutableArray<EquivalenceTable> Tables);

/// <summary>Kind of a finding about the rules of several institutions. Source: field reference E.5.</summary>
public enum FederationFindingCode
{
    /// <summary>Two institutions recognise the same two units in both directions, for different credits.</summary>
    NonReciprocal,
    /// <summary>Recognition from institution to institution comes back to the first with more credits than went in.</summary>
    CreditInflation,
}

/// <summary>One step of recognition from institution to institution.</summary>
/// <param name="Institution">Institution that grants.</param>
/// <param name="Rule">Its rule.</param>
/// <param name="From">Institution whose achievement it recognises.</param>
/// <param name="Code">Code of the achievement, as the rule writes it.</param>
/// <param name="Target">Unit granted.</param>
/// <param name="Earned">Credits that went in.</param>
/// <param name="Granted">Credits that came out.</param>
public sealed record RecognitionStep(OrganisationId Institution, RuleId Rule, OrganisationId From, string Code, UnitCode Target, EctsCredits Earned, EctsCredits Granted);

/// <summary>One finding about the rules of several institutions.</summary>
/// <param name="Code">Kind.</param>
/// <param name="Severity">Weight.</param>
/// <param name="Steps">The steps that show it, each with its credits: the two directions, or the way round.</param>
/// <param name="Message">One sentence that says what is wrong.</param>
public sealed record FederationFinding(FederationFindingCode Code, FindingSeverity Severity, ImmutableArray<RecognitionStep> Steps, string Message);
