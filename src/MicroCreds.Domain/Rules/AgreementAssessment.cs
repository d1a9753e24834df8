using System.Globalization;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Judges one component of a learning agreement. What the agreement lists and the credential confirms is granted without looking at outcomes, hours or
/// supervision (Council Recommendation 2018/C 444/01: no further assessment); that the credential is genuine and counted once is looked at all the same.
/// </summary>
internal static class AgreementAssessment
{
    /// <summary>The sentences that open an assessment under an agreement.</summary>
    internal static IEnumerable<string> Introduction(AgreementMatch match)
    {
        var agreement = match.Agreement;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Learning agreement {agreement.Id}, version {agreement.Version}, digest {agreement.Digest()}, signed by all on {agreement.SignedOn:yyyy-MM-dd}, was in force on the day of award, {match.Day:yyyy-MM-dd} (rank {(int)RuleRank.LearningAgreement}).");
        yield return $"It promises {match.Applied.Asked} credits for what is asked; what it lists as automatic counts without further assessment once it is passed.";
    }

    /// <summary>The line of a component that a credential shows.</summary>
    internal static (AssessmentLine Line, Assessment From) Of(AssessmentInput one, AgreementMatch match, AskedComponent asked, Sha256Digest digest)
    {
        var component = asked.Component;
        var rule = match.Agreement.RuleOf(asked.Number);
        var draft = Draft(one, component, digest);
        draft.Say($"Component {asked.Number}, {component.Name}, counts as {component.Unit} with {component.Credits} credits.");
        AssessmentEngine.Introduce(draft, agreed: true);
        if (one.Achievement.Status == ResultStatus.Failed)
        {
            NotPassed(draft, component, $"{component.Name} was not passed: {component.Credits} credits for {component.Unit} were not earned.");
            return (new([one.Credential.Digest], DecisionOutcome.NothingEarned, null, EctsCredits.Zero, EctsCredits.Zero, rule, null, draft.RefersNobody) { Component = component.Name }, draft.Done());
        }

        if (draft.Unit is not { } unit) draft.Refer(ReferralReason.NoRule);
        else if (!AssessmentEngine.StoppedBefore(draft, agreed: true)) Grant(draft, unit, component, rule);
        if (draft.NeedsNobody) draft.Propose(ProposalKind.GrantAutomatically);
        var made = draft.Done();
        return (new([one.Credential.Digest], made.ProposedOutcome, made.Unit, made.Granted, made.ExtraCurricular, rule, made.Grade, made.Proposal == ProposalKind.GrantAutomatically) { Component = component.Name }, made);
    }

    /// <summary>The line of a component for which there is no credential: promised, and not shown to be earned.</summary>
    internal static (AssessmentLine Line, Assessment From) Missing(AssessmentInput input, AgreementMatch match, AskedComponent asked, Sha256Digest digest)
    {
        var draft = Draft(input, asked.Component, digest);
        NotPassed(draft, asked.Component, $"No result was submitted for {asked.Component.Name}: {asked.Component.Credits} credits for {asked.Component.Unit} were not earned so far.");
        return (new([], DecisionOutcome.NothingEarned, null, EctsCredits.Zero, EctsCredits.Zero, match.Agreement.RuleOf(asked.Number), null, true) { Component = asked.Component.Name }, draft.Done());
    }

    private static AssessmentDraft Draft(AssessmentInput one, AgreementComponent component, Sha256Digest digest)
    {
        var input = one with { Target = component.Unit };
        return new(input, SourceFacts.Of(input), input.Table.Find(component.Unit), digest, judge: false);
    }

    private static void NotPassed(AssessmentDraft draft, AgreementComponent component, string text)
    {
        draft.Because(ReasonCode.NotPassed, text);
        draft.Consider(DecisionOutcome.Conditional, draft.Unit?.Code, $"{component.Credits} credits for {component.Unit} once {component.Name} is passed.");
        draft.Say(text);
    }

    private static void Grant(AssessmentDraft draft, TargetUnit unit, AgreementComponent component, RuleId rule)
    {
        draft.By(rule);
        var agreed = EctsCredits.Min(component.Credits, unit.Credits);
        var granted = EctsCredits.Min(agreed, draft.Credits.Earned ?? agreed);
        if (granted < component.Credits)
        {
            draft.Because(ReasonCode.Workload, $"{granted} of the {component.Credits} credits that were agreed can be granted: {draft.Credits.Earned?.ToString() ?? "none stated"} earned, {unit.Credits} in {unit.Code}.");
            draft.Consider(DecisionOutcome.Conditional, unit.Code, $"An additional task for the remaining {component.Credits - granted} credits.");
        }

        var (counted, extra) = CapRule.Apply(draft, granted);
        if (counted == EctsCredits.Zero)
        {
            draft.Refer(ReferralReason.LessThanAsked);
            if (extra > EctsCredits.Zero) draft.Grant(DecisionOutcome.Alternative, null, EctsCredits.Zero, extra);
            return;
        }

        var outcome = counted < component.Credits ? DecisionOutcome.Partial : DecisionOutcome.Full;
        if (component.Condition.Length > 0)
        {
            draft.Because(draft.Input.Track == RecognitionTrack.Validation ? ReasonCode.InsufficientEvidence : ReasonCode.Profile, $"Condition of the learning agreement: {component.Condition}");
            draft.Consider(outcome, unit.Code, "Without the condition, where the evidence already shows what it asks for.");
            outcome = DecisionOutcome.Conditional;
        }

        if (!component.Automatic) draft.Refer(ReferralReason.RuleNotAutomatic);
        draft.Grant(outcome, unit.Code, counted, extra);
        if (outcome != DecisionOutcome.Full) draft.Refer(ReferralReason.LessThanAsked);
        RuleProposal.Convert(draft, unit, GradeTreatment.Converted);
        draft.Say($"Proposed: {CodeWord.Of(outcome)}, {counted} of {component.Credits} credits for {unit.Code}.");
    }
}
