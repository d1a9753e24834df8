using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using static MicroCreds.Tests.Domain.Rules.CompositeSamples;
using static MicroCreds.Tests.Domain.Rules.RuleSamples;

namespace MicroCreds.Tests.Domain.Rules;

/// <summary>Several credentials assessed together, with the numbers of the acceptance scenarios (field reference, G).</summary>
public sealed class JointAssessmentTests
{
    private static readonly UnitCode Digital = UnitCode.Parse("DIGI");
    private static readonly UnitCode Elective = UnitCode.Parse("FREE");

    // Scenario 9: MC-A (3) and MC-B (3) make 6 credits; MC-A alone counts as elective.
    private static readonly EquivalenceRule Both = Bundle("BOTH", "DIGI", 600, All(Source("A", AtLeast(300)), Source("B", AtLeast(300)))) with { Automatic = true };
    private static readonly EquivalenceRule Alone = Rule("ALONE", By(University), Code("A")) with { Target = Elective, Automatic = true };

    [Fact]
    public void grants_one_unit_for_two_credentials()
    {
        var found = Assess([Both, Alone], Digital, "A", "B");

        Assert.Equal((ProposalKind.GrantAutomatically, DecisionOutcome.Full, 600, "BOTH"), (found.Proposal, found.ProposedOutcome, found.Granted.Hundredths, found.Rule?.Value));
        var line = Assert.Single(found.Lines);
        Assert.Equal((2, "DIGI", 600, true), (line.Credentials.Length, line.Unit?.Value, line.Granted.Hundredths, line.NeedsNobody));
        var rule = Assert.Single(found.Rules);
        Assert.Equal(["Title A", "Title B"], rule.Sources.Select(s => s.Title).Order(StringComparer.Ordinal));
        Assert.All(rule.Sources, s => Assert.All(s.Conditions, c => Assert.True(c.Held)));
        // The elective for A alone was no alternative: the unit asked for is another.
        Assert.Empty(found.NotChosen);
    }

    [Fact]
    public void says_what_is_missing_when_there_is_only_one_and_grants_the_elective_when_that_is_asked()
    {
        var found = Assess([Both, Alone], Digital, "A");
        Assert.Equal(ProposalKind.Refer, found.Proposal);
        Assert.Contains(ReferralReason.NearMiss, found.Referral);
        Assert.Contains("Rule BOTH would grant DIGI with a further credential; missing: achievement_code B, awarding_body uni-madrid.example, credits_at_least 3.", found.Explanation);
        Assert.Contains(found.Alternatives, a => a.Outcome == DecisionOutcome.Conditional && a.Unit == Digital);
        var rule = found.Rules.Single(r => r.Rule.Value == "BOTH");
        Assert.Equal([(true, "Title A"), (false, "")], rule.Sources.Select(s => (s.Credential is not null, s.Title)));

        var elective = Assess([Both, Alone], Elective, "A");
        Assert.Equal((ProposalKind.GrantAutomatically, DecisionOutcome.Full, 300, 0), (elective.Proposal, elective.ProposedOutcome, elective.Granted.Hundredths, elective.Lines.Length));
        // With no unit named the best of the programme is the same elective, and the way to more is told.
        var best = Assess([Both, Alone], null, "A");
        Assert.Equal((ProposalKind.GrantAutomatically, Elective), (best.Proposal, best.Unit));
        Assert.Contains(best.Alternatives, a => a.Unit == Digital);
    }

    [Fact]
    public void splits_a_module_of_twelve_into_two_units_of_six()
    {
        // Scenario 10.
        var split = Split("SPLIT", 1200, ("DIGI", 600), ("STAT", 600)) with { Automatic = true };
        foreach (var target in new[] { Digital, Stat, null })
        {
            var found = AssessmentEngine.Assess(Input([split], target, ("MODULE", 1200)));
            Assert.Equal((ProposalKind.GrantAutomatically, DecisionOutcome.Full, 1200), (found.Proposal, found.ProposedOutcome, found.Granted.Hundredths));
            Assert.Equal(["DIGI 6", "STAT 6"], found.Lines.Select(l => $"{l.Unit} {l.Granted}"));
        }

        // What grants more than was earned never goes through without a person.
        var inflated = AssessmentEngine.Assess(Input([split with { FurtherUnits = [new(Stat, Ects(600))], Grant = Fixed(600), Conditions = [By(University), Code("MODULE")] }], Digital, ("MODULE", 900)));
        Assert.Equal(ProposalKind.Refer, inflated.Proposal);
        Assert.Contains(inflated.Explanation, s => s.Contains("grants 12 credits in all for 9 earned", StringComparison.Ordinal));
    }

    [Fact]
    public void packs_three_credentials_into_nine_credits()
    {
        foreach (var order in new[] { new[] { "A", "B", "C" }, ["C", "B", "A"], ["B", "C", "A"] })
        {
            var found = Packed(order);
            Assert.Equal((ProposalKind.GrantAutomatically, DecisionOutcome.Full, 900), (found.Proposal, found.ProposedOutcome, found.Granted.Hundredths));
            Assert.Equal(["R1 DIGI 6 2", "R3 FREE 3 1"], found.Lines.Select(l => $"{l.Rule} {l.Unit} {l.Granted} {l.Credentials.Length}"));
            var other = Assert.Single(found.NotChosen);
            Assert.Equal((600, "R2", 1), (other.Granted.Hundredths, Assert.Single(other.Uses).Rule.Value, other.LeftOver.Length));
            Assert.Contains(found.Alternatives, a => a.Text.StartsWith("Not chosen: 6 credits by rule R2 for ", StringComparison.Ordinal) && a.Text.EndsWith("leaving over Title A.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void takes_one_of_a_group_and_two_of_three()
    {
        var either = Bundle("EITHER", "STAT", 300, Some(1, Source("A"), Source("B"))) with { Automatic = true };
        Assert.Equal((ProposalKind.Refer, DecisionOutcome.Partial, 300), Assess([either], Stat, "B") is var found ? (found.Proposal, found.ProposedOutcome, found.Granted.Hundredths) : default);
        var two = Bundle("TWO", "STAT", 600, Some(2, Source("A"), Source("B"), Source("C"))) with { Automatic = true };
        Assert.Equal((ProposalKind.GrantAutomatically, 2), Assess([two], Stat, "C", "A") is var both ? (both.Proposal, both.Lines[0].Credentials.Length) : default);
        // A third is left over, which a person looks at; the unit is full.
        var three = Assess([two], Stat, "C", "A", "B");
        Assert.Equal((ProposalKind.Refer, DecisionOutcome.Partial, 600, 2), (three.Proposal, three.ProposedOutcome, three.Granted.Hundredths, three.Lines.Length));
        Assert.Null(three.Lines[1].Outcome);
    }

    [Fact]
    public void leaves_one_credential_for_two_sources_unused()
    {
        var twice = Bundle("TWICE", "STAT", 600, All(new RuleSource([By(University), AtLeast(300)]), new RuleSource([By(University), AtLeast(300)])));
        Assert.Equal(0, Assess([twice], Stat, "A").Granted.Hundredths);
        Assert.Equal(600, Assess([twice], Stat, "A", "B").Granted.Hundredths);
    }

    [Fact]
    public void does_not_pick_between_two_bundles_that_grant_different_things()
    {
        // Scenario 12.
        var found = Assess([Both, Both with { Id = RuleId.Parse("OTHER"), Grant = Fixed(300) }], Digital, "A", "B");
        Assert.Equal(ProposalKind.Refer, found.Proposal);
        Assert.Contains(ReferralReason.RuleConflict, found.Referral);
        Assert.Contains(found.Explanation, s => s.StartsWith("Rules BOTH and OTHER match Title ", StringComparison.Ordinal));
        Assert.All(found.Lines, l => Assert.Null(l.Unit));
    }

    [Fact]
    public void caps_all_lines_together()
    {
        // Scenario 16: 46 of 48 validated; two lines of three credits each find room for two.
        EquivalenceRule[] rules = [Rule("V1", By(Volunteers), Code("A")) with { Target = Elective }, Rule("V2", By(Volunteers), Code("B")) with { Target = Digital, Grant = Fixed(300) }];
        var input = Input(rules, null, ("A", 300), ("B", 300));
        input = input with
        {
            AwardingBody = Volunteers, Further = [.. input.Further.Select(f => f with { AwardingBody = Volunteers })], Policy = Policy with { ValidationCap = Ects(4800) },
            Ledger = new([new(CaseId.Parse($"{1:x32}"), input.Programme, RecognitionTrack.Validation, Sha256Digest.Of("old"u8), "", Elective, Ects(4600))]),
        };
        var found = AssessmentEngine.Assess(input);
        Assert.Equal((200, 400), (found.Granted.Hundredths, found.ExtraCurricular.Hundredths));
        Assert.Contains(found.Reasons, r => r.Code == ReasonCode.CapReached);
    }

    [Fact]
    public void covers_outcomes_by_all_credentials_together()
    {
        TargetOutcome Outcome(string code) => new(code, LocalisedText.Of(code), true, [$"http://skill/{code}"]);
        var unit = Unit("DIGI") with { Outcomes = [Outcome("LO1"), Outcome("LO2")] };
        var rule = Both with { Conditions = [new RuleCondition.OutcomeCoverageAtLeast(100)] };
        var input = Input([rule], Digital, ("A", 300), ("B", 300)) with { Table = CompiledTable.Of([Table([rule], unit)]) };
        Assert.Equal(0, AssessmentEngine.Assess(input).Granted.Hundredths);
        AssessmentInput With(string other) => input with
        {
            Achievement = Skilled(input.Achievement, "LO1"), Further = [.. input.Further.Select(f => f with { Achievement = Skilled(f.Achievement, other) })],
        };
        Assert.Equal(600, AssessmentEngine.Assess(With("LO2")).Granted.Hundredths);
        Assert.Equal(0, AssessmentEngine.Assess(With("LO1")).Granted.Hundredths);

        static Achievement Skilled(Achievement a, string code) => a with { Outcomes = [new("", LocalisedText.Of(code), [$"http://skill/{code}"])] };
    }

    [Fact]
    public void asks_a_person_when_one_of_them_was_counted_before_or_held()
    {
        var input = Input([Both, Alone], Digital, ("A", 300), ("B", 300));
        var counted = AssessmentEngine.Assess(input with { Ledger = new([new(CaseId.Parse($"{1:x32}"), input.Programme, RecognitionTrack.Recognition, input.Credential.Digest, "", Elective, Ects(300))]) });
        Assert.Equal((ProposalKind.Refer, 0), (counted.Proposal, counted.Granted.Hundredths));
        Assert.Contains(ReferralReason.AlreadyCounted, counted.Referral);
        var held = AssessmentEngine.Assess(input with { Further = [input.Further[0] with { Credential = input.Further[0].Credential with { Verdict = Verdict.Hold } }] });
        Assert.Equal((ProposalKind.Refer, DecisionOutcome.Full, 600), (held.Proposal, held.ProposedOutcome, held.Granted.Hundredths));
        Assert.Equal([ReferralReason.CheckNotPassed], held.Referral.AsEnumerable());
    }

    /// <summary>Scenario 11: {A, B} make 6, {B, C} make 6, C makes 3.</summary>
    internal static Assessment Packed(params string[] codes) => Assess(
    [
        Bundle("R1", "DIGI", 600, All(Source("A"), Source("B"))) with { Automatic = true }, Bundle("R2", "STAT", 600, All(Source("B"), Source("C"))) with { Automatic = true },
        Rule("R3", By(University), Code("C")) with { Target = Elective, Automatic = true },
    ], null, codes);

    private static Assessment Assess(EquivalenceRule[] rules, UnitCode? target, params string[] codes) => AssessmentEngine.Assess(Input(rules, target, [.. codes.Select(c => (c, 300))]));

    private static AssessmentInput Input(EquivalenceRule[] rules, UnitCode? target, params ImmutableArray<(string Code, int Credits)> credentials)
    {
        ImmutableArray<AssessedCredential> each = [.. credentials.Select(c => new AssessedCredential(
            Achievement(c.Code, c.Credits) with { Title = LocalisedText.Of($"Title {c.Code}") },
            new() { Digest = Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(c.Code)), Verdict = Verdict.Accept, Checks = [new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, "", "")] },
            University))];
        return new()
        {
            Institution = OrganisationId.Parse("uni-roma.example"), Table = CompiledTable.Of([Table(rules, Unit("DIGI"), Unit(), Unit("FREE", 1200, UnitKind.Elective))]), Policy = Policy,
            Achievement = each[0].Achievement, Credential = each[0].Credential, AwardingBody = each[0].AwardingBody, Further = each[1..],
            Programme = ProgrammeCode.Parse("L-33"), Target = target, AppliedOn = Day,
        };
    }
}
