using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class AssessmentEngineTests
{
    private static readonly EquivalenceRule Automatic =
        RuleSamples.Rule("AUTO", RuleSamples.By(RuleSamples.University), RuleSamples.Code("EST101"), new RuleCondition.EqfLevelAtLeast(6)) with { Automatic = true };

    [Fact]
    public void grants_by_an_automatic_rule_when_every_check_passed()
    {
        var found = AssessmentEngine.Assess(Input(Automatic));
        Assert.Equal((ProposalKind.GrantAutomatically, DecisionOutcome.Full, "AUTO"), (found.Proposal, found.ProposedOutcome, found.Rule?.Value));
        Assert.All(Assert.Single(found.Rules).Conditions, c => Assert.True(c.Held));
    }

    [Fact]
    public void says_whose_rule_was_adopted()
    {
        var digest = Sha256Digest.Of("v3"u8);
        var from = new RuleProvenance(OrganisationId.Parse("uniroma2.it"), TableId.Parse("main"), 3, digest, RuleId.Parse("r"));
        var (own, adopted) = (AssessmentEngine.Assess(Input(Automatic)), AssessmentEngine.Assess(Input(Automatic with { AdoptedFrom = from })));
        var sentence = $"It was adopted from uniroma2.it r@v3, digest {digest}.";
        Assert.Equal("Rule AUTO applies", adopted.Explanation[adopted.Explanation.IndexOf(sentence) - 1][..17]);
        Assert.DoesNotContain(sentence, own.Explanation);
        Assert.Equal((own.Granted, own.Proposal), (adopted.Granted, adopted.Proposal));
        Assert.True(RuleProvenance.TryParse(from.ToString(), out var again));
        Assert.Equal(from, again);
        Assert.False(RuleProvenance.TryParse("uniroma2.it main 0 r " + digest, out _));
    }

    [Theory]
    [InlineData(Verdict.Hold, CheckKind.Plausibility, CheckResult.Error)]
    [InlineData(Verdict.Accept, CheckKind.Completeness, CheckResult.Error)]
    [InlineData(Verdict.Accept, CheckKind.IssuerBinding, CheckResult.Skipped)]
    [InlineData(Verdict.Accept, CheckKind.CertificateChain, CheckResult.Skipped)]
    public void leaves_a_grant_to_a_person_when_a_check_did_not_pass(Verdict verdict, CheckKind kind, CheckResult result)
    {
        var found = AssessmentEngine.Assess(Input(Automatic) with { Credential = Summary(verdict, new VerificationCheck(kind, result, ReasonClass.None, "seen", "source")) });
        Assert.Equal((ProposalKind.Refer, DecisionOutcome.Full), (found.Proposal, found.ProposedOutcome));
        Assert.Equal([ReferralReason.CheckNotPassed], found.Referral.AsEnumerable());
    }

    [Theory]
    [InlineData(CheckKind.Owner)]
    [InlineData(CheckKind.Accreditation)]
    [InlineData(CheckKind.Status)]
    public void lets_a_check_be_skipped_that_says_nothing_about_who_speaks(CheckKind kind) =>
        Assert.Equal(
            ProposalKind.GrantAutomatically,
            AssessmentEngine.Assess(Input(Automatic) with { Credential = Summary(Verdict.Accept, new VerificationCheck(kind, CheckResult.Skipped, ReasonClass.None, "", "")) }).Proposal);

    [Fact]
    public void never_grants_without_a_seal() =>
        Assert.Equal(ProposalKind.Refer, AssessmentEngine.Assess(Input(Automatic) with { Credential = Summary(Verdict.Accept) with { Checks = [] } }).Proposal);

    [Fact]
    public void makes_a_condition_in_words_a_conditional_proposal()
    {
        var found = AssessmentEngine.Assess(Input(Automatic with { GrantCondition = "After an interview." }));
        Assert.Equal((ProposalKind.Refer, DecisionOutcome.Conditional), (found.Proposal, found.ProposedOutcome));
        Assert.Contains("After an interview.", Assert.Single(found.Reasons).Text, StringComparison.Ordinal);
        Assert.NotEmpty(found.Alternatives);
    }

    [Fact]
    public void proposes_nothing_for_a_credential_that_was_rejected()
    {
        var found = AssessmentEngine.Assess(Input(Automatic) with { Credential = Summary(Verdict.Reject) });
        Assert.Equal((ProposalKind.Refer, null, ReasonCode.Authenticity), (found.Proposal, found.ProposedOutcome, Assert.Single(found.Reasons).Code));
    }

    [Fact]
    public void asks_for_evidence_of_completion_and_refers_when_none_comes()
    {
        var running = Input(Automatic) with { Achievement = RuleSamples.Achievement("EST101") with { Status = ResultStatus.InProgress } };
        Assert.Equal("COMPLETION_EVIDENCE", Assert.Single(AssessmentEngine.Assess(running).Information).Code);

        var lapsed = AssessmentEngine.Assess(running with { InformationLapsed = true });
        Assert.Equal((ProposalKind.Refer, null), (lapsed.Proposal, lapsed.ProposedOutcome));
    }

    [Fact]
    public void an_answer_goes_before_a_person_even_where_a_rule_would_grant()
    {
        var input = Input(Automatic);
        Assert.Equal(ProposalKind.GrantAutomatically, AssessmentEngine.Assess(input).Proposal);

        var answered = AssessmentEngine.Assess(input with { InformationLapsed = true, Answered = ["OTHER"] });
        Assert.Equal((ProposalKind.Refer, DecisionOutcome.Full), (answered.Proposal, answered.ProposedOutcome));
        Assert.Equal([ReferralReason.InformationAnswered], answered.Referral.AsEnumerable());
        Assert.Contains(answered.Explanation, s => s.StartsWith("OTHER was asked for and answered", StringComparison.Ordinal));
    }

    [Fact]
    public void writes_codes_in_snake_case()
    {
        var rule = Automatic with { Conditions = [.. Automatic.Conditions, new RuleCondition.AssessmentIsOneOf([AssessmentType.WrittenExamination, AssessmentType.OralExamination])] };
        var achievement = RuleSamples.Achievement("EST101") with { AssessmentTypes = [AssessmentType.WrittenExamination] };
        var found = AssessmentEngine.Assess(Input(rule) with { Achievement = achievement });
        var condition = Assert.Single(Assert.Single(found.Rules).Conditions, c => c.Condition == "assessment_is_one_of");
        Assert.Equal(("written_examination, oral_examination", "written_examination"), (condition.Expected, condition.Actual));
        Assert.Contains(found.Explanation, s => s.StartsWith("Proposed: full,", StringComparison.Ordinal));
    }

    [Fact]
    public void names_a_rule_that_would_match_but_has_ended()
    {
        var found = AssessmentEngine.Assess(Input(Automatic with { ValidUntil = new(2026, 1, 29) }));
        Assert.Equal([ReferralReason.NoRule, ReferralReason.NearMiss], found.Referral.AsEnumerable());
        Assert.False(Assert.Single(found.Rules).InForce);
    }

    [Fact]
    public void refers_when_the_unit_is_not_published_or_no_rule_names_one()
    {
        foreach (var target in new[] { UnitCode.Parse("NONE"), null })
        {
            var found = AssessmentEngine.Assess(Input(Automatic) with { Target = target, Achievement = RuleSamples.Achievement("OTHER") });
            Assert.Equal((ProposalKind.Refer, null), (found.Proposal, found.ProposedOutcome));
            Assert.Equal([ReferralReason.NoRule], found.Referral.AsEnumerable());
        }
    }

    [Fact]
    public void needs_a_published_table() => Assert.Throws<ArgumentException>(() => AssessmentEngine.Assess(Input(Automatic) with { Table = CompiledTable.Of([]) }));

    [Fact]
    public void digests_everything_it_read()
    {
        var input = Input(Automatic);
        var digest = AssessmentEngine.Assess(input).InputsDigest;
        foreach (var other in new[]
        {
            input with { AppliedOn = input.AppliedOn.AddDays(1) }, input with { Achievement = RuleSamples.Achievement("EST101", credits: 500) }, input with { InformationLapsed = true }, input with { Answered = ["M1"] },
            input with { Policy = input.Policy with { HoursPerCredit = 30 } }, input with { Credential = Summary(Verdict.Hold) }, input with { AwardingBody = null },
        })
        {
            Assert.NotEqual(digest, AssessmentEngine.Assess(other).InputsDigest);
        }
    }

    [Fact]
    public void every_condition_has_a_name_and_implies_itself()
    {
        var conditions = typeof(RuleCondition).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(RuleCondition))).Select(Sample).ToArray();
        Assert.Equal(conditions.Length, conditions.Select(ConditionJudge.NameOf).Distinct().Count());
        foreach (var condition in conditions)
        {
            Assert.NotNull(ConditionJudge.Expected(condition));
            Assert.True(ConditionRelation.Implies(condition, condition), ConditionJudge.NameOf(condition));
            Assert.False(ConditionRelation.Excludes(condition, condition), ConditionJudge.NameOf(condition));
        }
    }

    private static RuleCondition Sample(Type type)
    {
        var arguments = type.GetConstructors().Single(c => c.IsPublic).GetParameters().Select(p => p.ParameterType switch
        {
            var t when t == typeof(string) => "05",
            var t when t == typeof(OrganisationId) => RuleSamples.University,
            var t when t == typeof(DateOnly?) => RuleSamples.Day,
            var t when t.IsGenericType => t.GetField("Empty")!.GetValue(null),
            var t when t == typeof(int) => 6,
            var t => Activator.CreateInstance(t),
        });
        return (RuleCondition)Activator.CreateInstance(type, [.. arguments])!;
    }

    private static CredentialSummary Summary(Verdict verdict, params VerificationCheck[] checks) => new()
    {
        Digest = Sha256Digest.Of("file"u8), Verdict = verdict, Checks = [new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, "sealed", "anchor"), .. checks],
    };

    private static AssessmentInput Input(EquivalenceRule rule) => new()
    {
        Institution = OrganisationId.Parse("uni-roma.example"), Table = RuleSamples.Compiled(rule), Policy = RuleSamples.Policy, Achievement = RuleSamples.Achievement("EST101"),
        Credential = Summary(Verdict.Accept), AwardingBody = RuleSamples.University, Programme = ProgrammeCode.Parse("L-33"), Target = RuleSamples.Stat, AppliedOn = RuleSamples.Day,
    };
}
