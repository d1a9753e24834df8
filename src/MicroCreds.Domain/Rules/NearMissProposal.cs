using System.Globalization;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// What a rule that fails by exactly one condition suggests to the officer. A near miss never grants by itself. Source of the order of
/// offers: EAR manual, chapter 11 (full, alternative, partial, conditional).
/// </summary>
internal static class NearMissProposal
{
    /// <summary>Writes the proposal that follows from <paramref name="missed"/>; false when none follows.</summary>
    internal static bool Write(AssessmentDraft draft, TargetUnit unit, EquivalenceRule rule, RuleCondition missed)
    {
        var recognition = draft.Input.Track == RecognitionTrack.Recognition;
        switch (missed)
        {
            case RuleCondition.OutcomeCoverageAtLeast when draft.Coverage is { } coverage && draft.Credits.GrantedBy(rule, unit) is { } granted:
                draft.By(rule);
                PartlyCovered(draft, unit, rule, coverage, granted);
                return true;
            case RuleCondition.EqfLevelAtLeast when draft.Input.Achievement.EqfLevel is not null:
            case RuleCondition.EqfLevelIs asked when draft.Input.Achievement.EqfLevel < asked.Level:
                LowerLevel(draft, unit);
                return true;
            case RuleCondition.MaxAgeYears when draft.Credits.GrantedBy(rule, unit) is { } granted:
                TooOld(draft, unit, rule, granted);
                return true;
            // EAR manual, chapters 8 and 13: neither a passing grade nor duration alone is ground for less on the recognition track.
            case RuleCondition.GradeAtLeast or RuleCondition.GradePercentileAtLeast or RuleCondition.ConvertedGradeAtLeast when recognition:
            case RuleCondition.CreditsAtLeast or RuleCondition.HoursPerCreditAtLeast or RuleCondition.CreditFramework when recognition:
                draft.Say("On the recognition track this is no ground to grant less; the automatic grant is withheld and a person looks.");
                RuleProposal.Grant(draft, unit, rule);
                return true;
            case RuleCondition.GradeAtLeast or RuleCondition.GradePercentileAtLeast or RuleCondition.ConvertedGradeAtLeast:
                return Offer(draft, unit, ReasonCode.Grade, "The grade is below the floor of the rule.", "Repeat the assessment of the outcomes.");
            case RuleCondition.CreditsAtLeast:
                return Offer(draft, unit, ReasonCode.Workload, "Fewer credits were earned than the rule asks for.", "An additional task for the missing credits.");
            case RuleCondition.HoursPerCreditAtLeast or RuleCondition.CreditFramework:
                return Offer(draft, unit, ReasonCode.Workload, "The credits do not stand for the work the rule asks for.", "Show the hours of work that were needed.");
            case RuleCondition.ValidAtApplication:
                return Offer(draft, unit, ReasonCode.TooOld, "The credential was no longer valid on the day of application.", "Demonstrate currency: show that the outcomes are still held.");
            case RuleCondition.QualityAssured:
                return Offer(draft, unit, ReasonCode.Quality, "No quality assurance valid on the day of award is shown.", "Show the quality assurance of the provision, or have the outcomes assessed.");
            case RuleCondition.AssessmentIsOneOf or RuleCondition.AssessmentOtherThan or RuleCondition.SupervisionAtLeast:
                if (missed is RuleCondition.SupervisionAtLeast && draft.Input.Achievement.Supervision < AssessmentSupervision.SupervisedWithIdentityVerification) draft.Refer(ReferralReason.WeakIdentification);
                return Offer(draft, unit, ReasonCode.Quality, "The assessment is not of the kind the rule asks for.", "A supervised assessment of the outcomes, with identity check.");
            case RuleCondition.ModeIsOneOf or RuleCondition.Language or RuleCondition.IscedField:
                return Offer(draft, unit, ReasonCode.Profile, "Form, language or field differ from what the rule asks for.", "Show that the outcomes are the same.");
            default:
                return false;
        }
    }

    /// <summary>Part of the credits in proportion to the outcomes covered, and a bridge for what is missing.</summary>
    internal static void PartlyCovered(AssessmentDraft draft, TargetUnit unit, EquivalenceRule rule, OutcomeCoverage coverage, EctsCredits granted)
    {
        var total = coverage.Covered.Length + coverage.Missing.Length;
        var asked = draft.Credits.AskedOf(unit);
        var share = asked.Scale(coverage.Covered.Length, total).FloorTo(draft.Input.Policy.CreditStep);
        var named = coverage.MissingEssential.Length > 0 ? coverage.MissingEssential : coverage.Missing;
        draft.Because(ReasonCode.LearningOutcomes, $"{coverage.Covered.Length} of {total} outcomes are covered; not covered: {string.Join(", ", named)}.", named);
        draft.Consider(DecisionOutcome.Conditional, unit.Code, $"Bridging task for {string.Join(", ", named)}.");
        draft.Say($"{coverage.Covered.Length} of {total} outcomes of {asked} credits make {share} credits in steps of {draft.Input.Policy.CreditStep}.");
        RuleProposal.Settle(draft, unit, rule, EctsCredits.Min(granted, share));
    }

    /// <summary>The credential is of a lower level than the unit: something else is offered.</summary>
    internal static void LowerLevel(AssessmentDraft draft, TargetUnit unit)
    {
        draft.Refer(ReferralReason.LessThanAsked);
        draft.Because(ReasonCode.Level, $"The credential is of EQF level {draft.Input.Achievement.EqfLevel}, {unit.Code} is of level {unit.EqfLevel}.");
        var earned = draft.Credits.Earned ?? EctsCredits.Zero;
        if (AlternativeUnit.Offer(draft) is not { } slot)
        {
            draft.Grant(DecisionOutcome.Alternative, null, EctsCredits.Zero, earned);
            return;
        }

        var (counted, extra) = CapRule.Apply(draft, EctsCredits.Min(earned, slot.Credits));
        draft.Grant(DecisionOutcome.Alternative, counted == EctsCredits.Zero ? null : slot.Code, counted, extra);
    }

    private static void TooOld(AssessmentDraft draft, TargetUnit unit, EquivalenceRule rule, EctsCredits granted)
    {
        draft.By(rule);
        draft.Refer(ReferralReason.LessThanAsked);
        draft.Because(ReasonCode.TooOld, $"The award of {draft.Input.Achievement.AwardedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} is older than rule {rule.Id} allows.");
        draft.Consider(DecisionOutcome.Conditional, unit.Code, "Demonstrate currency: show that the outcomes are still held.");
        var (counted, extra) = CapRule.Apply(draft, granted);
        if (counted > EctsCredits.Zero) draft.Grant(DecisionOutcome.Conditional, unit.Code, counted, extra);
        else draft.Grant(DecisionOutcome.Alternative, null, EctsCredits.Zero, extra);
    }

    private static bool Offer(AssessmentDraft draft, TargetUnit unit, ReasonCode code, string reason, string condition)
    {
        draft.Refer(ReferralReason.LessThanAsked);
        draft.Because(code, reason);
        draft.Consider(DecisionOutcome.Conditional, unit.Code, condition);
        AlternativeUnit.Offer(draft);
        return true;
    }
}
