using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class AssessmentProperties
{
    [Fact]
    public void credits_granted_never_exceed_credits_claimed_unless_a_rule_fixes_them() =>
        Prop.ForAll(Inputs(), input =>
        {
            var found = AssessmentEngine.Assess(input);
            var byFixed = input.Table.Tables[0].Rules.Any(r => r.Id == found.Rule && r.Grant is CreditGrant.Fixed);
            Assert.True(byFixed || found.Granted + found.ExtraCurricular <= input.Achievement.Credits);
            Assert.True(found.Granted <= EctsCredits.FromHundredths(600));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void evaluation_is_repeatable_and_free_of_the_order_of_rows() =>
        Prop.ForAll(Inputs(), input =>
        {
            var table = input.Table.Tables[0];
            var turned = input with { Table = CompiledTable.Of([EquivalenceTableBuilder.Build(table.Id, table.Version, table.Units.Reverse(), table.Rules.Reverse(), table.PublishedAt, table.PublishedBy)]) };
            var bytes = AssessmentDocument.Write(AssessmentEngine.Assess(input));
            Assert.Equal(bytes, AssessmentDocument.Write(AssessmentEngine.Assess(input)));
            Assert.Equal(bytes, AssessmentDocument.Write(AssessmentEngine.Assess(turned)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void less_than_full_always_says_why_and_what_else_and_nobody_is_refused() =>
        Prop.ForAll(Inputs(), input =>
        {
            var found = AssessmentEngine.Assess(input);
            Assert.NotEqual(DecisionOutcome.Refused, found.ProposedOutcome);
            Assert.Equal(found.Proposal == ProposalKind.Refer, found.Proposal == ProposalKind.Refer && found.Referral.Length + found.Reasons.Length > 0);
            if (found.ProposedOutcome is not (null or DecisionOutcome.Full)) Assert.True(found.Reasons.Length > 0 && found.Alternatives.Length > 0);
            if (found.Track == RecognitionTrack.Recognition) Assert.DoesNotContain(found.Reasons, r => r.Code is ReasonCode.Grade or ReasonCode.InsufficientEvidence);
            if (found.Proposal == ProposalKind.GrantAutomatically) Assert.True(found.Track == RecognitionTrack.Recognition && found.ProposedOutcome == DecisionOutcome.Full && found.Reasons.Length == 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void validation_never_goes_over_the_cap() =>
        Prop.ForAll(Inputs(), input =>
        {
            if (input.Track == RecognitionTrack.Recognition) return;
            var found = AssessmentEngine.Assess(input);
            Assert.True(found.Granted.Hundredths == 0 || input.Ledger.ValidatedIn(input.Programme) + found.Granted <= input.Policy.ValidationCap);
        }).QuickCheckThrowOnFailure();

    private static Arbitrary<AssessmentInput> Inputs() => (
        from rules in Rules().ListOf()
        from body in Gen.Elements(RuleSamples.University, RuleSamples.Volunteers)
        from credits in Gen.Choose(1, 24).Select(n => n * 50)
        from level in Gen.Choose(4, 8)
        from hours in Gen.Choose(10, 400)
        from used in Gen.Choose(0, 50)
        from verdict in Gen.Elements(Verdict.Accept, Verdict.Hold)
        from lapsed in Gen.Elements(false, true)
        from years in Gen.Choose(0, 8)
        from asked in Gen.Elements(RuleSamples.Stat, null)
        select Input([.. rules.Select((r, i) => r with { Id = RuleId.Parse($"R{i}") })], body, credits, level, hours, used, verdict, lapsed, years, asked)).ToArbitrary();

    private static Gen<EquivalenceRule> Rules() =>
        from conditions in Gen.Elements<RuleCondition>(
            RuleSamples.By(RuleSamples.University), RuleSamples.By(RuleSamples.Volunteers), RuleSamples.Code("EST101"), new RuleCondition.EqfLevelAtLeast(6),
            new RuleCondition.IscedField("05"), new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(300)), new RuleCondition.MaxAgeYears(3), new RuleCondition.GradeAtLeast(7_000),
            new RuleCondition.EqfLevelIs(6), new RuleCondition.EqfLevelAtMost(6), new RuleCondition.HoursPerCreditAtLeast(25), new RuleCondition.CreditFramework("ects"), new RuleCondition.ValidAtApplication(),
            new RuleCondition.AssessmentOtherThan([AssessmentType.LevelOfAttendance]), new RuleCondition.GradePercentileAtLeast(50)).NonEmptyListOf()
        from grant in Gen.Elements(new CreditGrant.AsEarned(), new CreditGrant.Proportional(60), new CreditGrant.Proportional(100, EctsCredits.FromHundredths(200)), new CreditGrant.Exemption(), new CreditGrant.AdmissionOnly(), RuleSamples.Fixed(300), RuleSamples.Fixed(600), RuleSamples.Fixed(0))
        from automatic in Gen.Elements(false, true)
        from condition in Gen.Elements("", "", "After an interview.")
        from until in Gen.Elements<DateOnly?>(null, new DateOnly(2026, 1, 1))
        select RuleSamples.Rule("R", [.. conditions.Distinct()]) with { Grant = grant, Automatic = automatic, GrantCondition = condition, ValidUntil = until };

    private static AssessmentInput Input(
        ImmutableArray<EquivalenceRule> rules, OrganisationId body, int credits, int level, int hours, int used, Verdict verdict, bool lapsed, int years, UnitCode? asked) => new()
    {
        Institution = OrganisationId.Parse("uni-roma.example"),
        Table = CompiledTable.Of([RuleSamples.Table(rules, RuleSamples.Unit(), RuleSamples.Unit("FREE", 300, UnitKind.Elective))]),
        Policy = RuleSamples.Policy with { ValidationCap = EctsCredits.FromHundredths(4_800) },
        Achievement = RuleSamples.Achievement("est-101", credits, level) with { Volume = new LearningVolume($"PT{hours}H", hours * 60), AwardedOn = RuleSamples.Day.AddYears(-years), Grade = new("AP (6.0)", "") },
        Credential = new() { Digest = Sha256Digest.Of("file"u8), Verdict = verdict, Checks = [new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, "", "")] },
        AwardingBody = body,
        Programme = ProgrammeCode.Parse("L-33"),
        Target = asked,
        AppliedOn = RuleSamples.Day,
        Ledger = new([new(CaseId.Parse(new string('1', 32)), ProgrammeCode.Parse("L-33"), RecognitionTrack.Validation, Sha256Digest.Of("old"u8), "", RuleSamples.Stat, EctsCredits.FromHundredths(used * 100))]),
        InformationLapsed = lapsed,
    };
}
