using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Cases;

/// <summary>The engine and the case together: what the engine proposes must stand before the invariants.</summary>
public sealed class AssessedCaseTests
{
    private static readonly EquivalenceTable Published = Table with
    {
        Rules =
        [
            .. Table.Rules.Where(r => r.Id == StatRule).Select(r => r with { Conditions = [new RuleCondition.AwardingBody(Submitter), new RuleCondition.AchievementCode("CR/EST-101")] }),
            new EquivalenceRule
            {
                Id = RuleId.Parse("R-VOLUNTEER"), Target = Elective, Conditions = [new RuleCondition.EqfLevelAtLeast(6)], Grant = new CreditGrant.AsEarned(),
                Grade = GradeTreatment.Ungraded, Automatic = false,
            },
        ],
    };

    [Fact]
    public void a_published_rule_for_a_partner_s_course_grants_at_once()
    {
        var report = Coded(Report());
        var c = Receive(report, Stat);
        Assert.Equal((CaseState.Decided, DecidedBy.Rule, DecisionOutcome.Full), (c.State, c.EffectiveDecision!.DecidedBy, c.EffectiveDecision.Outcome));
        Assert.Equal(Ects(6), c.EffectiveDecision.Lines[0].GrantedCredits);
    }

    [Fact]
    public void a_volunteering_credential_goes_to_a_board_that_accepts_the_proposal()
    {
        var report = Coded(Report(credits: 3)) with { AwardingBodyId = null };
        var c = Receive(report, Elective);
        Assert.Equal(CaseState.Referred, c.State);
        Assert.Equal((DecisionOutcome.Full, Ects(3)), (c.Assessment!.ProposedOutcome!.Value, c.Assessment.Granted));
        Assert.Equal(Ects(3), After(c, x => CaseTransitions.Decide(x, Full, RuleBook.Of(Published), LearnerLedger.Empty, Policy, Officer, Start)).EffectiveDecision!.Lines[0].GrantedCredits);
    }

    [Fact]
    public void at_the_cap_the_rest_is_recorded_as_extra_curricular()
    {
        var ledger = new LearnerLedger([new LedgerEntry(Id(2), Programme, RecognitionTrack.Validation, DigestOf("x"), "x", Elective, Ects(46))]);
        var c = Receive(Coded(Report(credits: 3)) with { AwardingBodyId = null }, Elective, ledger);
        var line = After(c, x => CaseTransitions.Decide(x, new OfficerDecision
        {
            Outcome = DecisionOutcome.Partial, Reasons = c.Assessment!.Reasons, Alternatives = c.Assessment.Alternatives,
        }, RuleBook.Of(Published), ledger, Policy, Officer, Start)).EffectiveDecision!.Lines[0];
        Assert.Equal((Ects(2), Ects(1)), (line.GrantedCredits, line.ExtraCurricular));
    }

    [Fact]
    public void a_grade_below_a_floor_is_no_ground_to_refuse_and_the_full_grant_stays_open()
    {
        var floor = Published with { Rules = [.. Published.Rules.Select(r => r.Id == StatRule ? r with { Conditions = r.Conditions.Add(new RuleCondition.GradeAtLeast(7000)) } : r)] };
        var report = Coded(Report());
        report = report with { Achievement = report.Achievement! with { Grade = new AchievedGrade("5.5", "") } };
        var c = Receive(report, Stat, table: floor);
        Assert.Equal(CaseState.Referred, c.State);
        Assert.Contains("grade_on_recognition_track", BrokenBy(CaseTransitions.Decide(c, Refused(ReasonCode.Grade), RuleBook.Of(floor), LearnerLedger.Empty, Policy, Officer, Start)));
        Assert.Equal(DecisionOutcome.Full, After(c, x => CaseTransitions.Decide(x, Full, RuleBook.Of(floor), LearnerLedger.Empty, Policy, Officer, Start)).EffectiveDecision!.Outcome);
    }

    [Fact]
    public void assessing_again_gives_the_same_digest() =>
        Assert.Equal(Receive(Coded(Report()), Stat).EffectiveDecision!.AssessmentDigest, Receive(Coded(Report()), Stat).EffectiveDecision!.AssessmentDigest);

    private static CredentialReport Coded(CredentialReport report) => report with { Achievement = report.Achievement! with { Codes = ["CR/EST101"] } };

    private static RecognitionCase Receive(CredentialReport report, UnitCode target, LearnerLedger? ledger = null, EquivalenceTable? table = null)
    {
        var compiled = CompiledTable.Of([table ?? Published]);
        var input = new AssessmentInput
        {
            Institution = Institution, Table = compiled, Policy = Policy, Achievement = report.Achievement!, Credential = CredentialSummary.Of(report),
            AwardingBody = report.AwardingBodyId, Programme = Programme, Target = target, AppliedOn = RecognitionClock.DayOf(Start), Ledger = ledger ?? LearnerLedger.Empty,
        };
        return CaseFold.Fold(Done(CaseIntake.Receive(
            Application(report) with { TargetUnit = target }, [report], () => AssessmentEngine.Assess(input), RuleBook.Of(compiled), input.Ledger, Policy, Partner, Start)).Events);
    }
}
