using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Grades;

namespace MicroCreds.Domain.Rules;

/// <summary>Writes what the rules say: the rule that applies, a conflict, what a near miss suggests, or that there is no rule.</summary>
internal static class RuleProposal
{
    internal static void Write(AssessmentDraft draft)
    {
        if (draft.Unit is not { } unit)
        {
            NoRule(draft);
            return;
        }

        switch (RuleChoice.Among(draft.Matches, draft.Input.Policy.RuleDate, r => draft.Credits.GrantedBy(r, unit)?.Hundredths ?? -1))
        {
            case RuleChoice.Applies { Rule: var rule }:
                Introduce(draft, rule);
                Grant(draft, unit, rule);
                break;
            case RuleChoice.Conflict { Rules: var rules }:
                Conflict(draft, unit, rules);
                break;
            case RuleChoice.None:
                NoMatch(draft, unit);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Says which rule applies, and whose it was.</summary>
    internal static void Introduce(AssessmentDraft draft, EquivalenceRule rule)
    {
        draft.Say($"Rule {rule.Id} applies (rank {(int)rule.Rank}, priority {rule.Priority.ToString(CultureInfo.InvariantCulture)}): every condition holds.");
        if (rule.AdoptedFrom is { } from) draft.Say(string.Create(CultureInfo.InvariantCulture, $"It was adopted from {from.Organisation} {from.Rule}@v{from.Version}, digest {from.Digest}."));
    }

    private static void Conflict(AssessmentDraft draft, TargetUnit unit, ImmutableArray<EquivalenceRule> rules)
    {
        draft.Refer(ReferralReason.RuleConflict);
        draft.Say($"Rules {string.Join(" and ", rules.Select(r => r.Id))} match with the same rank, priority and specificity and grant different things. A person decides.");
        foreach (var rule in rules)
        {
            var credits = draft.Credits.GrantedBy(rule, unit) ?? EctsCredits.Zero;
            draft.Consider(credits >= draft.Credits.AskedOf(unit) ? DecisionOutcome.Full : DecisionOutcome.Partial, unit.Code, $"{credits} credits by rule {rule.Id}.");
        }
    }

    private static void NoMatch(AssessmentDraft draft, TargetUnit unit)
    {
        draft.Refer(ReferralReason.NoRule);
        draft.Say("No rule in force matches.");
        if (draft.Judged.FirstOrDefault(j => j.Misses == 1) is { } near)
        {
            draft.Refer(ReferralReason.NearMiss);
            var failed = near.Finding.Conditions.FirstOrDefault(c => !c.Held);
            draft.Say(failed is null
                ? $"Rule {near.Rule.Id} would match but was not in force."
                : $"Rule {near.Rule.Id} misses by one condition: {failed.Condition} asks for {failed.Expected}, the credential says {failed.Actual}.");
            if (near.OnlyMissed is { } missed && NearMissProposal.Write(draft, unit, near.Rule, missed)) return;
        }

        if (draft.Input.Achievement.EqfLevel < unit.EqfLevel)
        {
            NearMissProposal.LowerLevel(draft, unit);
            return;
        }

        NoRule(draft);
    }

    private static void NoRule(AssessmentDraft draft)
    {
        draft.Refer(ReferralReason.NoRule);
        AlternativeUnit.Offer(draft);
    }

    /// <summary>Writes what <paramref name="rule"/> grants here.</summary>
    internal static void Grant(AssessmentDraft draft, TargetUnit unit, EquivalenceRule rule)
    {
        if (!rule.Automatic) draft.Refer(ReferralReason.RuleNotAutomatic);
        if (rule.Grant is CreditGrant.Fixed { Credits.Hundredths: 0 })
        {
            draft.By(rule);
            draft.Refer(ReferralReason.LessThanAsked);
            draft.Say($"Rule {rule.Id} records that this was evaluated and grants no credits.");
            AlternativeUnit.Offer(draft);
            return;
        }

        if (rule.Grant.Benefit is not GrantBenefit.Credits and var benefit)
        {
            Benefit(draft, unit, rule, benefit);
            return;
        }

        // A rule that names the achievement, or an agreement, has settled level and outcomes; any other rule has not.
        var settled = rule.Rank <= RuleRank.NamedAchievement;
        if (!settled && draft.Input.Achievement.EqfLevel < unit.EqfLevel)
        {
            NearMissProposal.LowerLevel(draft, unit);
            return;
        }

        draft.By(rule);
        if (draft.Credits.GrantedBy(rule, unit) is not { } granted)
        {
            draft.Refer(ReferralReason.LessThanAsked);
            // Only on the validation track does the applicant show equivalence.
            draft.Because(draft.Input.Track == RecognitionTrack.Validation ? ReasonCode.InsufficientEvidence : ReasonCode.Workload, "Neither credits nor hours of work are stated.");
            draft.Consider(DecisionOutcome.Conditional, unit.Code, "Grant once the provider states the workload.");
            return;
        }

        if (draft.Coverage is { } coverage && coverage.MissingEssential.Length > 0 && (!settled || draft.Input.Track == RecognitionTrack.Validation))
        {
            NearMissProposal.PartlyCovered(draft, unit, rule, coverage, granted);
            return;
        }

        Settle(draft, unit, rule, granted);
    }

    // Field reference E.2: credit, exemption and admission are three benefits. Without credits nothing counts towards a cap and no grade is converted.
    private static void Benefit(AssessmentDraft draft, TargetUnit unit, EquivalenceRule rule, GrantBenefit benefit)
    {
        draft.By(rule);
        draft.Benefits(benefit);
        draft.Refer(ReferralReason.GrantsNoCredits);
        if (benefit == GrantBenefit.Exemption && rule.GrantCondition.Length == 0)
        {
            draft.Grant(DecisionOutcome.Full, unit.Code, EctsCredits.Zero, EctsCredits.Zero);
            draft.Say($"Proposed: exemption. Rule {rule.Id} waives {unit.Code} and grants no credits.");
            return;
        }

        var reason = draft.Input.Track == RecognitionTrack.Validation ? ReasonCode.InsufficientEvidence : ReasonCode.Profile;
        if (benefit == GrantBenefit.Exemption)
        {
            draft.Because(reason, $"Condition of rule {rule.Id}: {rule.GrantCondition}");
            draft.Consider(DecisionOutcome.Full, unit.Code, "Without the condition, where the evidence already shows what it asks for.");
            draft.Grant(DecisionOutcome.Conditional, unit.Code, EctsCredits.Zero, EctsCredits.Zero);
            draft.Say($"Proposed: exemption under a condition. Rule {rule.Id} waives {unit.Code} and grants no credits.");
            return;
        }

        draft.Because(reason, $"Rule {rule.Id} accepts the credential for admission to {unit.Code} and grants no credits.");
        draft.Consider(DecisionOutcome.Alternative, unit.Code, $"Admission to {unit.Code}.");
        AlternativeUnit.Offer(draft);
        draft.Grant(DecisionOutcome.Alternative, null, EctsCredits.Zero, EctsCredits.Zero);
        draft.Say($"Proposed: admission to {unit.Code}, without credits.");
    }

    /// <summary>Applies what limits every grant (hours, size of the unit, cap, condition in words), converts the grade and states the outcome.</summary>
    internal static void Settle(AssessmentDraft draft, TargetUnit unit, EquivalenceRule rule, EctsCredits granted)
    {
        var asked = draft.Credits.AskedOf(unit);
        if (!draft.HasReasons && granted < asked)
        {
            var text = draft.Credits.Limit is null
                ? $"{granted} of {asked} credits are granted by rule {rule.Id}."
                : $"The stated work of {draft.Input.Achievement.Volume} makes {granted} credits at {draft.Input.Policy.HoursPerCredit} h per credit.";
            draft.Because(ReasonCode.Workload, text);
            draft.Consider(DecisionOutcome.Conditional, unit.Code, draft.Credits.Limit is null
                ? $"An additional task for the remaining {asked - granted} credits."
                : "The whole amount once the provider confirms the workload.");
        }

        var (counted, extra) = CapRule.Apply(draft, granted);
        if (counted == EctsCredits.Zero)
        {
            draft.Refer(ReferralReason.LessThanAsked);
            if (extra > EctsCredits.Zero) draft.Grant(DecisionOutcome.Alternative, null, EctsCredits.Zero, extra);
            else AlternativeUnit.Offer(draft);
            return;
        }

        var outcome = counted < asked ? DecisionOutcome.Partial : DecisionOutcome.Full;
        if (rule.GrantCondition.Length > 0)
        {
            draft.Because(draft.Input.Track == RecognitionTrack.Validation ? ReasonCode.InsufficientEvidence : ReasonCode.Profile, $"Condition of rule {rule.Id}: {rule.GrantCondition}");
            draft.Consider(outcome, unit.Code, "Without the condition, where the evidence already shows what it asks for.");
            outcome = DecisionOutcome.Conditional;
        }

        // Field reference C.2: never more than was earned, unless a person states the bridge.
        if (draft.Credits.Earned < counted)
        {
            draft.Refer(ReferralReason.RuleNotAutomatic);
            draft.Say($"Rule {rule.Id} grants {counted} credits for {draft.Credits.Earned} earned; a person states what bridges the difference.");
        }

        draft.Grant(outcome, unit.Code, counted, extra);
        if (outcome != DecisionOutcome.Full) draft.Refer(ReferralReason.LessThanAsked);
        Convert(draft, unit, rule.Grade);
        draft.Say($"Proposed: {CodeWord.Of(outcome)}, {counted} of {asked} credits for {unit.Code}.");
    }

    /// <summary>Converts the grade where the unit carries one, and says why not where it cannot.</summary>
    internal static void Convert(AssessmentDraft draft, TargetUnit unit, GradeTreatment treatment)
    {
        if (treatment == GradeTreatment.Ungraded || !unit.Graded)
        {
            draft.Say("The unit is granted as passed, without a grade; the original grade is kept.");
            return;
        }

        var input = draft.Input;
        var outcome = input.Achievement.Grade is { } grade && input.AwardingBody is { } body
            ? GradeConverter.Convert(grade, body, input.Achievement.EqfLevel ?? unit.EqfLevel, input.Institution, unit.EqfLevel, input.Achievement.IscedFields, input.GradeTables, input.Policy.GradeConversion)
            : new GradeConversionOutcome.NotConvertible("The credential states no grade, or its awarding body is no member.");
        switch (outcome)
        {
            case GradeConversionOutcome.Converted { Conversion: var conversion }:
                draft.Graded(conversion);
                draft.Say($"Grade {conversion.Source} becomes {conversion.Target} ({CodeWord.Of(conversion.Policy.Choice)}): {string.Join(", ", conversion.Overlaps.Select(Share))}.");
                foreach (var warning in conversion.Warnings) draft.Say(warning);
                break;
            case GradeConversionOutcome.NotConvertible { Reason: var reason }:
                draft.Refer(ReferralReason.GradeNotConvertible);
                draft.Say(reason);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static string Share(GradeOverlap overlap) =>
        string.Create(CultureInfo.InvariantCulture, $"{overlap.Label} {overlap.ShareHundredthsPercent / 100m:0.0} %");
}
