using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Tests.Domain.Grades;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class RuleIndexProperties
{
    private static readonly OrganisationId Stranger = OrganisationId.Parse("nobody.example");
    private static readonly GradeTableSet Grades = new([SampleGradeTables.A, SampleGradeTables.Of(RuleSamples.University, SampleGradeTables.Spain.Grades)]);
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(60);

    [Fact]
    public void the_index_finds_what_a_scan_of_every_rule_finds() =>
        Prop.ForAll(Questions(), question =>
        {
            var matches = new RuleMatches();
            var facts = Facts(question);
            foreach (var target in new[] { null, RuleSamples.Stat, UnitCode.Parse("MATH"), UnitCode.Parse("UNPUBLISHED"), UnitCode.Parse("NONE") })
            {
                foreach (var policy in Enum.GetValues<RuleDatePolicy>())
                {
                    question.Table.Match(facts, target, policy, matches);
                    var scanned = Scan(question, target, policy).Where(j => j.Matched).Select(j => j.Rule).ToArray();
                    Assert.Equal(scanned.Select(r => r.Id.Value), Enumerable.Range(0, matches.Count).Select(i => matches[i].Id.Value).Order(StringComparer.Ordinal));

                    var ordered = scanned.OrderBy(r => r.Rank).ThenByDescending(r => r.Priority).ThenBy(r => r.Id.Value, StringComparer.Ordinal).ToArray();
                    Assert.Equal(ordered.FirstOrDefault()?.Id, matches.Strongest?.Id);
                    Assert.Equal(ordered.Count(r => r.Rank == ordered[0].Rank && r.Priority == ordered[0].Priority) > 1, matches.TiedWithStrongest);
                }
            }
        }).Check(Thorough);

    [Fact]
    public void a_rule_that_matches_or_misses_by_field_or_level_alone_is_a_candidate() =>
        Prop.ForAll(Questions(), question =>
        {
            foreach (var target in new[] { null, RuleSamples.Stat })
            {
                var expected = Scan(question, target, RuleDatePolicy.ApplicationDate).Select(j => j.Rule).Where(r => CouldMatch(r, question)).Select(r => r.Id.Value);
                Assert.Equal(expected, question.Table.Candidates(question.Body, question.Achievement.Codes, target).Select(r => r.Id.Value));
            }
        }).Check(Thorough);

    [Fact]
    public void a_condition_holds_exactly_when_its_finding_says_so() =>
        Prop.ForAll(Questions(), question =>
        {
            foreach (var judged in Scan(question, null, RuleDatePolicy.ApplicationDate))
            {
                Assert.Equal(judged.Finding.Matched, judged.Matched);
                Assert.Equal(judged.Finding.Conditions.Count(c => !c.Held) + (judged.Finding.InForce ? 0 : 1), judged.Misses);
                foreach (var finding in judged.Finding.Conditions.Where(c => c.Actual == ConditionJudge.NotStated)) Assert.False(finding.Held);
            }
        }).Check(Thorough);

    [Fact]
    public void one_buffer_serves_one_table_after_another()
    {
        var matches = new RuleMatches();
        var first = RuleSamples.Compiled(RuleSamples.Rule("A", RuleSamples.Code("CR/EST101")), RuleSamples.Rule("B", new RuleCondition.EqfLevelAtLeast(6)));
        var second = RuleSamples.Compiled(RuleSamples.Rule("C", new RuleCondition.EqfLevelAtLeast(7)));
        Match(first);
        Assert.Equal(2, matches.Count);
        Assert.True(matches.TiedWithStrongest);

        Match(second);
        Assert.Equal(0, matches.Count);
        Assert.Null(matches.Strongest);
        Assert.False(matches.TiedWithStrongest);
        Assert.Throws<ArgumentOutOfRangeException>(() => matches[0]);

        void Match(CompiledTable table) =>
            table.Match(RuleSamples.Achievement(), RuleSamples.University, null, RuleSamples.Day, RuleDatePolicy.ApplicationDate, GradeTableSet.Empty, matches);
    }

    // What the index promises, said without it: the first awarding body and the first code of a rule are those of the credential, or absent.
    private static bool CouldMatch(EquivalenceRule rule, Question question) =>
        rule.Conditions.OfType<RuleCondition.AwardingBody>().Take(1).All(c => c.Organisation == question.Body)
        && rule.Conditions.OfType<RuleCondition.AchievementCode>().Take(1).All(c => question.Achievement.Codes.Any(code => ComparableText.Code(code) == ComparableText.Code(c.Code)));

    private static IEnumerable<JudgedRule> Scan(Question question, UnitCode? target, RuleDatePolicy policy)
    {
        var facts = Facts(question);
        return question.Table.Tables.SelectMany(t => t.Rules).OrderBy(r => r.Id.Value, StringComparer.Ordinal).Where(r => target is null || r.Target == target).Select(r =>
        {
            var unit = question.Table.Find(r.Target);
            return JudgedRule.Of(r, facts, unit, unit is null ? null : OutcomeMatcher.Cover(unit, question.Achievement.Outcomes), policy);
        });
    }

    private static SourceFacts Facts(Question question) => new(question.Achievement, question.Body, RuleSamples.Day, Grades)
    {
        Institution = SampleGradeTables.A.Organisation,
        ValidUntil = question.ValidUntil,
    };

    private static Arbitrary<Question> Questions() => (
        from rules in Rules().ListOf()
        from body in Gen.Elements<OrganisationId?>(RuleSamples.University, RuleSamples.Volunteers, Stranger, null)
        from codes in Gen.Elements("cr/est-101", "CR EST101", "EST.102", "X").ListOf()
        from fields in Gen.Elements("0542", "0541", "0613", "05", "other").ListOf()
        from level in Gen.Elements<int?>(null, 5, 6, 7)
        from credits in Gen.Elements<int?>(null, 200, 300, 600)
        from years in Gen.Choose(0, 4)
        from outcomes in Gen.Elements("http://skill/1", "http://skill/2", "none").ListOf()
        from quality in Gen.Elements<DateOnly?>(null, new(2020, 1, 1), DateOnly.MaxValue)
        from hours in Gen.Elements<int?>(null, 40, 80, 160)
        from types in Gen.Elements(AssessmentType.WrittenExamination, AssessmentType.LevelOfAttendance).ListOf()
        from grade in Gen.Elements<string?>(null, "SB", "NT (8.0)", "AP", "10")
        from framework in Gen.Elements("ecvet", "").ListOf()
        from validUntil in Gen.Elements<DateOnly?>(null, RuleSamples.Day, RuleSamples.Day.AddDays(-1))
        let achievement = RuleSamples.Achievement() with
        {
            Codes = [.. codes], IscedFields = [.. fields], EqfLevel = level, Credits = credits is { } c ? EctsCredits.FromHundredths(c) : null, AwardedOn = RuleSamples.Day.AddYears(-years),
            Volume = hours is { } h ? new($"PT{h}H", h * 60) : null, AssessmentTypes = [.. types.Distinct()], Grade = grade is null ? null : new(grade, ""), OtherFrameworks = [.. framework.Where(f => f.Length > 0).Distinct()],
            Outcomes = [.. outcomes.Select(o => new LearningOutcome(o, LocalisedText.Of(o), [o]))],
            Accreditations = quality is { } until ? [new("", "QA", "", "Agency", until)] : [],
        }
        select new Question(CompiledTable.Of([Half(rules, 0), Half(rules, 1)]), achievement, body, validUntil)).ToArbitrary();

    // Two tables whose rules alternate, so that neither stands in the order of identifiers by itself.
    private static EquivalenceTable Half(IEnumerable<EquivalenceRule> rules, int half) => EquivalenceTableBuilder.Build(
        TableId.Parse($"T{half}"), 1, half == 0 ? [RuleSamples.Unit() with { Outcomes = [Outcome("1", true), Outcome("2", false)] }] : [RuleSamples.Unit("MATH")],
        rules.Select((r, i) => (Rule: r with { Id = RuleId.Parse($"R{i}") }, Number: i)).Where(r => r.Number % 2 == half).Select(r => r.Rule), new(2025, 9, 1, 0, 0, 0, TimeSpan.Zero), "registrar");

    private static TargetOutcome Outcome(string code, bool essential) => new(code, LocalisedText.Of(code), essential, [$"http://skill/{code}"]);

    private static Gen<EquivalenceRule> Rules() =>
        from conditions in Gen.Elements<RuleCondition>(
            RuleSamples.By(RuleSamples.University), RuleSamples.By(RuleSamples.University), RuleSamples.By(RuleSamples.Volunteers), RuleSamples.Code("EST101"), RuleSamples.Code("cr/est 101"), RuleSamples.Code("EST102"),
            new RuleCondition.EqfLevelAtLeast(0), new RuleCondition.EqfLevelAtLeast(6), new RuleCondition.EqfLevelAtLeast(7), new RuleCondition.EqfLevelAtLeast(300),
            new RuleCondition.EqfLevelIs(6), new RuleCondition.EqfLevelIs(7), new RuleCondition.EqfLevelAtMost(5), new RuleCondition.EqfLevelAtMost(6), new RuleCondition.EqfLevelAtMost(0),
            new RuleCondition.CreditFramework("ects"), new RuleCondition.CreditFramework("ecvet"), new RuleCondition.HoursPerCreditAtLeast(25), new RuleCondition.HoursPerCreditAtLeast(30),
            new RuleCondition.AssessmentOtherThan([AssessmentType.LevelOfAttendance]), new RuleCondition.GradePercentileAtLeast(40), new RuleCondition.GradePercentileAtLeast(90),
            new RuleCondition.ConvertedGradeAtLeast("24"), new RuleCondition.ConvertedGradeAtLeast("28"), new RuleCondition.ValidAtApplication(), new RuleCondition.IscedField("0500"), new RuleCondition.IscedField("0540"),
            new RuleCondition.IscedField("05"), new RuleCondition.IscedField("054"), new RuleCondition.IscedField("0542"), new RuleCondition.IscedField("06"), new RuleCondition.IscedField(""), new RuleCondition.IscedField("oth"),
            new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(0)), new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(300)), new RuleCondition.MaxAgeYears(2), new RuleCondition.QualityAssured(),
            new RuleCondition.AwardedBetween(new(2024, 1, 1), null), new RuleCondition.AwardedBetween(null, new(2025, 1, 1)), new RuleCondition.AwardedBetween(new(2025, 3, 2), new(2025, 3, 2)),
            new RuleCondition.OutcomeCoverageAtLeast(50), new RuleCondition.OutcomeCoverageAtLeast(100), new RuleCondition.Language("es"), new RuleCondition.AssessmentIsOneOf([AssessmentType.WrittenExamination])).ListOf().Select(c => c.Take(4))
        from target in Gen.Elements(RuleSamples.Stat, RuleSamples.Stat, UnitCode.Parse("MATH"), UnitCode.Parse("UNPUBLISHED"))
        from priority in Gen.Elements(0, 0, 5, -5)
        from agreement in Gen.Frequency((8, Gen.Constant(false)), (1, Gen.Constant(true)))
        from since in Gen.Elements<DateOnly?>(null, null, new(2025, 1, 1))
        from until in Gen.Elements<DateOnly?>(null, null, new(2026, 1, 1), RuleSamples.Day)
        select RuleSamples.Rule("R", [.. conditions]) with { Target = target, Priority = priority, Agreement = agreement, ValidFrom = since, ValidUntil = until };

    private sealed record Question(CompiledTable Table, Achievement Achievement, OrganisationId? Body, DateOnly? ValidUntil);
}
