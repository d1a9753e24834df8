using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Cases;

public sealed class DecisionInvariantTests
{
    [Fact]
    public void whatever_is_not_full_needs_a_reason_and_an_alternative_and_says_so_at_once() =>
        Assert.Equal(["reason_required", "alternative_required"], BrokenBy(Decide(Referred(), Partly(3) with { Reasons = [], Alternatives = [] })));

    [Fact]
    public void workload_alone_refuses_nobody() =>
        Assert.Equal(["workload_alone", "substantial_difference"], BrokenBy(Decide(Referred(), Refused(ReasonCode.Workload))));

    [Fact]
    public void workload_alone_refuses_nobody_on_the_validation_track_either() =>
        Assert.Equal(["workload_alone"], BrokenBy(Decide(Referred(RecognitionTrack.Validation), Refused(ReasonCode.Workload))));

    [Fact]
    public void workload_may_explain_a_grant_in_part() =>
        Assert.Equal(CaseState.Decided, Decided(Partly(3)).State);

    [Theory]
    [InlineData(ReasonCode.CapReached)]
    [InlineData(ReasonCode.TooOld)]
    [InlineData(ReasonCode.Quality)]
    [InlineData(ReasonCode.Profile)]
    public void a_refusal_on_the_recognition_track_shows_a_substantial_difference(ReasonCode code) =>
        Assert.Equal(["substantial_difference"], BrokenBy(Decide(Referred(), Refused(code))));

    [Fact]
    public void a_refusal_may_name_the_level_or_the_outcomes()
    {
        Assert.Equal(DecisionOutcome.Refused, Decided(Refused(ReasonCode.Level)).EffectiveDecision!.Outcome);
        Assert.Equal(DecisionOutcome.Refused, Decided(Refused(ReasonCode.LearningOutcomes, "LO1")).EffectiveDecision!.Outcome);
        Assert.Empty(Done(Decide(Referred(), Refused(ReasonCode.Level))).Ledger!.Value);
    }

    [Fact]
    public void a_difference_in_outcomes_names_outcomes_of_the_target()
    {
        Assert.Equal(["outcomes_named", "substantial_difference"], BrokenBy(Decide(Referred(), Refused(ReasonCode.LearningOutcomes))));
        Assert.Equal(["outcome_known"], BrokenBy(Decide(Referred(), Refused(ReasonCode.LearningOutcomes, "LO9"))));
    }

    [Fact]
    public void a_grade_is_no_ground_on_the_recognition_track_and_may_be_one_on_the_other()
    {
        Assert.Equal(["grade_on_recognition_track", "substantial_difference"], BrokenBy(Decide(Referred(), Refused(ReasonCode.Grade))));
        Assert.Equal(CaseState.Decided, After(Referred(RecognitionTrack.Validation), c => Decide(c, Refused(ReasonCode.Grade))).State);
    }

    [Fact]
    public void missing_evidence_is_a_ground_only_where_the_applicant_shows_equivalence()
    {
        Assert.Contains("evidence_on_validation_track_only", BrokenBy(Decide(Referred(), Refused(ReasonCode.InsufficientEvidence))));
        Assert.Equal(CaseState.Decided, After(Referred(RecognitionTrack.Validation), c => Decide(c, Refused(ReasonCode.InsufficientEvidence))).State);
    }

    [Theory]
    [InlineData(DecisionOutcome.Refused, "only_people_refuse")]
    [InlineData(DecisionOutcome.Partial, "only_people_refuse")]
    [InlineData(DecisionOutcome.Conditional, "only_people_refuse")]
    [InlineData(DecisionOutcome.Alternative, "only_people_refuse")]
    public void a_rule_grants_in_full_or_not_at_all(DecisionOutcome outcome, string name)
    {
        var granted = Opened(Automatic()).EffectiveDecision! with { Outcome = outcome };
        Assert.Contains(name, DecisionInvariants.Broken(Referred(), granted, Book, LearnerLedger.Empty, Policy).Select(b => b.Name));
    }

    [Fact]
    public void a_rule_grants_only_where_it_was_published_as_automatic_and_on_the_recognition_track()
    {
        var granted = Opened(Automatic()).EffectiveDecision!;
        var manual = RuleBook.Of(Table with { Rules = [.. Table.Rules.Select(r => r with { Automatic = false })] });
        Assert.Equal("rule_not_automatic", Assert.Single(DecisionInvariants.Broken(Referred(), granted, manual, LearnerLedger.Empty, Policy)).Name);
        Assert.Equal("validation_by_person", Assert.Single(DecisionInvariants.Broken(Referred(), granted with { Track = RecognitionTrack.Validation }, Book, LearnerLedger.Empty, Policy)).Name);
    }

    [Fact]
    public void no_more_is_granted_than_was_earned()
    {
        var four = Opened(Assessment(), Report(credits: 4));
        Assert.Equal(["more_than_earned"], BrokenBy(Decide(four, Full)));
        Assert.Equal(["more_than_earned"], BrokenBy(Decide(four, Partly(3) with { Lines = [new OfficerLine { Granted = Ects(3), ExtraCurricular = Ects(2) }] })));
    }

    [Fact]
    public void a_published_rule_with_a_fixed_grant_is_an_explicit_bridge() =>
        Assert.Equal(Ects(6), After(Opened(Assessment(outcome: DecisionOutcome.Full, granted: 6, rule: BridgeRule), Report(credits: 4)), c => Decide(c, Full)).EffectiveDecision!.Lines[0].GrantedCredits);

    [Fact]
    public void hours_stand_in_where_no_credits_are_stated()
    {
        var report = Report();
        var fortyHours = report with { Achievement = report.Achievement! with { Credits = null, Volume = new LearningVolume("PT40H", 2400) } };
        Assert.Equal(["more_than_earned"], BrokenBy(Decide(Opened(Assessment(), fortyHours), Partly(2))));
        Assert.Equal(CaseState.Decided, After(Opened(Assessment(), fortyHours), c => Decide(c, Partly(1))).State);
    }

    [Fact]
    public void a_full_grant_is_all_that_was_asked()
    {
        Assert.Equal(["full_as_asked"], BrokenBy(Decide(Referred(), Full with { Lines = [new OfficerLine { Granted = Ects(5) }] })));
        Assert.Equal(["full_as_asked"], BrokenBy(Decide(Referred(), Full with { Lines = [new OfficerLine { Unit = Elective, Granted = Ects(6) }] })));
    }

    [Fact]
    public void an_exemption_is_full_without_credits_and_counts_nothing()
    {
        var decided = Done(Decide(Opened(Assessment(outcome: DecisionOutcome.Full, granted: 0, rule: WaiverRule)), Full));
        Assert.Empty(decided.Ledger!.Value);
        Assert.Equal(["full_as_asked"], BrokenBy(Decide(Opened(Assessment(outcome: DecisionOutcome.Full, granted: 0, rule: StatRule)), Full)));
    }

    [Theory]
    [InlineData("R-WAIVER", 0, DecisionOutcome.Full, GrantBenefit.Exemption)]
    [InlineData("R-ADMIT", 0, DecisionOutcome.Alternative, GrantBenefit.Admission)]
    [InlineData("R-STAT", 6, DecisionOutcome.Full, null)]
    public void a_line_says_what_is_granted_in_place_of_credits(string rule, int credits, DecisionOutcome outcome, GrantBenefit? benefit)
    {
        var admission = RuleBook.Of(Table with { Rules = Table.Rules.Add(Table.Rules[^1] with { Id = RuleId.Parse("R-ADMIT"), Grant = new CreditGrant.AdmissionOnly() }) });
        var input = outcome == DecisionOutcome.Full ? Full
            : new OfficerDecision { Outcome = outcome, Reasons = [new DecisionReason(ReasonCode.Profile, [], "Admission only.")], Alternatives = [new ConsideredAlternative(DecisionOutcome.Alternative, null, "Admission.")] };
        var c = Opened(Assessment(outcome: outcome, granted: credits, rule: RuleId.Parse(rule)));
        var decision = After(c, x => CaseTransitions.Decide(x, input, admission, LearnerLedger.Empty, Policy, Officer, Start)).EffectiveDecision!;

        Assert.Equal(benefit, Assert.Single(decision.Lines).Benefit);
        using var sent = System.Text.Json.JsonDocument.Parse(MicroCreds.Domain.Statements.StatementContent.OfDecision(c.Application, decision));
        Assert.Equal(benefit?.ToString().ToLowerInvariant(), sent.RootElement.GetProperty("lines")[0].GetProperty("granted").TryGetProperty("benefit", out var said) ? said.GetString() : null);
    }

    [Fact]
    public void a_unit_takes_no_more_than_its_credits() =>
        Assert.Contains("more_than_unit", BrokenBy(Decide(Opened(Assessment(), Report(credits: 9)), Full with { Lines = [new OfficerLine { Granted = Ects(9) }] })));

    [Fact]
    public void a_condition_belongs_to_a_conditional_outcome_and_to_no_other()
    {
        Assert.Equal(["condition_required"], BrokenBy(Decide(Referred(), Conditional with { Condition = " " })));
        Assert.Equal(["condition_unexpected"], BrokenBy(Decide(Referred(), Full with { Condition = "Pass the laboratory." })));
        Assert.Equal(["condition_due_date"], BrokenBy(Decide(Referred(), Conditional with { ConditionDueOn = new DateOnly(2026, 3, 1) })));
    }

    [Fact]
    public void a_thesis_is_never_granted() =>
        Assert.Contains("restricted_target", BrokenBy(Decide(Referred(), Partly(3) with { Lines = [new OfficerLine { Unit = Thesis, Granted = Ects(3) }] })));

    [Fact]
    public void a_unit_that_nobody_published_is_not_granted() =>
        Assert.Contains("unit_unknown", BrokenBy(Decide(Referred(), Partly(3) with { Lines = [new OfficerLine { Unit = UnitCode.Parse("NONE"), Granted = Ects(3) }] })));

    [Fact]
    public void a_refusal_grants_nothing() =>
        Assert.Equal(["refusal_grants"], BrokenBy(Decide(Referred(), Refused(ReasonCode.Level) with { Lines = [new OfficerLine { Granted = Ects(1), Unit = Elective }] })));

    [Fact]
    public void a_grant_in_part_grants_something() =>
        Assert.Equal(["partial_grants_something"], BrokenBy(Decide(Referred(), Partly(0))));

    [Fact]
    public void a_result_that_is_no_pass_is_not_granted() =>
        Assert.Equal(["not_passed"], BrokenBy(Decide(Opened(Assessment(), Report(status: ResultStatus.Failed)), Full)));

    [Fact]
    public void nothing_counts_twice_by_file_or_by_identifier()
    {
        foreach (var entry in new[] { Counted(Report().Digest, ""), Counted(DigestOf("other copy"), Report().CredentialId) })
        {
            Assert.Equal(["already_counted"], BrokenBy(Decide(Referred(), Full, new LearnerLedger([entry]))));
            var own = new LearnerLedger([entry with { Case = Referred().Application.Case }]);
            Assert.Equal(CaseState.Decided, After(Referred(), c => Decide(c, Full, own)).State);
        }
    }

    [Fact]
    public void once_in_each_programme_is_once_in_this_one()
    {
        var policy = Policy with { DoubleCounting = DoubleCounting.OncePerProgramme };
        var decision = After(Referred(), c => Decide(c, Full)).EffectiveDecision!;
        var here = Counted(Report().Digest, "");
        Assert.Empty(Broken(here with { Programme = ProgrammeCode.Parse("L-31") }, policy));
        Assert.Equal(["already_counted"], Broken(here, policy));
        Assert.Equal(["already_counted"], Broken(here with { Programme = ProgrammeCode.Parse("L-31") }, Policy));

        IEnumerable<string> Broken(LedgerEntry entry, RecognitionPolicy under) => DecisionInvariants.Broken(Referred(), decision, Book, new([entry]), under).Select(b => b.Name);
    }

    [Fact]
    public void the_cap_on_validated_credits_holds_over_all_cases_of_the_programme()
    {
        var ledger = new LearnerLedger([Counted(DigestOf("x"), "x") with { Track = RecognitionTrack.Validation, Credits = Ects(46) }]);
        Assert.Equal(["validation_cap"], BrokenBy(Decide(Referred(RecognitionTrack.Validation), Partly(3), ledger)));
        Assert.Equal(CaseState.Decided, After(Referred(RecognitionTrack.Validation), c => Decide(c, Partly(2) with { Reasons = [new(ReasonCode.CapReached, [], "Cap.")] }, ledger)).State);
        Assert.Equal(CaseState.Decided, After(Referred(), c => Decide(c, Partly(3), ledger)).State);
    }

    [Fact]
    public void every_broken_invariant_is_named_with_its_field()
    {
        var problem = Refusal(Decide(Referred(), Refused(ReasonCode.Grade) with { Alternatives = [], Condition = "x", Lines = [new OfficerLine { Granted = Ects(9), Unit = Thesis }] }));
        Assert.Equal(
            ["alternatives", "condition", "reasons[0].code", "reasons", "lines[0]", "lines[0].unit", "lines", "lines"],
            problem.Violations.Select(v => v.Field));
    }

    [Fact]
    public void no_decision_that_stands_grants_more_than_was_earned_or_refuses_without_ground() =>
        Prop.ForAll(Inputs().ToArbitrary(), input =>
        {
            var c = Opened(Assessment(track: input.Track), Report(credits: input.Earned));
            if (Decide(c, input.Decision).Failed(out var problem, out var transition)) return problem.Code == ProblemCode.DecisionInvalid;
            var decision = CaseFold.Apply(c, transition.Events).EffectiveDecision!;
            var granted = decision.Lines.Sum(l => l.GrantedCredits.Hundredths);
            return granted <= input.Earned * 100
                && transition.Ledger!.Value.Sum(e => e.Credits.Hundredths) == granted
                && (decision.Outcome == DecisionOutcome.Full || (!decision.Reasons.IsEmpty && !decision.Alternatives.IsEmpty))
                && (decision.Outcome != DecisionOutcome.Refused || (granted == 0 && decision.Reasons.Any(r => r.Code != ReasonCode.Workload)))
                && (decision.Track == RecognitionTrack.Validation || decision.Reasons.All(r => r.Code is not (ReasonCode.Grade or ReasonCode.InsufficientEvidence)))
                && (decision.Outcome != DecisionOutcome.Full || granted == 600);
        }).QuickCheckThrowOnFailure();

    private static LedgerEntry Counted(Sha256Digest credential, string id) => new(Id(2), Programme, RecognitionTrack.Recognition, credential, id, Elective, Ects(6));

    private static Gen<(RecognitionTrack Track, int Earned, OfficerDecision Decision)> Inputs() =>
        from track in Gen.Elements(Enum.GetValues<RecognitionTrack>())
        from earned in Gen.Choose(1, 9)
        from outcome in Gen.Elements(Enum.GetValues<DecisionOutcome>())
        from codes in Gen.Elements(Enum.GetValues<ReasonCode>()).ListOf(2)
        from withReasons in Gen.Choose(0, 2)
        from credits in Gen.Choose(0, 9)
        from unit in Gen.Elements<UnitCode?>(null, Stat, Elective, Thesis)
        select (track, earned, new OfficerDecision
        {
            Outcome = outcome,
            Reasons = [.. codes.Take(withReasons).Select(code => new DecisionReason(code, code == ReasonCode.LearningOutcomes ? ["LO1"] : [], "Because."))],
            Alternatives = [new ConsideredAlternative(DecisionOutcome.Partial, null, "A bridging task.")],
            Condition = outcome == DecisionOutcome.Conditional ? "Pass the laboratory." : "",
            Lines = outcome == DecisionOutcome.Refused ? [] : ImmutableArray.Create(new OfficerLine { Unit = unit, Granted = Ects(credits) }),
        });
}
