using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>Kind of a finding about a table. Source: field reference E.5.</summary>
public enum TableFindingCode
{
    /// <summary>Two units or two rules carry one code.</summary>
    DuplicateCode,
    /// <summary>A rule grants a unit that is in no table of the institution.</summary>
    DanglingTarget,
    /// <summary>A rule can never match: no conditions, an empty date window, contradicting conditions, a value out of range.</summary>
    Unreachable,
    /// <summary>Two rules of the same rank and priority can match the same credential and grant different things.</summary>
    OverlapConflict,
    /// <summary>A rule grants more credits than it asks to have been earned, or more than the unit has.</summary>
    CreditInflation,
    /// <summary>A rule would withhold on a ground that the convention does not know: a passing grade, or duration alone.</summary>
    UnlawfulGround,
    /// <summary>A rule is automatic for an organisation on the validation track, where nothing is granted without a person, and asks for no quality assurance.</summary>
    TrackMismatch,
    /// <summary>A rule has ended.</summary>
    Expired,
    /// <summary>A rule grants a thesis, which is never granted by recognition.</summary>
    RestrictedTarget,
    /// <summary>Stronger rules, one or several together, match everything that the rule matches: it never speaks.</summary>
    Shadowed,
    /// <summary>One other rule matches everything that the rule matches and grants the same: without the rule nothing changes.</summary>
    Redundant,
    /// <summary>A rule begins after the day of publication.</summary>
    FutureOnly,
    /// <summary>A rule on the validation track grants more than the institution validates in a programme.</summary>
    CapInfeasible,
}

/// <summary>Weight of a finding.</summary>
public enum FindingSeverity
{
    /// <summary>Nothing is wrong; the administrator may want to know.</summary>
    Info,
    /// <summary>The table can be published; the administrator should know.</summary>
    Warning,
    /// <summary>The table cannot be published.</summary>
    Error,
}

/// <summary>One finding.</summary>
/// <param name="Code">Kind.</param>
/// <param name="Severity">Weight.</param>
/// <param name="Rule">Rule at fault; null when the finding is about a unit.</param>
/// <param name="OtherRule">Second rule, for a finding about two.</param>
/// <param name="Unit">Unit concerned.</param>
/// <param name="Message">One sentence that says what is wrong.</param>
public sealed record TableFinding(TableFindingCode Code, FindingSeverity Severity, RuleId? Rule, RuleId? OtherRule, UnitCode? Unit, string Message)
{
    /// <summary>Every other rule that the finding needs, by identifier: <see cref="OtherRule"/> alone, or all that shadow a rule together.</summary>
    public ImmutableArray<RuleId> OtherRules { get; init; } = OtherRule is null ? [] : [OtherRule];

    /// <summary>An example that shows it; null where none can: for a rule that never matches and for a code used twice.</summary>
    public TableWitness? Witness { get; init; }
}

/// <summary>What a check found.</summary>
/// <param name="Findings">Findings, by rule, unit and code.</param>
/// <param name="Conflicts">Pairs of rules in conflict; of very many only the first <see cref="TableCheck.MaxConflicts"/> are among the findings.</param>
/// <param name="Agreeing">Pairs of rules that can match one credential and grant the same.</param>
/// <param name="Settled">Pairs of rules that can match one credential and grant different things, of which precedence takes one: a special rule over a default.</param>
public sealed record TableCheckResult(ImmutableArray<TableFinding> Findings, long Conflicts, long Agreeing, long Settled);
