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
}

/// <summary>Weight of a finding.</summary>
public enum FindingSeverity
{
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
public sealed record TableFinding(TableFindingCode Code, FindingSeverity Severity, RuleId? Rule, RuleId? OtherRule, UnitCode? Unit, string Message);
