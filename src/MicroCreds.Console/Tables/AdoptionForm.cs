using MicroCreds.Federation.V1;

namespace MicroCreds.Console.Tables;

/// <summary>A partner's rule to be taken into a draft, as asked for or as typed.</summary>
/// <param name="Table">Table into whose draft the rule is taken.</param>
/// <param name="Partner">Partner whose rule it is, SCHAC.</param>
/// <param name="SourceRule">Its rule.</param>
/// <param name="Unit">Unit that the rule grants here.</param>
/// <param name="Rule">Identifier of the rule here; empty for the partner's.</param>
/// <param name="Automatic">Whether it may grant here without an officer.</param>
public sealed record AdoptionForm(string Table, string Partner, string SourceRule, string Unit, string Rule, bool Automatic)
{
    /// <summary>Reads what the address or a form says.</summary>
    internal static AdoptionForm From(Func<string, string> field) => new(
        field("table").Trim(), field("partner").Trim().ToLowerInvariant(), field("source_rule").Trim(), field("unit").Trim(), field("rule").Trim(), field("automatic") == "yes");

    /// <summary>The call.</summary>
    internal AdoptRuleRequest ToRequest(string requestId, string institution) => new()
    {
        RequestId = requestId, Institution = institution, TableId = Table, SourceInstitution = Partner, SourceRuleId = SourceRule, TargetUnit = Unit, RuleId = Rule, Automatic = Automatic,
    };
}
