using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using MicroCreds.Console.Resources;
using MicroCreds.Federation.V1;
using Microsoft.Extensions.Localization;

namespace MicroCreds.Console.Language;

/// <summary>The console's words in the reader's language: texts, days, credits, and the names of the contract's values.</summary>
internal sealed partial class Words(IStringLocalizer<Texts> texts)
{
    /// <summary>The text; a test makes sure that every key used is there.</summary>
    public string this[string key] => texts[key].Value;

    /// <summary>The text with its places filled.</summary>
    public string this[string key, params object[] places] => string.Format(CultureInfo.CurrentCulture, texts[key].Value, places);

    /// <summary>The text, or null when there is none.</summary>
    public string? Find(string key) => texts[key] is { ResourceNotFound: false } text ? text.Value : null;

    /// <summary>The text for a value that a newer partner may have added: when there is none, the value itself, readable.</summary>
    public string Known(string prefix, string value)
    {
        if (value.Length == 0) return this["not-stated"];
        var text = texts[$"{prefix}.{value}"];
        return text.ResourceNotFound ? ForeignText.Visible(value.Replace('_', ' ')) : text.Value;
    }

    /// <summary>Values in a row.</summary>
    public string KnownAll(string prefix, IEnumerable<string> values)
    {
        var all = string.Join(", ", values.Select(v => Known(prefix, v)));
        return all.Length == 0 ? this["not-stated"] : all;
    }

    /// <summary>What a condition asks or found. Names of codes are put into words; anything else stays as it was judged.</summary>
    public string ConditionValue(string condition, string value)
    {
        var prefix = condition switch { "assessment_is_one_of" or "assessment_other_than" => "assessment", "supervision_at_least" => "supervision", "mode_is_one_of" => "mode", _ => null };
        return prefix is null ? ForeignText.Visible(value)
            : string.Join(", ", value.Split(", ").Select(v => Find($"{prefix}.{JsonNamingPolicy.SnakeCaseLower.ConvertName(v)}") ?? ForeignText.Visible(v)));
    }

    /// <summary>A condition of a rule as the rest of a sentence about the credential; one that this console does not know as its name and what it asks.</summary>
    public string Says(RuleCondition condition) => Put("says", condition);

    /// <summary>The same in a word or two, for a row.</summary>
    public string Brief(RuleCondition condition) => Put("brief", condition);

    /// <summary>What a rule grants: credits, a share of those earned, or something in their place.</summary>
    public string Granted(EquivalenceRule rule) =>
        rule.Benefit.Length > 0 ? Known("benefit", rule.Benefit)
        : rule.GrantPercent > 0 ? this[rule.HasFixedEctsCreditsHundredths ? "grant.share-at-most" : "grant.share", rule.GrantPercent, Credits(rule.FixedEctsCreditsHundredths)]
        : rule.HasFixedEctsCreditsHundredths ? Credits(rule.FixedEctsCreditsHundredths)
        : this["tables.as-earned"];

    private string Put(string prefix, RuleCondition condition)
    {
        var (name, expected) = (condition.Condition, condition.Expected);
        var text = Find($"{prefix}.{name}");
        return name switch
        {
            // The contract writes these in English words around a number or two days; the text brings its own.
            "max_age_years" or "outcome_coverage_at_least" or "hours_per_credit_at_least" or "grade_percentile_at_least" when text is not null && Number().Match(expected) is { Success: true } number => Filled(text, number.Value),
            "awarded_between" when text is not null && expected.Split(" to ") is [var from, var until] => Filled(text, OpenDay(from), OpenDay(until)),
            "max_age_years" or "outcome_coverage_at_least" or "hours_per_credit_at_least" or "grade_percentile_at_least" or "awarded_between" => Plain(),
            _ => text is null ? Plain() : Filled(text, ConditionValue(name, expected)),
        };

        string Plain() => $"{Known("condition", name)}: {ConditionValue(name, expected)}";

        string OpenDay(string day) => day == "open" ? this["tables.open"] : Day(day);

        static string Filled(string text, params object[] places) => string.Format(CultureInfo.CurrentCulture, text, places);
    }

    /// <summary>A value of an enumeration of the contract; one that this console does not know is shown as not known, never as another.</summary>
    public string Of<T>(string prefix, T value) where T : struct, System.Enum
    {
        var text = texts[$"{prefix}.{JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString())}"];
        return text.ResourceNotFound ? this["not-known"] : text.Value;
    }

    public string State(RecognitionCase.Types.State state) => Of("state", state);

    public string Outcome(DecisionOutcome outcome) => Of("outcome", outcome);

    public string Reason(ReasonCode code) => Of("reason", code);

    /// <summary>Text or "not stated".</summary>
    public string Stated(string? text) => string.IsNullOrWhiteSpace(text) ? this["not-stated"] : ForeignText.Visible(text);

    /// <summary>A day of the contract, <c>YYYY-MM-DD</c>, as people write it; empty for an empty one.</summary>
    public string Day(string day) => TryDay(day) is { } date ? Day(date) : ForeignText.Visible(day);

    public string Day(DateOnly day) => day.ToString(this["format.day"], CultureInfo.CurrentCulture);

    /// <summary>A day of the contract; null when it is none.</summary>
    public static DateOnly? TryDay(string day) =>
        DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>Day and time in UTC.</summary>
    public string Time(Timestamp? time) =>
        time is null ? "" : time.ToDateTime().ToString(this["format.time"], CultureInfo.CurrentCulture);

    public string DayOf(Timestamp? time) => time is null ? "" : Day(DateOnly.FromDateTime(time.ToDateTime()));

    /// <summary>"3 days left", "due today", "2 days overdue"; never by colour alone.</summary>
    public string Remaining(string dueDate, DateOnly today)
    {
        if (TryDay(dueDate) is not { } due) return "";
        return (due.DayNumber - today.DayNumber) switch
        {
            0 => this["due.today"],
            1 => this["due.one-left"],
            -1 => this["due.one-over"],
            > 1 and var left => this["due.left", left],
            var over => this["due.over", -over],
        };
    }

    /// <summary>Credits with their unit: "1.5 ECTS".</summary>
    public string Credits(int hundredths) => this["credits", CreditsNumber(hundredths)];

    public string Credits(bool stated, int hundredths) => stated ? Credits(hundredths) : this["not-stated"];

    public static string CreditsNumber(int hundredths) => (hundredths / 100m).ToString("0.##", CultureInfo.CurrentCulture);

    public static string Percent(int hundredths) => (hundredths / 100m).ToString("0.##", CultureInfo.CurrentCulture) + " %";

    /// <summary>A workload: whole hours in words, anything else as it was written.</summary>
    public string Workload(string duration) =>
        Hours().Match(duration) is { Success: true } hours ? this["hours", hours.Groups[1].Value] : Stated(duration);

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^PT([0-9]{1,6})H\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hours();
}
