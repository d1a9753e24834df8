using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>Writes units, outcomes and rules as the rows from which <see cref="SheetReader"/> makes the same again.</summary>
public static class SheetWriter
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",;\"\r\n\t");

    /// <summary>A sheet of rows as CSV: UTF-8 with a byte order mark, comma, RFC 4180; cells that a spreadsheet would take for a formula are made text.</summary>
    public static byte[] Csv(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        var text = new StringBuilder("\uFEFF");
        foreach (var row in rows.Prepend(header)) text.AppendJoin(',', row.Select(cell => Quoted(FormulaText.Guard(cell)))).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Cells of a unit, in the order of the columns.</summary>
    internal static ImmutableArray<string> Cells(TargetUnit unit) =>
    [
        unit.Code.Value, unit.Title.ToString(), unit.Programme.Value, unit.Credits.ToString(), unit.EqfLevel.ToString(CultureInfo.InvariantCulture), SnakeCase.Of(unit.Kind), Yes(unit.Graded),
    ];

    /// <summary>Cells of an outcome, in the order of the columns.</summary>
    internal static ImmutableArray<string> Cells(TargetUnit unit, TargetOutcome outcome) => Cells(new SheetOutcome(unit.Code, outcome, ""));

    /// <summary>Cells of an outcome, in the order of the columns.</summary>
    internal static ImmutableArray<string> Cells(SheetOutcome row)
    {
        var outcome = row.Outcome;
        return [row.Unit.Value, outcome.Code, outcome.Title.ToString(), Yes(outcome.Essential), string.Join('|', outcome.CoveredBy)];
    }

    /// <summary>Cells of a rule, in the order of the columns.</summary>
    internal static ImmutableArray<string> Cells(EquivalenceRule rule)
    {
        var cells = new Dictionary<string, string>
        {
            ["rule"] = rule.Id.Value, ["target_unit"] = string.Join('|', Further(rule).Select(u => u.Unit).Prepend(rule.Target)), ["grant_ects"] = Granted(rule), ["sources"] = Yes(SheetSources.IsMarked(rule)),
            ["grant_percent"] = rule.Grant is CreditGrant.Proportional { Percent: var share } ? Whole(share) : "",
            ["benefit"] = rule.Grant switch { CreditGrant.Exemption => SnakeCase.Of(GrantBenefit.Exemption), CreditGrant.AdmissionOnly => SnakeCase.Of(GrantBenefit.Admission), _ => "" },
            ["grade"] = SnakeCase.Of(rule.Grade), ["automatic"] = Yes(rule.Automatic), ["valid_from"] = Day(rule.ValidFrom), ["valid_until"] = Day(rule.ValidUntil),
            ["agreement"] = Yes(rule.Agreement), ["priority"] = rule.Priority.ToString(CultureInfo.InvariantCulture), ["condition"] = rule.GrantCondition,
            ["visibility"] = SnakeCase.Of(rule.Visibility), ["public_note"] = rule.PublicNote, ["private_note"] = rule.PrivateNote, ["adopted_from"] = rule.AdoptedFrom?.ToString() ?? "",
        };
        return Cells(SheetLayout.Rules, cells, rule.Conditions);
    }

    /// <summary>Cells of a source, in the order of the columns.</summary>
    internal static ImmutableArray<string> Cells(SheetRuleSource row) => Cells(
        SheetLayout.Sources, new() { ["rule"] = row.Rule.Value, ["group"] = Whole(row.Group), ["needed"] = row.Needed is { } needed ? Whole(needed) : "" }, row.Source.Conditions);

    private static ImmutableArray<string> Cells(SheetLayout layout, Dictionary<string, string> cells, ImmutableArray<RuleCondition> conditions)
    {
        foreach (var condition in conditions)
            foreach (var (column, text) in Cells(condition)) cells[column] = text;
        return [.. layout.Columns.Select(column => cells.GetValueOrDefault(column, ""))];
    }

    private static IEnumerable<UnitGrant> Further(EquivalenceRule rule) => rule.FurtherUnits.OrderBy(u => u.Unit.Value, StringComparer.Ordinal);

    // As many as were earned is an empty cell; of several units each has a number of its own.
    private static string Granted(EquivalenceRule rule)
    {
        var granted = rule.Grant switch { CreditGrant.Fixed grant => grant.Credits.ToString(), CreditGrant.Proportional { AtMost: { } most } => most.ToString(), _ => "" };
        return rule.FurtherUnits.Length == 0 ? granted : string.Join('|', Further(rule).Select(u => u.Credits.ToString()).Prepend(granted.Length == 0 ? "as_earned" : granted));
    }

    private static (string Column, string Text)[] Cells(RuleCondition condition) => condition switch
    {
        RuleCondition.AwardingBody c => [("awarding_body", c.Organisation.Value)],
        RuleCondition.AchievementCode c => [("achievement_code", c.Code)],
        RuleCondition.AchievementTitle c => [("achievement_title", c.Pattern)],
        RuleCondition.IscedField c => [("isced_field", c.Prefix)],
        RuleCondition.EqfLevelAtLeast c => [("min_eqf_level", Whole(c.Level))],
        RuleCondition.EqfLevelIs c => [("eqf_level", Whole(c.Level))],
        RuleCondition.EqfLevelAtMost c => [("max_eqf_level", Whole(c.Level))],
        RuleCondition.CreditsAtLeast c => [("min_ects", c.Credits.ToString())],
        RuleCondition.CreditFramework c => [("credit_framework", c.Framework)],
        RuleCondition.HoursPerCreditAtLeast c => [("min_hours_per_credit", Whole(c.Hours))],
        RuleCondition.AssessmentOtherThan c => [("assessment_other_than", string.Join('|', c.Types.Select(SnakeCase.Of)))],
        RuleCondition.AssessmentIsOneOf c => [("assessment", string.Join('|', c.Types.Select(SnakeCase.Of)))],
        RuleCondition.SupervisionAtLeast c => [("min_supervision", SnakeCase.Of(c.Supervision))],
        RuleCondition.ModeIsOneOf c => [("mode", string.Join('|', c.Modes.Select(SnakeCase.Of)))],
        RuleCondition.Language c => [("language", c.Tag)],
        RuleCondition.GradeAtLeast c => [("min_grade", (c.Thousandths / 1000m).ToString("0.###", CultureInfo.InvariantCulture))],
        RuleCondition.GradePercentileAtLeast c => [("min_grade_percentile", Whole(c.Percent))],
        RuleCondition.ConvertedGradeAtLeast c => [("min_converted_grade", c.Grade)],
        RuleCondition.ValidAtApplication => [("valid_at_application", "yes")],
        RuleCondition.QualityAssured => [("quality_assured", "yes")],
        RuleCondition.MaxAgeYears c => [("max_age_years", Whole(c.Years))],
        RuleCondition.AwardedBetween c => [("awarded_from", Day(c.From)), ("awarded_until", Day(c.Until))],
        RuleCondition.OutcomeCoverageAtLeast c => [("min_outcome_coverage_percent", Whole(c.Percent))],
        _ => throw new UnreachableException(),
    };

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Yes(bool value) => value ? "yes" : "no";

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static string Quoted(string cell) => cell.AsSpan().ContainsAny(Special) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
