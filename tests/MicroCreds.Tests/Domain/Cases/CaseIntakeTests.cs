using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Domain.Verification;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Cases;

public sealed class CaseIntakeTests
{
    [Fact]
    public void an_automatic_rule_grants_in_full_at_once()
    {
        var transition = Done(Receive(Automatic()));
        var c = CaseFold.Fold(transition.Events);

        Assert.Equal(CaseState.Decided, c.State);
        Assert.Equal(
            ["Submitted", "Acknowledged", "Verified", "BecameComplete", "Assessed", "Decided"], transition.Events.Select(e => e.GetType().Name));
        var decision = c.EffectiveDecision!;
        Assert.Equal((DecisionOutcome.Full, DecidedBy.Rule, StatRule.Value), (decision.Outcome, decision.DecidedBy, decision.DecidedByName));
        Assert.Equal((Ects(6), Ects(6), "NT (8.0)"), (decision.Lines[0].ClaimedCredits, decision.Lines[0].GrantedCredits, decision.Lines[0].ClaimedGrade));
        Assert.Equal(new DateOnly(2026, 4, 1), decision.AppealUntil);
        Assert.Null(c.DueOn);
        var entry = Assert.Single(transition.Ledger!.Value);
        Assert.Equal((Stat, Ects(6), Report().Digest), (entry.Unit, entry.Credits, entry.Credential));
        var statement = Assert.Single(transition.Statements);
        Assert.Equal((Submitter, StatementKind.Decided, 1), (statement.Audience, statement.Kind, statement.Version));
    }

    [Fact]
    public void a_founding_case_goes_before_a_person_and_is_granted_in_full()
    {
        var volunteering = Report(credits: 3) with { AwardingBodyId = null };
        var referred = CaseFold.Fold(Done(CaseIntake.Receive(
            Application(volunteering) with { TargetUnit = Elective }, [volunteering], () => Assessment(track: RecognitionTrack.Validation), Book, LearnerLedger.Empty, Policy, Partner, Start)).Events);
        Assert.Equal(CaseState.Referred, referred.State);
        Assert.Contains(ReferralReason.ValidationTrack, referred.Referral);

        var transition = Done(Decide(referred, Full));
        var line = CaseFold.Apply(referred, transition.Events).EffectiveDecision!.Lines[0];
        Assert.Equal((Ects(3), Ects(3), "", "NT (8.0)", "PT150H"), (line.ClaimedCredits, line.GrantedCredits, line.GrantedGrade, line.ClaimedGrade, line.ClaimedVolume));
        Assert.Equal(Ects(3), new LearnerLedger(transition.Ledger!.Value).ValidatedIn(Programme));
    }

    [Fact]
    public void an_own_application_sends_no_statement()
    {
        var report = Report();
        var own = Application(report) with { SubmittedBy = Institution };
        Assert.Empty(Done(CaseIntake.Receive(own, [report], () => Automatic(), Book, LearnerLedger.Empty, Policy, Officer, Start)).Statements);
    }

    [Theory]
    [InlineData(ReasonClass.Malformed, ProblemCode.CredentialMalformed)]
    [InlineData(ReasonClass.UnsupportedFormat, ProblemCode.CredentialUnsupported)]
    [InlineData(ReasonClass.UnsupportedProof, ProblemCode.CredentialUnsupported)]
    [InlineData(ReasonClass.NoProof, ProblemCode.CredentialUnsupported)]
    [InlineData(ReasonClass.WeakAlgorithm, ProblemCode.CredentialNotAuthentic)]
    [InlineData(ReasonClass.ProofInvalid, ProblemCode.CredentialNotAuthentic)]
    [InlineData(ReasonClass.IssuerBinding, ProblemCode.CredentialNotAuthentic)]
    [InlineData(ReasonClass.UntrustedIssuer, ProblemCode.IssuerUnknown)]
    [InlineData(ReasonClass.KeyUnresolvable, ProblemCode.IssuerUnknown)]
    public void what_cannot_be_read_proven_or_trusted_is_turned_away_and_never_assessed(ReasonClass reason, ProblemCode code)
    {
        var report = Report(reason: reason);
        var problem = Refusal(CaseIntake.Receive(
            Application(report), [report], () => throw new InvalidOperationException("assessed"), Book, LearnerLedger.Empty, Policy, Partner, Start));
        Assert.Equal(code, problem.Code);
        Assert.Equal(["check", "evidence", "reason_class"], problem.Facts.Keys);
        Assert.Equal("validity", problem.Facts["check"]);
    }

    [Theory]
    [InlineData(ReasonClass.Expired)]
    [InlineData(ReasonClass.NotYetValid)]
    [InlineData(ReasonClass.Revoked)]
    [InlineData(ReasonClass.CertificateExpired)]
    [InlineData(ReasonClass.StatusInvalid)]
    [InlineData(ReasonClass.StatusUnavailable)]
    public void a_genuine_credential_that_is_not_in_order_goes_before_a_person_even_if_a_rule_would_grant(ReasonClass reason)
    {
        var c = Opened(Automatic(), Report(reason: reason));
        Assert.Equal(CaseState.Referred, c.State);
        Assert.Contains(ReferralReason.CheckNotPassed, c.Referral);
        Assert.Empty(c.Decisions);
    }

    [Fact]
    public void every_class_of_reason_is_either_turned_away_or_looked_at()
    {
        foreach (var reason in Enum.GetValues<ReasonClass>().Where(r => r != ReasonClass.None)) _ = CaseDoor.Refusal(Report(reason: reason));
        Assert.Equal(ProblemCode.CredentialMalformed, CaseDoor.Refusal(Report(reason: ReasonClass.SchemaInvalid) with { Achievement = null })!.Code);
    }

    [Fact]
    public void a_held_credential_is_never_granted_by_rule() =>
        Assert.Equal(CaseState.Referred, Opened(Automatic(), Report(verdict: Verdict.Hold)).State);

    [Fact]
    public void a_rule_that_grants_less_than_asked_is_only_a_proposal()
    {
        var c = Opened(Automatic(granted: 5));
        Assert.Equal((CaseState.Referred, ReferralReason.LessThanAsked), (c.State, Assert.Single(c.Referral)));
    }

    [Fact]
    public void a_credential_counted_before_is_not_granted_again_by_rule()
    {
        var ledger = new LearnerLedger([new LedgerEntry(Id(2), Programme, RecognitionTrack.Recognition, Report().Digest, "", Stat, Ects(6))]);
        var c = CaseFold.Fold(Done(Receive(Automatic(), ledger: ledger)).Events);
        Assert.Equal((CaseState.Referred, ReferralReason.AlreadyCounted), (c.State, Assert.Single(c.Referral)));
    }

    [Fact]
    public void a_unit_that_is_not_published_for_the_programme_opens_no_case()
    {
        var report = Report();
        foreach (var application in new[] { Application(report) with { TargetUnit = UnitCode.Parse("NONE") }, Application(report) with { Programme = ProgrammeCode.Parse("L-1") } })
        {
            var problem = Refusal(CaseIntake.Receive(application, [report], () => Automatic(), Book, LearnerLedger.Empty, Policy, Partner, Start));
            Assert.Equal((ProblemCode.TargetUnitNotFound, application.TargetUnit.Value), (problem.Code, problem.Facts["target_unit"]));
        }
    }

    [Fact]
    public void receiving_the_same_again_gives_the_same_bytes()
    {
        var first = Done(Receive(Automatic()));
        var second = Done(Receive(Automatic()));
        Assert.Equal(MicroCreds.Domain.Documents.DomainJson.Write(CaseFold.Fold(first.Events)), MicroCreds.Domain.Documents.DomainJson.Write(CaseFold.Fold(second.Events)));
        Assert.Equal(first.Statements[0].Content.ToArray(), second.Statements[0].Content.ToArray());
    }
}
