using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MicroCreds.Console.Language;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Cases;

/// <summary>
/// The fields of a decision, as proposed or as typed. A reason is a checkbox <c>reason</c> with its code, a text <c>reason_text_CODE</c>, and
/// checkboxes <c>reason_outcomes_CODE</c>; the alternatives are numbered from 1.
/// </summary>
public sealed class DecisionForm
{
    /// <summary>Alternatives that the form has room for.</summary>
    public const int Alternatives = 3;

    /// <summary>Outcomes an officer may choose, most favourable first.</summary>
    public static ImmutableArray<DecisionOutcome> Outcomes { get; } =
        [DecisionOutcome.Full, DecisionOutcome.Alternative, DecisionOutcome.Partial, DecisionOutcome.Conditional, DecisionOutcome.Refused];

    /// <summary>Reasons an officer may give.</summary>
    public static ImmutableArray<ReasonCode> Reasons { get; } = [.. Enum.GetValues<ReasonCode>().Where(c => c != ReasonCode.Unspecified)];

    /// <summary>Outcome in snake_case; empty when none is chosen.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Unit granted.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Credits as typed, with point or comma; empty for the proposal's.</summary>
    public string Credits { get; init; } = "";

    /// <summary>Grade granted.</summary>
    public string Grade { get; init; } = "";

    /// <summary>Reasons that are ticked, in the order of their codes.</summary>
    public ImmutableArray<(ReasonCode Code, string Text, ImmutableArray<string> TargetOutcomes)> Given { get; init; } = [];

    /// <summary>Alternatives with the number of their row, from 1; empty rows are left out.</summary>
    public ImmutableArray<(int Row, string Outcome, string Unit, string Text)> Considered { get; init; } = [];

    /// <summary>Condition.</summary>
    public string Condition { get; init; } = "";

    /// <summary>Last day to meet the condition.</summary>
    public string ConditionDueDate { get; init; } = "";

    /// <summary>Explanation for the learner.</summary>
    public string Statement { get; init; } = "";

    /// <summary>Reads a form that was sent.</summary>
    public static DecisionForm Sent(IFormCollection form) => new()
    {
        Outcome = form["outcome"].ToString(),
        Unit = form["unit"].ToString().Trim(),
        Credits = form["credits"].ToString().Trim(),
        Grade = form["grade"].ToString().Trim(),
        Given = [.. Reasons.Where(c => form["reason"].Contains(Name(c)))
            .Select(c => (c, Text(form, "reason_text_" + Name(c)), form["reason_outcomes_" + Name(c)].OfType<string>().ToImmutableArray()))],
        Considered = [.. Enumerable.Range(1, Alternatives)
            .Select(row => (row, form[$"alternative_outcome_{row}"].ToString(), form[$"alternative_unit_{row}"].ToString().Trim(), Text(form, $"alternative_text_{row}")))
            .Where(a => a.Item2.Length + a.Item3.Length + a.Item4.Length > 0)],
        Condition = Text(form, "condition"),
        ConditionDueDate = form["condition_due_date"].ToString(),
        Statement = Text(form, "statement"),
    };

    /// <summary>The proposal as a form, ready to be changed.</summary>
    public static DecisionForm Proposed(RecognitionCase shown)
    {
        if (shown.Assessment is not { } assessment) return new DecisionForm();
        var asked = shown.Target?.Unit ?? "";
        return new DecisionForm
        {
            Outcome = assessment.ProposedOutcome,
            // Of several lines each has a unit, credits and a grade of its own; left open they stand as proposed.
            Unit = assessment.Unit == asked || assessment.Lines.Count > 0 ? "" : assessment.Unit,
            Credits = assessment.ProposedOutcome.Length == 0 || assessment.Lines.Count > 0 ? "" : Words.CreditsNumber(assessment.GrantedEctsCreditsHundredths),
            Grade = assessment.Lines.Count > 0 ? "" : assessment.Grade?.Target ?? "",
            Given = [.. assessment.Reasons.Select(r => r.Split(": ", 2))
                .Where(r => CodeOf(r[0]) is not null)
                .Select(r => (CodeOf(r[0]) ?? default, r.Length > 1 ? r[1] : "", Missing(CodeOf(r[0]) ?? default, assessment)))],
            Considered = [.. assessment.Alternatives.Take(Alternatives).Select((text, i) => (i + 1, "alternative", "", text))],
        };
    }

    /// <summary>What a person can mend without asking the node.</summary>
    internal ImmutableArray<FieldError> Check(Words words)
    {
        var slips = ImmutableArray.CreateBuilder<FieldError>();
        if (OutcomeOf(Outcome) == DecisionOutcome.Unspecified) slips.Add(new FieldError("outcome", words["slip.outcome"]));
        if (Credits.Length > 0 && ParseCredits(Credits) is null) slips.Add(new FieldError("credits", words["slip.credits"]));
        foreach (var row in Considered.Where(a => OutcomeOf(a.Outcome) == DecisionOutcome.Unspecified))
            slips.Add(new FieldError($"alternative_outcome_{row.Row}", words["slip.alternative"]));
        return slips.ToImmutable();
    }

    /// <summary>The decision in the terms of the contract. Only for a form that <see cref="Check"/> found in order.</summary>
    internal DecisionInput ToInput()
    {
        var input = new DecisionInput { Outcome = OutcomeOf(Outcome), Condition = Condition, ConditionDueDate = ConditionDueDate, Statement = Statement };
        if (input.Outcome != DecisionOutcome.Refused)
        {
            // The proposal's unit, credits and grade still stand in the fields when an officer chooses to refuse; what is refused grants none.
            (input.Unit, input.GrantedGrade) = (Unit, Grade);
            if (ParseCredits(Credits) is { } credits) input.GrantedEctsCreditsHundredths = credits;
        }

        foreach (var (code, text, outcomes) in Given)
            input.Reasons.Add(new DecisionReason { Code = code, Text = text, TargetOutcomes = { outcomes } });
        foreach (var (_, outcome, unit, text) in Considered)
            input.Alternatives.Add(new ConsideredAlternative { Outcome = OutcomeOf(outcome), Unit = unit, Text = text });
        return input;
    }

    /// <summary>Whether the form asks which target outcomes are meant.</summary>
    internal static bool NamesOutcomes(ReasonCode code) => code is ReasonCode.LearningOutcomes or ReasonCode.Quality or ReasonCode.Profile or ReasonCode.InsufficientEvidence;

    internal static string Name(ReasonCode code) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());

    internal static string Name(DecisionOutcome outcome) => JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString());

    internal string FieldOfReason(int at, string part) => at >= Given.Length ? "reasons"
        : part switch { "text" => "reason_text_", "target_outcomes" => "reason_outcomes_", _ => "reason_" } + Name(Given[at].Code);

    internal string FieldOfAlternative(int at, string part) => at >= Considered.Length ? "alternatives"
        : $"alternative_{(part is "outcome" or "unit" ? part : "text")}_{Considered[at].Row}";

    /// <summary>Credits in hundredths, at most two decimals; null when the text is no such number.</summary>
    internal static int? ParseCredits(string text) =>
        decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var credits)
        && credits is >= 0 and <= 360 && credits * 100 == decimal.Truncate(credits * 100)
            ? (int)(credits * 100) : null;

    private static DecisionOutcome OutcomeOf(string name) => Outcomes.FirstOrDefault(o => Name(o) == name);

    private static ReasonCode? CodeOf(string name) => Reasons.Cast<ReasonCode?>().FirstOrDefault(c => c is { } code && Name(code) == name);

    private static ImmutableArray<string> Missing(ReasonCode code, Assessment assessment) =>
        NamesOutcomes(code) && assessment.Coverage is { } coverage ? [.. coverage.Missing] : [];

    private static string Text(IFormCollection form, string field) => form[field].ToString().ReplaceLineEndings("\n").Trim();
}
