using System.Globalization;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;

namespace MicroCreds.Domain.Rules;

/// <summary>Looks at one rule by itself. Every example was judged by the rule before it is reported.</summary>
internal sealed class RuleCheck(RuleBox box, TargetUnit? unit, WitnessSearch search, RecognitionPolicy policy, DateOnly day)
{
    private readonly EquivalenceRule _rule = box.Rule;

    /// <summary>Findings about the rule.</summary>
    internal IEnumerable<TableFinding> Findings()
    {
        if (unit is null) yield return Finding(TableFindingCode.DanglingTarget, FindingSeverity.Error, $"grants {_rule.Target}, which is in no table of the institution.", search.Matching(box));
        else if (unit.Kind == UnitKind.Thesis) yield return Finding(TableFindingCode.RestrictedTarget, FindingSeverity.Error, $"grants {_rule.Target}, a thesis, which is never granted by recognition.", search.Matching(box));
        var why = WhyUnreachable(box, unit, policy.RuleDate);
        if (why is not null) yield return Finding(TableFindingCode.Unreachable, FindingSeverity.Error, $"can never match: {why}.", null);
        if (_rule.ValidUntil < day) yield return Finding(TableFindingCode.Expired, FindingSeverity.Warning, $"ended on {Day(_rule.ValidUntil)}.", search.Matching(box));
        if (why is null && _rule.ValidFrom > day) yield return Finding(TableFindingCode.FutureOnly, FindingSeverity.Info, $"begins on {Day(_rule.ValidFrom)}.", search.Matching(box));
        foreach (var finding in Credits().Concat(Grounds()).Concat(Track())) yield return finding;
    }

    /// <summary>Why no credential can match the rule; null when one can.</summary>
    internal static string? WhyUnreachable(RuleBox box, TargetUnit? unit, RuleDatePolicy dates)
    {
        var rule = box.Rule;
        if (rule.Conditions.Length == 0) return "it has no conditions";
        if (rule.ValidFrom > rule.ValidUntil) return $"it begins on {Day(rule.ValidFrom)} and ends on {Day(rule.ValidUntil)}";
        foreach (var condition in rule.Conditions)
        {
            switch (condition)
            {
                case RuleCondition.EqfLevelAtLeast { Level: < 1 or > 8 } c: return $"EQF level {c.Level} is not from 1 to 8";
                case RuleCondition.EqfLevelIs { Level: < 1 or > 8 } c: return $"EQF level {c.Level} is not from 1 to 8";
                case RuleCondition.EqfLevelAtMost { Level: < 1 or > 8 } c: return $"EQF level {c.Level} is not from 1 to 8";
                case RuleCondition.GradePercentileAtLeast { Percent: < 1 or > 100 } c: return $"{c.Percent} % is not from 1 to 100";
                case RuleCondition.HoursPerCreditAtLeast { Hours: < 1 } c: return $"{c.Hours} hours for a credit";
                case RuleCondition.AssessmentOtherThan c when Enum.GetValues<AssessmentType>().All(t => t == AssessmentType.Unspecified || c.Types.Contains(t)): return "it asks for one of nothing";
                case RuleCondition.OutcomeCoverageAtLeast { Percent: < 1 or > 100 } c: return $"{c.Percent} % is not from 1 to 100";
                case RuleCondition.MaxAgeYears { Years: < 0 } c: return $"an age of {c.Years} years";
                case RuleCondition.AssessmentIsOneOf c when c.Types.All(t => t == 0): return "it asks for one of nothing";
                case RuleCondition.ModeIsOneOf c when c.Modes.All(m => m == 0): return "it asks for one of nothing";
                case RuleCondition.AwardedBetween c when c.From > c.Until: return $"no day lies between {Day(c.From)} and {Day(c.Until)}";
            }
        }

        if (box.Eqf > box.HighestEqf) return "two of its conditions exclude each other";
        if (box.Several && rule.Conditions.Any(a => rule.Conditions.Any(b => ConditionRelation.Excludes(a, b)))) return "two of its conditions exclude each other";
        if (box.Coverage > 0 && unit is not null)
        {
            if (unit.Outcomes.Length == 0) return $"{unit.Code} has no outcomes to cover";
            if (unit.Outcomes.FirstOrDefault(o => o.Essential && o.CoveredBy.Length == 0) is { } essential) return $"nothing covers the essential outcome {essential.Code} of {unit.Code}";
            var most = unit.Outcomes.Count(o => o.CoveredBy.Length > 0) * 100 / unit.Outcomes.Length;
            if (most < box.Coverage) return $"at most {most} % of the outcomes of {unit.Code} can be covered";
        }

        return RuleBox.OnAward(dates).All(onAward => box.Dates.IsEmpty(onAward)) ? "no day of award goes with its dates" : null;
    }

    private IEnumerable<TableFinding> Credits()
    {
        var asked = _rule.Conditions.OfType<RuleCondition.CreditsAtLeast>().Select(c => c.Credits).DefaultIfEmpty(EctsCredits.Zero).Max();
        if (_rule.Grant is CreditGrant.Fixed { Credits: var granted })
        {
            if (unit is not null && granted > unit.Credits) yield return Finding(TableFindingCode.CreditInflation, FindingSeverity.Error, $"grants {granted} credits, {unit.Code} has {unit.Credits}.", search.Matching(box));
            else if (asked > EctsCredits.Zero && granted > asked) yield return Finding(TableFindingCode.CreditInflation, FindingSeverity.Error, $"grants {granted} credits for {asked} earned.", search.Matching(box));
            // A rule about one achievement knows its credits; any other should say how many it expects.
            else if (asked == EctsCredits.Zero && granted > EctsCredits.Zero && box.Rank > RuleRank.NamedAchievement)
                yield return Finding(TableFindingCode.CreditInflation, FindingSeverity.Warning, $"grants {granted} credits without asking how many were earned.", search.Changed(box, p => p with { Credits = 0 }, j => j.Matched));
        }

        if (_rule.Grant is CreditGrant.Proportional { Percent: var percent } && percent is < 1 or > 100)
            yield return Finding(TableFindingCode.CreditInflation, FindingSeverity.Error, $"grants {percent} % of what was earned; a share is from 1 to 100 %.", search.Matching(box));

        // DM 931/2024 and its like: what is validated in a programme has a cap, which one rule cannot exceed.
        var most = EctsCredits.FromHundredths(unit is null ? box.CreditsGranted ?? 0 : box.Granted(asked.Hundredths, policy.CreditStep));
        if (policy.ValidationCap is { } cap && most > cap && policy.TrackOf(box.Body) == RecognitionTrack.Validation)
        {
            yield return Finding(
                TableFindingCode.CapInfeasible, box.Body is null ? FindingSeverity.Warning : FindingSeverity.Error,
                $"grants {most} credits, while at most {cap} are validated in a programme.", search.Matching(box));
        }
    }

    private IEnumerable<TableFinding> Grounds()
    {
        var recognition = policy.TrackOf(box.Body) == RecognitionTrack.Recognition;
        // EAR manual, chapter 8: a result that was passed with a poor grade is still recognised.
        if (recognition && _rule.Conditions.Any(c => c is RuleCondition.GradePercentileAtLeast or RuleCondition.ConvertedGradeAtLeast))
        {
            yield return Finding(
                TableFindingCode.UnlawfulGround, FindingSeverity.Warning, "asks for a grade above the pass mark of a higher-education institution; such cases go to a person.",
                search.Changed(
                    box, p => p.Percentile > 0 ? p with { Percentile = p.Percentile - 1 } : p with { ConvertedGrades = p.ConvertedGrades[1..] },
                    j => j.OnlyMissed is RuleCondition.GradePercentileAtLeast or RuleCondition.ConvertedGradeAtLeast));
        }

        if (recognition && _rule.Conditions.Any(c => c is RuleCondition.GradeAtLeast))
        {
            yield return Finding(
                TableFindingCode.UnlawfulGround, FindingSeverity.Warning, "asks for a grade above the pass mark of a higher-education institution; such cases go to a person.",
                search.Changed(box, p => p.Grade >= 100 ? p with { Grade = p.Grade - 100 } : null, j => j.OnlyMissed is RuleCondition.GradeAtLeast));
        }

        // EAR manual, chapter 13: duration alone is no ground.
        if (_rule.Conditions.Any(c => c is RuleCondition.CreditsAtLeast or RuleCondition.HoursPerCreditAtLeast) && _rule.Conditions.All(c => c is RuleCondition.CreditsAtLeast or RuleCondition.HoursPerCreditAtLeast or RuleCondition.CreditFramework or RuleCondition.AwardingBody))
        {
            yield return Finding(
                TableFindingCode.UnlawfulGround, FindingSeverity.Warning, "looks at the amount of work alone.",
                search.Changed(box, p => p.Minutes > 0 ? p with { Minutes = p.Minutes - 1 } : p.Credits >= 50 ? p with { Credits = p.Credits - 50 } : null,
                j => j.OnlyMissed is RuleCondition.CreditsAtLeast or RuleCondition.HoursPerCreditAtLeast));
        }

        // EAR manual, chapter 10: a substantial difference is one in the outcomes that matter, not any difference of content.
        if (recognition && box.Coverage == 100 && unit is { Outcomes.Length: > 1 } && unit.Outcomes.Any(o => !o.Essential))
        {
            yield return Finding(
                TableFindingCode.UnlawfulGround, FindingSeverity.Warning, "asks a higher-education institution for every outcome, also those that are not essential.",
                search.Changed(box, p => p with { Outcomes = p.Outcomes.RemoveAt(p.Outcomes.Length - 1) }, j => j.OnlyMissed is RuleCondition.OutcomeCoverageAtLeast));
        }
    }

    private IEnumerable<TableFinding> Track()
    {
        if (_rule.Automatic && !box.Quality && policy.TrackOf(box.Body) == RecognitionTrack.Validation)
        {
            yield return Finding(
                TableFindingCode.TrackMismatch, box.Body is null ? FindingSeverity.Warning : FindingSeverity.Error,
                $"is automatic for {box.Body?.Value ?? "any awarding body"} without asking for quality assurance.", search.Matching(box));
        }
    }

    private TableFinding Finding(TableFindingCode code, FindingSeverity severity, string text, TableWitness? witness) =>
        new(code, severity, _rule.Id, null, _rule.Target, $"Rule {_rule.Id} {text}") { Witness = witness };

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "open";
}
