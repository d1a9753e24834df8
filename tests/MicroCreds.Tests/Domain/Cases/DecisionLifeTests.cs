using System.Text;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Domain.Verification;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Cases;

public sealed class DecisionLifeTests
{
    [Fact]
    public void an_appeal_is_open_to_the_last_day_and_not_a_day_longer()
    {
        var refused = Decided(Refused(ReasonCode.Level));
        var last = refused.EffectiveDecision!.AppealUntil;
        Assert.Equal(new DateOnly(2026, 4, 2), last);
        Assert.Equal(CaseState.Appealed, After(refused, c => CaseTransitions.Appeal(c, 1, "Same level.", Partner, Start.AddDays(31))).State);
        var late = Refusal(CaseTransitions.Appeal(refused, 1, "Same level.", Partner, Start.AddDays(32)));
        Assert.Equal((ProblemCode.DeadlinePassed, "2026-04-02"), (late.Code, late.Facts["deadline"]));
        Assert.Equal(ProblemCode.CaseStateConflict, Refusal(CaseTransitions.Appeal(refused, 2, "Same level.", Partner, Start.AddDays(5))).Code);
    }

    [Fact]
    public void an_appeal_upheld_puts_a_new_decision_in_the_place_of_the_old_one()
    {
        var appealed = After(Decided(Refused(ReasonCode.Level)), c => CaseTransitions.Appeal(c, 1, "Same level.", Partner, Start.AddDays(5)));
        var transition = Done(CaseStates.Ruling(appealed, CaseState.AppealUpheld, Full));
        var c = CaseFold.Apply(appealed, transition.Events);

        Assert.Equal((CaseState.Decided, 2, 2), (c.State, c.Decisions.Length, c.EffectiveVersion));
        Assert.Equal((DecisionOutcome.Refused, DecisionOutcome.Full, 1), (c.Decisions[0].Outcome, c.Decisions[1].Outcome, c.Decisions[1].Supersedes));
        Assert.Equal((2, 1), (transition.Statements[0].Version, transition.Statements[0].Supersedes));
        Assert.Equal(Ects(6), Assert.Single(transition.Ledger!.Value).Credits);
    }

    [Fact]
    public void an_appeal_is_upheld_with_a_decision_and_dismissed_without_one()
    {
        var appealed = CaseStates.In(CaseState.Appealed);
        Assert.Equal(ProblemCode.InvalidRequest, Refusal(CaseStates.Ruling(appealed, CaseState.AppealUpheld, null)).Code);
        Assert.Equal(ProblemCode.InvalidRequest, Refusal(CaseStates.Ruling(appealed, CaseState.AppealDismissed, Full)).Code);
        Assert.Equal(ProblemCode.InvalidRequest, Refusal(CaseStates.Ruling(appealed, CaseState.Final, null)).Code);
        Assert.Equal(ProblemCode.DecisionInvalid, Refusal(CaseStates.Ruling(appealed, CaseState.AppealUpheld, Refused(ReasonCode.Workload))).Code);
    }

    [Fact]
    public void a_case_without_a_decision_goes_back_to_an_officer_when_its_appeal_is_dismissed()
    {
        var appealed = After(Referred(), c => CaseTransitions.Appeal(c, 0, "Nobody decides.", Partner, CaseStates.Later));
        var back = After(appealed, c => CaseStates.Ruling(c, CaseState.AppealDismissed, null));
        Assert.Equal(CaseState.Referred, back.State);
        Assert.NotEmpty(back.Referral);
        Assert.Equal(CaseState.Decided, After(back, c => Decide(c, Full)).State);
    }

    [Fact]
    public void a_remitted_case_is_decided_anew_under_a_new_clock()
    {
        var remitted = CaseStates.In(CaseState.AppealRemitted);
        Assert.Equal(new DateOnly(2026, 7, 5), remitted.DueOn);
        var again = After(After(remitted, c => CaseStates.Do(CaseVerb.Reassess, c)), c => Decide(c, Partly(3)));
        Assert.Equal((2, 1), (again.EffectiveVersion, again.EffectiveDecision!.Supersedes));
    }

    [Fact]
    public void a_case_that_was_decided_once_ends_with_a_decision()
    {
        var again = After(CaseStates.In(CaseState.AppealRemitted), c => CaseStates.Do(CaseVerb.Reassess, c));
        Assert.Equal(CaseState.Referred, again.State);
        foreach (var verb in new[] { CaseVerb.Withdraw, CaseVerb.DeclareInadmissible, CaseVerb.FailAuthenticity })
            Assert.Equal(ProblemCode.CaseStateConflict, Refusal(CaseStates.Do(verb, again)).Code);
    }

    [Fact]
    public void a_superseding_decision_replaces_the_ledger_entries_and_says_why()
    {
        var first = Decided(Partly(3));
        Assert.Equal(ProblemCode.InvalidRequest, Refusal(CaseTransitions.Supersede(first, Full, Book, LearnerLedger.Empty, Policy, Officer, Start.AddDays(2))).Code);
        var transition = Done(CaseTransitions.Supersede(first, Full with { Statement = "The second module came." }, Book, LearnerLedger.Empty, Policy, Officer, Start.AddDays(2)));
        Assert.Equal(Ects(6), Assert.Single(transition.Ledger!.Value).Credits);
        Assert.Contains(transition.Statements[0].PersonalData, claim => claim is { Name: "explanation", Value: "The second module came." });
    }

    [Fact]
    public void a_revocation_empties_the_ledger_tells_the_partner_and_can_be_appealed()
    {
        var final = After(Decided(Full), c => CaseTransitions.BecomeFinal(c, Actor.Node, Start.AddMonths(2)));
        var due = After(final, c => CaseTransitions.MarkReviewDue(c, "Status list says revoked.", Actor.Node, Start.AddMonths(2)));
        Assert.True(due.ReviewDue);
        Assert.Equal(1, due.EffectiveVersion);

        var transition = Done(CaseTransitions.Revoke(due, "The issuer revoked it.", new DateOnly(2026, 5, 2), Policy, Officer, Start.AddMonths(2)));
        var revoked = CaseFold.Apply(due, transition.Events);

        Assert.Empty(transition.Ledger!.Value);
        Assert.Equal((StatementKind.Revoked, 1), (transition.Statements[0].Kind, transition.Statements[0].Version));
        Assert.Equal((CaseState.Revoked, 0, false), (revoked.State, revoked.EffectiveVersion, revoked.ReviewDue));
        var appealed = After(revoked, c => CaseTransitions.Appeal(c, 1, "It was a mistake.", Partner, Start.AddMonths(2).AddDays(30)));
        Assert.Equal((CaseState.Decided, 2), (After(appealed, c => CaseStates.Ruling(c, CaseState.AppealUpheld, Full)) is var c ? (c.State, c.EffectiveVersion) : default));
    }

    [Fact]
    public void a_revocation_does_not_reach_back_before_the_decision() =>
        Assert.Equal(ProblemCode.InvalidRequest, Refusal(CaseTransitions.Revoke(Decided(Full), "Fraud.", new DateOnly(2026, 3, 2), Policy, Officer, Start.AddDays(9))).Code);

    [Fact]
    public void a_review_ends_when_an_officer_finds_the_status_in_order()
    {
        var due = After(Decided(Full), c => CaseTransitions.MarkReviewDue(c, "Status list says suspended.", Actor.Node, Start.AddDays(2)));
        var looked = After(due, c => CaseTransitions.RecordCheck(c, new(CheckKind.Status, CheckResult.Ok, ReasonClass.None, "Suspension lifted.", "issuer"), Officer, Start.AddDays(3)));
        Assert.False(looked.ReviewDue);
        Assert.Equal(CaseState.Decided, looked.State);
    }

    [Fact]
    public void a_conditional_grant_counts_until_its_condition_fails()
    {
        Assert.Equal(Ects(6), Assert.Single(Done(Decide(Referred(), Conditional)).Ledger!.Value).Credits);
        var decided = Decided(Conditional);
        Assert.Null(Done(CaseTransitions.ReportCondition(decided, true, "Seen.", Officer, Start.AddDays(3))).Ledger);
        Assert.Empty(Done(CaseTransitions.ReportCondition(decided, false, "Seen.", Officer, Start.AddDays(3))).Ledger!.Value);
        Assert.Equal(ProblemCode.CaseStateConflict, Refusal(CaseTransitions.BecomeFinal(decided, Actor.Node, CaseStates.Later)).Code);
        Assert.Equal(ProblemCode.CaseStateConflict, Refusal(CaseTransitions.ReportCondition(Decided(Full), true, "Seen.", Officer, Start.AddDays(3))).Code);
    }

    [Fact]
    public void credits_outside_the_programme_do_not_enter_the_ledger()
    {
        var supplement = Partly(0) with { Outcome = DecisionOutcome.Alternative, Lines = [new OfficerLine { Unit = Elective, Granted = Ects(0), ExtraCurricular = Ects(6) }] };
        Assert.Empty(Done(Decide(Referred(), supplement)).Ledger!.Value);
    }

    [Fact]
    public void a_decision_becomes_final_only_after_the_appeal_period()
    {
        Assert.Equal("2026-04-02", Refusal(CaseTransitions.BecomeFinal(Decided(Full), Actor.Node, Start.AddDays(31))).Facts["appeal_until"]);
        Assert.Equal(CaseState.Final, After(Decided(Full), c => CaseTransitions.BecomeFinal(c, Actor.Node, Start.AddDays(32))).State);
    }

    [Fact]
    public void a_case_lapses_only_after_its_day_and_says_that_it_was_closed()
    {
        var asked = CaseStates.In(CaseState.Incomplete);
        Assert.Equal("2026-04-01", Refusal(CaseTransitions.Lapse(asked, Actor.Node, Start.AddDays(30))).Facts["information_due_date"]);
        var statement = Assert.Single(Done(CaseTransitions.Lapse(asked, Actor.Node, Start.AddDays(31))).Statements);
        Assert.Equal((StatementKind.Closed, """{"outcome":"lapsed"}"""), (statement.Kind, Encoding.UTF8.GetString(statement.Content.Span)));
    }

    [Fact]
    public void an_officer_may_go_on_without_information_and_the_node_may_not()
    {
        var asked = CaseStates.In(CaseState.Incomplete);
        Assert.Equal(ProblemCode.PermissionDenied, Refusal(CaseTransitions.Reassess(asked, _ => Assessment(), Book, LearnerLedger.Empty, Policy, Actor.Node, Start)).Code);
        Assert.Equal(CaseState.Referred, After(asked, c => CaseStates.Do(CaseVerb.Reassess, c)).State);
    }

    [Fact]
    public void rules_published_later_may_grant_a_case_that_waits()
    {
        var granted = After(Referred(), c => CaseTransitions.Reassess(c, _ => Automatic(), Book, LearnerLedger.Empty, Policy, Actor.Node, Start.AddDays(9)));
        Assert.Equal((CaseState.Decided, DecidedBy.Rule), (granted.State, granted.EffectiveDecision!.DecidedBy));
    }

    [Fact]
    public void an_answer_to_a_question_that_was_not_asked_is_refused() =>
        Assert.Equal("answers[0]", Refusal(CaseTransitions.ProvideInformation(
            CaseStates.In(CaseState.Incomplete), [new("M1", "x")], _ => Assessment(), Book, LearnerLedger.Empty, Policy, Partner, Start)).Violations[0].Field);

    [Fact]
    public void deciding_the_same_again_gives_the_same_bytes()
    {
        Assert.Equal(DomainJson.Write(Decided(Partly(3)).EffectiveDecision!), DomainJson.Write(Decided(Partly(3)).EffectiveDecision!));
        Assert.Equal(
            Done(Decide(Referred(), Partly(3))).Statements[0].Content.ToArray(), Done(Decide(Referred(), Partly(3))).Statements[0].Content.ToArray());
    }

    [Fact]
    public void a_decision_too_long_for_a_statement_is_refused_before_it_is_kept() =>
        Assert.Equal(ProblemCode.InvalidRequest, Refusal(Decide(Referred(), Partly(3) with { Reasons = [new(ReasonCode.Profile, [], new string('x', 50_000))] })).Code);
}
