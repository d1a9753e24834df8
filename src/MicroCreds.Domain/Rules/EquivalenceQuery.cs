using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>Answers questions about published rules without a case and without a person's data. Source: field reference E.7. A hidden rule never answers.</summary>
public static class EquivalenceQuery
{
    /// <summary>
    /// Forward: what the achievement counts for. One answer per unit for which a visible rule could speak, by unit code, and one for each rule about
    /// several credentials or units of which it is a source; one answer
    /// <see cref="EquivalenceStatus.NotEvaluated"/> when none could. A unit that is not published answers like one nobody evaluated.
    /// </summary>
    public static ImmutableArray<EquivalenceAnswer> Forward(CompiledTable table, EquivalenceQuestion question)
    {
        var codes = question.Codes.AddRange(question.Achievement?.Codes ?? []);
        var facts = new SourceFacts(
            question.Achievement is { } known ? known with { Codes = codes } : Unknown(codes, question.AsOf), question.AwardingBody, question.AsOf, GradeTableSet.Empty);
        var answers = table.Candidates(question.AwardingBody, codes, question.Unit)
            .Where(r => VisibleTo(r, question.Audience))
            .GroupBy(r => r.Target)
            .Where(g => table.Find(g.Key) is not null)
            .OrderBy(g => g.Key.Value, StringComparer.Ordinal)
            .Select(g => Answer(table, g, facts, question))
            .OfType<EquivalenceAnswer>()
            .Concat(CompositeAnswers.To(table, question, facts, r => VisibleTo(r, question.Audience), (unit, rule, status, reason) => Make(table, unit, rule, question.AsOf, status, reason)))
            .OrderBy(a => a.Unit?.Value, StringComparer.Ordinal)
            .ToImmutableArray();
        return answers.Length > 0 ? answers : [new() { Status = EquivalenceStatus.NotEvaluated, AsOf = question.AsOf, Unit = question.Unit, Reason = "No published rule speaks about this." }];
    }

    /// <summary>Reverse: what counts as <paramref name="unit"/>. One answer per visible rule that grants it, by rule identifier; empty when the unit is not published or no rule is visible.</summary>
    public static ImmutableArray<EquivalenceAnswer> Reverse(CompiledTable table, UnitCode unit, DateOnly asOf, RuleAudience audience) =>
        table.Find(unit) is not { } target ? [] : [.. table.RulesFor(unit).Where(r => VisibleTo(r, audience)).Select(r => Published(table, target, r, asOf))];

    private static EquivalenceAnswer? Answer(CompiledTable table, IGrouping<UnitCode, EquivalenceRule> rules, SourceFacts facts, EquivalenceQuestion question)
    {
        if (table.Find(rules.Key) is not { } unit) return null;
        var matches = new RuleMatches();
        table.Match(facts, unit.Code, RuleDatePolicy.ApplicationDate, matches);
        matches.KeepOnly(r => VisibleTo(r, question.Audience));
        switch (RuleChoice.Among(matches, RuleDatePolicy.ApplicationDate, r => (Credits(r, unit, facts, question.CreditStep) ?? unit.Credits).Hundredths))
        {
            case RuleChoice.Applies { Rule: var rule }:
                return Applying(table, unit, rule, facts, OutcomeMatcher.Cover(unit, facts.OutcomeNames), question);
            case RuleChoice.Conflict { Rules: var tied }:
                return Make(table, unit, tied[0], question.AsOf, EquivalenceStatus.Conditional, $"Rules {string.Join(" and ", tied.Select(r => r.Id))} grant different things; a person decides.");
        }

        // A rule that names no achievement and is in force would have matched, if it could speak here. There may be thousands of them.
        var near = rules.Where(r => r.Rank <= RuleRank.NamedAchievement || r.ValidUntil < question.AsOf).ToArray();
        if (near.Length == 0) return null;
        var coverage = OutcomeMatcher.Cover(unit, facts.OutcomeNames);
        // Strongest first: a rule that was about this very thing answers before a generic one.
        foreach (var judgement in JudgedRule.Ordered(near.Select(r => JudgedRule.Of(r, facts, unit, coverage, RuleDatePolicy.ApplicationDate))))
        {
            if (NotMatching(table, unit, judgement, question) is { } answer) return answer;
        }

        return null;
    }

    private static EquivalenceAnswer Applying(CompiledTable table, TargetUnit unit, EquivalenceRule rule, SourceFacts facts, OutcomeCoverage? coverage, EquivalenceQuestion question)
    {
        var asOf = question.AsOf;
        var credits = Credits(rule, unit, facts, question.CreditStep);
        // As in an assessment: only a rule that names the achievement, or an agreement, has settled level and outcomes.
        var open = rule.Rank > RuleRank.NamedAchievement;
        var answer = open && facts.Achievement.EqfLevel < unit.EqfLevel
                ? Make(table, unit, rule, asOf, EquivalenceStatus.EvaluatedNotEquivalent, $"LEVEL: EQF level {facts.Achievement.EqfLevel} is below {unit.EqfLevel}.")
            : open && coverage is { MissingEssential.Length: > 0 } ? Make(table, unit, rule, asOf, EquivalenceStatus.Partial, $"Not covered: {string.Join(", ", coverage.MissingEssential)}.")
            : rule.Grant.Benefit is not GrantBenefit.Credits and var benefit ? Beside(table, unit, rule, asOf, benefit)
            : credits == EctsCredits.Zero ? Make(table, unit, rule, asOf, EquivalenceStatus.EvaluatedNotEquivalent, "The rule records that no credits are granted.")
            : rule.GrantCondition.Length > 0 ? Make(table, unit, rule, asOf, EquivalenceStatus.Conditional, rule.GrantCondition)
            : credits < unit.Credits && unit.Kind == UnitKind.Course ? Make(table, unit, rule, asOf, EquivalenceStatus.Partial, $"{credits} of {unit.Credits} credits.")
            : Make(table, unit, rule, asOf, EquivalenceStatus.Equivalent, "");
        return answer.Status is EquivalenceStatus.EvaluatedNotEquivalent ? answer : answer with { Granted = credits };
    }

    private static EquivalenceAnswer? NotMatching(CompiledTable table, TargetUnit unit, JudgedRule judged, EquivalenceQuestion question)
    {
        var failed = judged.Rule.Conditions.Zip(judged.Finding.Conditions).Where(p => !p.Second.Held).ToArray();
        var identified = failed.All(p => p.First is not (RuleCondition.AwardingBody or RuleCondition.AchievementCode or RuleCondition.AchievementTitle));
        var named = judged.Rule.Rank <= RuleRank.NamedAchievement;
        if (!identified || (failed.Length > 0 && !named)) return null;

        var reason = string.Join("; ", failed.Select(p => $"{p.Second.Condition}: asked {p.Second.Expected}, stated {p.Second.Actual}"));
        if (!judged.Finding.InForce)
            return judged.Rule.ValidUntil < question.AsOf ? Make(table, unit, judged.Rule, question.AsOf, EquivalenceStatus.Expired, $"In force until {Day(judged.Rule.ValidUntil)}.") : null;
        if (question.Achievement is null) return Make(table, unit, judged.Rule, question.AsOf, EquivalenceStatus.Conditional, reason);
        if (failed.Length == 1 && failed[0].First is RuleCondition.MaxAgeYears) return Make(table, unit, judged.Rule, question.AsOf, EquivalenceStatus.Expired, $"TOO_OLD: {reason}");
        if (failed.All(p => p.Second.Actual == ConditionJudge.NotStated)) return Make(table, unit, judged.Rule, question.AsOf, EquivalenceStatus.Conditional, reason);
        if (failed.Length == 1 && failed[0].First is RuleCondition.OutcomeCoverageAtLeast) return Make(table, unit, judged.Rule, question.AsOf, EquivalenceStatus.Partial, reason);
        return Make(table, unit, judged.Rule, question.AsOf, EquivalenceStatus.EvaluatedNotEquivalent, reason);
    }

    private static EquivalenceAnswer Published(CompiledTable table, TargetUnit unit, EquivalenceRule rule, DateOnly asOf)
    {
        if (rule.ValidUntil < asOf) return Make(table, unit, rule, asOf, EquivalenceStatus.Expired, $"In force until {Day(rule.ValidUntil)}.");
        if (rule.Composite && !(rule.ValidFrom > asOf)) return Composite(table, unit, rule, asOf);
        if (rule.ValidFrom > asOf) return Make(table, unit, rule, asOf, EquivalenceStatus.NotEvaluated, $"In force from {Day(rule.ValidFrom)}.");
        if (rule.Grant.Benefit is not GrantBenefit.Credits and var benefit) return Beside(table, unit, rule, asOf, benefit) with { Granted = EctsCredits.Zero };
        var credits = (rule.Grant as CreditGrant.Fixed)?.Credits;
        return Make(
            table, unit, rule, asOf,
            credits == EctsCredits.Zero ? EquivalenceStatus.EvaluatedNotEquivalent
            : rule.GrantCondition.Length > 0 ? EquivalenceStatus.Conditional
            : credits < unit.Credits && unit.Kind == UnitKind.Course ? EquivalenceStatus.Partial
            : EquivalenceStatus.Equivalent,
            rule.GrantCondition) with { Granted = credits };
    }

    private static EquivalenceAnswer Composite(CompiledTable table, TargetUnit unit, EquivalenceRule rule, DateOnly asOf)
    {
        var credits = CompositeAnswers.Granted(rule, unit, null);
        var status = rule.GrantCondition.Length > 0 ? EquivalenceStatus.Conditional : credits < unit.Credits && unit.Kind == UnitKind.Course ? EquivalenceStatus.Partial : EquivalenceStatus.Equivalent;
        return Make(table, unit, rule, asOf, status, rule.GrantCondition) with { Granted = credits };
    }

    private static EquivalenceAnswer Make(CompiledTable table, TargetUnit unit, EquivalenceRule rule, DateOnly asOf, EquivalenceStatus status, string reason)
    {
        var source = table.TableOf(rule.Id) ?? throw new UnreachableException();
        return new()
        {
            Status = status,
            AsOf = asOf,
            Unit = unit.Code,
            Table = source.Id,
            TableVersion = source.Version,
            TableDigest = source.Digest,
            Rule = rule with { PrivateNote = "" },
            Grade = unit.Graded ? rule.Grade : GradeTreatment.Ungraded,
            LastValidOn = rule.ValidUntil,
            Generic = rule.Rank is RuleRank.Generic or RuleRank.NamedAwardingBody,
            Reason = reason,
        };
    }

    // Whoever asks learns that it counts, and for what: a waived unit is taken for equivalent, admission is a part of it.
    private static EquivalenceAnswer Beside(CompiledTable table, TargetUnit unit, EquivalenceRule rule, DateOnly asOf, GrantBenefit benefit) => benefit switch
    {
        _ when rule.GrantCondition.Length > 0 => Make(table, unit, rule, asOf, EquivalenceStatus.Conditional, rule.GrantCondition),
        GrantBenefit.Exemption => Make(table, unit, rule, asOf, EquivalenceStatus.Equivalent, "Exemption: the unit is waived, no credits are granted."),
        _ => Make(table, unit, rule, asOf, EquivalenceStatus.Partial, "Admission only: no credits are granted."),
    };

    private static EctsCredits? Credits(EquivalenceRule rule, TargetUnit unit, SourceFacts facts, EctsCredits step) =>
        rule.Grant.Hundredths(facts.Achievement.Credits?.Hundredths ?? -1, unit.Credits.Hundredths, step) is >= 0 and var granted ? EctsCredits.FromHundredths(granted) : null;

    private static bool VisibleTo(EquivalenceRule rule, RuleAudience audience) => rule.Visibility switch
    {
        RuleVisibility.Public => true,
        RuleVisibility.Partners => audience == RuleAudience.Partner,
        _ => false,
    };

    // Nothing but the codes is known; conditions that look at anything else stay open. Only a day must be there, and today's award is never too old.
    private static Achievement Unknown(ImmutableArray<string> codes, DateOnly asOf) => new()
    {
        Id = "", Codes = codes, Title = LocalisedText.Of(""), AwardingBodies = [], AwardedOn = asOf, Outcomes = [], AssessmentTypes = [], Modes = [],
        IscedFields = [], Languages = [], Accreditations = [], CountryStated = false,
    };

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "open";
}
