using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Verification;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Cases;

public sealed class VerifyAgainTests
{
    [Fact]
    public void keeps_the_new_report_in_the_place_of_the_old_and_applies_the_rules_again()
    {
        var before = CaseStates.In(CaseState.Referred);
        var after = CaseFold.Apply(before, Done(Again(before, r => With(r, CheckResult.Ok, ReasonClass.None))).Events);
        Assert.Equal([typeof(CaseEvent.Verified), typeof(CaseEvent.Assessed)], after.History.Skip(before.EventCount).Take(2).Select(e => e.GetType()));
        Assert.Equal(before.Reports.Length, after.Reports.Length);
        Assert.Equal("again", after.Reports[0].Checks[^1].Evidence);
    }

    [Fact]
    public void only_keeps_the_report_while_information_is_outstanding()
    {
        var before = CaseStates.In(CaseState.Incomplete);
        Assert.IsType<CaseEvent.Verified>(Assert.Single(Done(Again(before, r => With(r, CheckResult.Ok, ReasonClass.None))).Events));
    }

    [Theory]
    [InlineData(ReasonClass.ProofInvalid)]
    [InlineData(ReasonClass.KeyUnresolvable)]
    [InlineData(ReasonClass.UntrustedIssuer)]
    public void closes_no_case_because_the_file_would_be_turned_away_today(ReasonClass reason) =>
        Assert.Equal(ProblemCode.CaseStateConflict, Refusal(Again(CaseStates.In(CaseState.Referred), r => With(r, CheckResult.Error, reason) with { Verdict = Verdict.Reject })).Code);

    [Fact]
    public void changes_nothing_when_nothing_new_was_found() => Assert.Equal(ProblemCode.CaseStateConflict, Refusal(Again(CaseStates.In(CaseState.Referred), r => r)).Code);

    [Fact]
    public void keeps_that_a_person_verified_and_found_nothing_new()
    {
        var before = CaseStates.In(CaseState.Referred);
        var again = Done(Again(before, r => r with { CheckedAt = Start.AddDays(1) }, new Actor(ActorKind.Staff, "olga")));
        Assert.All(again.Events, e => Assert.Equal("olga", Assert.IsType<CaseEvent.Verified>(e).Actor.Name));
        Assert.Equal((before.Reports.Length, CaseState.Referred), (again.Events.Length, CaseFold.Apply(before, again.Events).State));
    }

    [Fact]
    public void says_which_check_a_credential_no_longer_passes()
    {
        var refusal = Refusal(Again(CaseStates.In(CaseState.Referred), r => With(r, CheckResult.Error, ReasonClass.ProofInvalid) with { Verdict = Verdict.Reject }));
        Assert.Equal(("plausibility", "proof_invalid", "again"), (refusal.Facts["check"], refusal.Facts["reason_class"], refusal.Facts["evidence"]));
    }

    [Theory]
    [InlineData(CheckResult.Error, ReasonClass.Revoked, 2)]
    [InlineData(CheckResult.Error, ReasonClass.StatusInvalid, 1)]
    [InlineData(CheckResult.Skipped, ReasonClass.StatusUnavailable, 0)]
    [InlineData(CheckResult.Ok, ReasonClass.None, 0)]
    public void asks_for_a_review_of_a_decision_when_a_credential_was_revoked_since(CheckResult result, ReasonClass reason, int events)
    {
        var decided = CaseStates.In(CaseState.Decided);
        var before = CaseFold.Apply(decided, new CaseEvent.Verified(Actor.Node, Start, WithStatus(decided.Reports[0], CheckResult.Ok, ReasonClass.None)));
        var noted = CaseTransitions.NoteStatus(before, [WithStatus(before.Reports[0], result, reason)], Actor.Node, Start.AddDays(9));
        if (events == 0) Assert.Equal(ProblemCode.CaseStateConflict, Refusal(noted).Code);
        else Assert.Equal((events, events == 2), (Done(noted).Events.Length, CaseFold.Apply(before, Done(noted).Events).ReviewDue));
    }

    [Fact]
    public void keeps_that_a_person_looked_at_the_status_after_the_decision_where_it_could_be_asked()
    {
        var decided = CaseStates.In(CaseState.Decided);
        var before = CaseFold.Apply(decided, new CaseEvent.Verified(Actor.Node, Start, WithStatus(decided.Reports[0], CheckResult.Ok, ReasonClass.None)));
        var olga = new Actor(ActorKind.Staff, "olga");
        Assert.IsType<CaseEvent.Verified>(Assert.Single(Done(CaseTransitions.NoteStatus(before, before.Reports, olga, Start.AddDays(9))).Events));
        Assert.Equal(ProblemCode.CaseStateConflict, Refusal(CaseTransitions.NoteStatus(before, before.Reports, Actor.Node, Start.AddDays(9))).Code);
        Assert.Equal(ProblemCode.CaseStateConflict, Refusal(CaseTransitions.NoteStatus(before, [WithStatus(before.Reports[0], CheckResult.Skipped, ReasonClass.StatusUnavailable)], olga, Start.AddDays(9))).Code);
    }

    private static Result<CaseTransition> Again(RecognitionCase c, Func<CredentialReport, CredentialReport> found, Actor? actor = null) =>
        CaseTransitions.VerifyAgain(c, [.. c.Reports.Select(found)], _ => Assessment(), Book, LearnerLedger.Empty, Policy, actor ?? Actor.Node, Start.AddDays(1));

    private static CredentialReport With(CredentialReport report, CheckResult result, ReasonClass reason) => report with { Checks = report.Checks.Add(new(CheckKind.Plausibility, result, reason, "again", "")) };

    private static CredentialReport WithStatus(CredentialReport report, CheckResult result, ReasonClass reason) =>
        report with { Checks = [.. report.Checks.Where(c => c.Kind != CheckKind.Status), new(CheckKind.Status, result, reason, "status", "")] };
}
