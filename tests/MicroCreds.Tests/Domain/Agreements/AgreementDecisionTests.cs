using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using static MicroCreds.Tests.Domain.Agreements.AgreementSamples;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Agreements;

/// <summary>What a signed learning agreement decides. Scenario 8.</summary>
public sealed class AgreementDecisionTests
{
    [Fact]
    public void three_of_four_passed_are_granted_on_the_day_and_nothing_is_refused()
    {
        var c = Receive(Agreement(), Transcript());

        Assert.Equal(CaseState.Decided, c.State);
        var decision = c.EffectiveDecision!;
        Assert.Equal((DecisionOutcome.Partial, DecidedBy.Rule, "agreement:LA-17/v1"), (decision.Outcome, decision.DecidedBy, decision.DecidedByName));
        Assert.Equal(RecognitionClock.DayOf(Start), RecognitionClock.DayOf(decision.DecidedAt));
        Assert.Equal(1800, decision.Lines.Sum(l => l.GrantedCredits.Hundredths));
        Assert.Equal(
            ["Course 1 Full 600 U1 agreement:LA-17/v1/1", "Course 2 Full 600 U2 agreement:LA-17/v1/2", "Course 3 Full 600 U3 agreement:LA-17/v1/3", "Course 4 NothingEarned 0  agreement:LA-17/v1/4"],
            decision.Lines.OrderBy(l => l.AchievementTitle, StringComparer.Ordinal).Select(l => $"{l.AchievementTitle} {l.Outcome} {l.GrantedCredits.Hundredths} {l.Unit} {l.Rule}"));
        Assert.Equal((ReasonCode.NotPassed, "Course 4 was not passed: 6 credits for U4 were not earned."), (Assert.Single(decision.Reasons).Code, decision.Reasons[0].Text));
        Assert.Equal("6 credits for U4 once Course 4 is passed.", Assert.Single(decision.Alternatives).Text);
        Assert.Equal(new AppliedAgreement(AgreementId.Parse("LA-17"), 1, Agreement().Digest(), Ects(24)), decision.Agreement);
        Assert.Contains(c.Assessment!.Explanation, s => s.StartsWith($"Learning agreement LA-17, version 1, digest {Agreement().Digest()}, signed by all on 2025-08-20", StringComparison.Ordinal));
    }

    [Fact]
    public void the_learner_is_told_of_a_component_without_a_result_and_gets_what_was_earned()
    {
        var c = Receive(Agreement(), Result(1), Result(2), Result(3));

        Assert.Equal((CaseState.Decided, DecisionOutcome.Partial), (c.State, c.EffectiveDecision!.Outcome));
        Assert.Equal((3, 1800, 2400), (c.EffectiveDecision.Lines.Length, c.EffectiveDecision.Lines.Sum(l => l.GrantedCredits.Hundredths), c.EffectiveDecision.Agreement!.Asked.Hundredths));
        Assert.Equal("No result was submitted for Course 4: 6 credits for U4 were not earned so far.", Assert.Single(c.EffectiveDecision.Reasons).Text);
        Assert.Equal("Course 4: NothingEarned 0", Lines(c.Assessment!)[3]);
    }

    [Fact]
    public void what_was_counted_before_is_not_asked_for_again()
    {
        var earlier = new LearnerLedger([.. new[] { 1, 2, 3 }.Select(n => new LedgerEntry(Id(9), Programme, RecognitionTrack.Recognition, DigestOf($"earlier {n}"), "", UnitCode.Parse($"U{n}"), Ects(6)))]);
        var found = Assess([History(Agreement())], [Result(4)], target: null, ledger: earlier);

        Assert.Equal((ProposalKind.GrantAutomatically, DecisionOutcome.Full, Ects(6)), (found.Proposal, found.ProposedOutcome, found.Granted));
        Assert.Equal(Ects(6), found.Agreement!.Asked);
    }

    [Fact]
    public void all_passed_is_full_and_looks_at_no_outcome_no_hours_and_no_supervision()
    {
        var results = new[] { 1, 2, 3, 4 }.Select(n => Result(n)).Select(r => r with { Achievement = r.Achievement! with { Volume = null, Supervision = AssessmentSupervision.UnsupervisedWithoutIdentityVerification } }).ToArray();
        var decision = Receive(Agreement(), results).EffectiveDecision!;

        Assert.Equal((DecisionOutcome.Full, 2400), (decision.Outcome, decision.Lines.Sum(l => l.GrantedCredits.Hundredths)));
        Assert.Empty(decision.Reasons);
    }

    [Fact]
    public void a_condition_is_for_a_person_and_makes_the_whole_conditional()
    {
        var agreement = Agreement(with: c => c.Code == "C4" ? c with { Automatic = false, Condition = "After the safety briefing." } : c);
        var c = Receive(agreement, Result(1), Result(2), Result(3), Result(4));

        Assert.Equal((CaseState.Referred, DecisionOutcome.Conditional, Ects(24)), (c.State, c.Assessment!.ProposedOutcome, c.Assessment.Granted));
        Assert.Equal("Course 4: Conditional 6 U4", Lines(c.Assessment)[3]);
        Assert.Equal((ReasonCode.Profile, "Condition of the learning agreement: After the safety briefing."), (c.Assessment.Reasons[0].Code, c.Assessment.Reasons[0].Text));
        var decided = After(c, x => CaseTransitions.Decide(
            x, new OfficerDecision { Outcome = DecisionOutcome.Conditional, Condition = "After the safety briefing.", Reasons = x.Assessment!.Reasons, Alternatives = x.Assessment.Alternatives },
            RuleBook.Of(Units).With(agreement), LearnerLedger.Empty, Policy, Officer, Start));
        Assert.Equal((DecisionOutcome.Conditional, 2400), (decided.EffectiveDecision!.Outcome, decided.EffectiveDecision.Lines.Sum(l => l.GrantedCredits.Hundredths)));
    }

    [Fact]
    public void what_is_not_automatic_waits_for_a_person_with_the_proposal()
    {
        var agreement = Agreement(with: c => c with { Automatic = c.Code != "C2" });
        var c = Receive(agreement, Result(1), Result(2), Result(3), Result(4));

        Assert.Equal((CaseState.Referred, DecisionOutcome.Full, Ects(24)), (c.State, c.Assessment!.ProposedOutcome, c.Assessment.Granted));
        Assert.Equal(ReferralReason.RuleNotAutomatic, Assert.Single(c.Referral));
    }

    [Theory]
    [InlineData(Verdict.Hold)]
    [InlineData(Verdict.Reject)]
    public void that_the_credential_is_genuine_is_looked_at_all_the_same(Verdict verdict)
    {
        var results = Transcript();
        results[1] = results[1] with { Verdict = verdict };
        var found = Assess([History(Agreement())], results);

        Assert.Equal(ProposalKind.Refer, found.Proposal);
        Assert.Contains(ReferralReason.CheckNotPassed, found.Referral);
    }

    [Fact]
    public void a_result_that_is_not_there_yet_is_asked_for()
    {
        var found = Assess([History(Agreement())], [Result(1), Result(2), Result(3), Result(4, ResultStatus.InProgress)]);
        Assert.Equal((ProposalKind.RequestInformation, "COMPLETION_EVIDENCE"), (found.Proposal, Assert.Single(found.Information).Code));
    }

    [Fact]
    public void fewer_credits_than_agreed_are_for_a_person()
    {
        var found = Assess([History(Agreement())], [Result(1, credits: 5)]);
        Assert.Equal((ProposalKind.Refer, DecisionOutcome.Partial, Ects(5)), (found.Proposal, found.ProposedOutcome, found.Granted));
        Assert.Equal([ReasonCode.Workload], found.Reasons.Select(r => r.Code));
    }

    [Fact]
    public void a_failed_attempt_beside_the_pass_costs_nothing()
    {
        var decision = Receive(Agreement(), [Result(1), Result(2), Result(3), Result(4), Result(4, ResultStatus.Failed)]).EffectiveDecision!;
        Assert.Equal((DecisionOutcome.Full, 2400, 4), (decision.Outcome, decision.Lines.Sum(l => l.GrantedCredits.Hundredths), decision.Lines.Length));
    }

    [Fact]
    public void when_nothing_was_passed_a_person_writes()
    {
        var c = Receive(Agreement(), Result(1, ResultStatus.Failed), Result(2, ResultStatus.Failed));
        Assert.Equal((CaseState.Referred, null, EctsZero), (c.State, c.Assessment!.ProposedOutcome, c.Assessment.Granted));
    }

    [Fact]
    public void a_credential_that_the_agreement_does_not_list_is_left_to_a_person()
    {
        var c = Receive(Agreement(), [Result(1), Result(2), Result(3), Result(4), Result(7)]);
        Assert.Equal(CaseState.Referred, c.State);
        Assert.Equal((5, Ects(24)), (c.Assessment!.Lines.Length, c.Assessment.Granted));
    }

    [Fact]
    public void two_agreements_over_one_result_are_for_a_person()
    {
        var other = Agreement() with { Id = AgreementId.Parse("LA-18") };
        var found = Assess([History(Agreement()), History(other)], [Result(1)]);
        Assert.Equal(ProposalKind.Refer, found.Proposal);
        Assert.Contains(ReferralReason.RuleConflict, found.Referral);
        Assert.Contains(found.Explanation, s => s.Contains("agreement:LA-17/v1, agreement:LA-18/v1", StringComparison.Ordinal));
    }

    [Fact]
    public void on_the_validation_track_an_agreement_is_a_proposal()
    {
        var found = Assess([History(Agreement())], Transcript(), policy: Policy with { HigherEducationInstitutions = [] });
        Assert.Equal((ProposalKind.Refer, DecisionOutcome.Partial, Ects(18)), (found.Proposal, found.ProposedOutcome, found.Granted));
        Assert.Contains(ReferralReason.ValidationTrack, found.Referral);
    }

    [Fact]
    public void without_an_agreement_the_digest_of_the_inputs_stays_what_it_was() =>
        Assert.Equal(Assess([], [Result(1)]).InputsDigest, Assess([], [Result(1)]).InputsDigest);

    [Fact]
    public void another_version_makes_another_digest_of_the_inputs() =>
        Assert.NotEqual(Assess([History(Agreement())], [Result(1)]).InputsDigest, Assess([History(Agreement(with: c => c with { Title = "Other" }))], [Result(1)]).InputsDigest);

    [Theory]
    [InlineData(ReasonCode.NotPassed, true, true)]
    [InlineData(ReasonCode.Workload, true, false)]
    [InlineData(ReasonCode.NotPassed, false, false)]
    public void only_an_agreement_and_only_what_was_not_passed_lets_the_machine_decide_in_part(ReasonCode reason, bool agreed, bool stands)
    {
        var c = Receive(Agreement(), Transcript());
        var decision = c.EffectiveDecision! with { Reasons = [new DecisionReason(reason, [], "Because.")], Agreement = agreed ? c.EffectiveDecision.Agreement : null };
        var broken = DecisionInvariants.Broken(c, decision, RuleBook.Of(Units).With(Agreement()), LearnerLedger.Empty, Policy).Select(b => b.Name);
        Assert.Equal(stands ? [] : ["only_people_refuse"], broken);
    }

    [Fact]
    public void nothing_earned_is_said_of_a_failed_result_alone()
    {
        var c = Receive(Agreement(), Transcript());
        var book = RuleBook.Of(Units).With(Agreement());
        var lines = c.EffectiveDecision!.Lines;
        var passed = c.EffectiveDecision with { Lines = [.. lines.Select(l => l.Rule?.Value == "agreement:LA-17/v1/1" ? l with { Outcome = DecisionOutcome.NothingEarned, Unit = null, GrantedCredits = EctsZero } : l)] };
        Assert.Contains("nothing_earned", DecisionInvariants.Broken(c, passed, book, LearnerLedger.Empty, Policy).Select(b => b.Name));
        Assert.Contains("nothing_earned", DecisionInvariants.Broken(c, c.EffectiveDecision with { Outcome = DecisionOutcome.NothingEarned }, book, LearnerLedger.Empty, Policy).Select(b => b.Name));
    }

    private static MicroCreds.Domain.Credits.EctsCredits EctsZero => MicroCreds.Domain.Credits.EctsCredits.Zero;
}
