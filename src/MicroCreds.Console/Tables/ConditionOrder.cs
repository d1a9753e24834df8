using MicroCreds.Federation.V1;

namespace MicroCreds.Console.Tables;

/// <summary>The conditions of a rule in the order in which a person asks: who, what, how much, how, when.</summary>
internal static class ConditionOrder
{
    private static readonly string[] Order =
    [
        "awarding_body", "achievement_code", "achievement_title", "isced_field", "eqf_level_is", "eqf_level_at_least", "eqf_level_at_most", "credits_at_least", "credit_framework",
        "hours_per_credit_at_least", "outcome_coverage_at_least", "grade_at_least", "grade_percentile_at_least", "converted_grade_at_least", "assessment_is_one_of", "assessment_other_than",
        "supervision_at_least", "mode_is_one_of", "language", "quality_assured", "awarded_between", "max_age_years", "valid_at_application",
    ];

    /// <summary>All conditions; names that this console does not know stand last.</summary>
    public static IEnumerable<RuleCondition> Of(IEnumerable<RuleCondition> conditions) => conditions.OrderBy(c => Array.IndexOf(Order, c.Condition) is >= 0 and var at ? at : Order.Length);

    /// <summary>Those that name the awarding body or the achievement.</summary>
    public static IEnumerable<RuleCondition> Naming(EquivalenceRule rule) => Of(rule.Conditions).Where(IsNaming);

    /// <summary>All others.</summary>
    public static IEnumerable<RuleCondition> Further(EquivalenceRule rule) => Of(rule.Conditions).Where(c => !IsNaming(c));

    private static bool IsNaming(RuleCondition condition) => condition.Condition is "awarding_body" or "achievement_code" or "achievement_title";
}
