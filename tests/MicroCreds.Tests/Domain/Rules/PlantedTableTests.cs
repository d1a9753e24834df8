using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Tests.Domain.Rules;

/// <summary>A table in which each kind of finding was planted, and a clean one.</summary>
public sealed class PlantedTableTests
{
    private static readonly RecognitionPolicy Policy = RuleSamples.Policy with { ValidationCap = EctsCredits.FromHundredths(2_400), RuleDate = RuleDatePolicy.ApplicationDate };
    private static readonly RuleCondition University = RuleSamples.By(RuleSamples.University);
    private static readonly RuleCondition Volunteers = RuleSamples.By(RuleSamples.Volunteers);

    private static readonly ImmutableArray<TargetUnit> Units =
    [
        .. new[] { "TIE", "HIDE", "UNION", "TWICE", "NEVER", "LATE", "SOON", "GROUND", "AMOUNT", "MORE", "OPEN", "AUTO" }.Select(c => RuleSamples.Unit(c)),
        RuleSamples.Unit("LARGE", 3_000), RuleSamples.Unit("THESIS", kind: UnitKind.Thesis),
        RuleSamples.Unit("SAME") with { Outcomes = [Outcome("LO1", true), Outcome("LO2", false), Outcome("LO3", false)] },
    ];

    private static readonly ImmutableArray<EquivalenceRule> Planted =
    [
        // Scenario 12: 3 against 6.
        Rule("TIE-3", "TIE", 300, University, new RuleCondition.EqfLevelAtLeast(6), Credits(600)),
        Rule("TIE-6", "TIE", 600, University, new RuleCondition.IscedField("061"), Credits(600)),
        Rule("HIDDEN", "HIDE", 300, University, RuleSamples.Code("X1"), Credits(300)) with { Priority = -1 },
        Rule("HIDING", "HIDE", 600, University, RuleSamples.Code("x-1")),
        Rule("PARTED", "UNION", 300, University, RuleSamples.Code("X2"), Credits(300), Assessed(AssessmentType.Portfolio, AssessmentType.Quiz)),
        Rule("PART-A", "UNION", 600, University, RuleSamples.Code("X2"), Assessed(AssessmentType.Portfolio)) with { Agreement = true },
        Rule("PART-B1", "UNION", 600, University, RuleSamples.Code("X2"), Assessed(AssessmentType.Quiz)) with { Agreement = true, ValidUntil = new(2026, 8, 31) },
        Rule("PART-B2", "UNION", 600, University, RuleSamples.Code("X2"), Assessed(AssessmentType.Quiz)) with { Agreement = true, ValidFrom = new(2026, 9, 1) },
        Rule("TWICE-1", "TWICE", 600, University, RuleSamples.Code("X3")),
        Rule("TWICE-2", "TWICE", 600, University, RuleSamples.Code("X3"), new RuleCondition.EqfLevelAtLeast(6)),
        Rule("NEVER", "NEVER", 600, University, RuleSamples.Code("X4"), new RuleCondition.EqfLevelAtLeast(9)),
        Rule("LATE", "LATE", 600, University, RuleSamples.Code("X5")) with { ValidUntil = new(2026, 1, 31) },
        Rule("SOON", "SOON", 600, University, RuleSamples.Code("X6")) with { ValidFrom = new(2026, 9, 1) },
        Rule("NOWHERE", "GONE", 600, University, RuleSamples.Code("X7")),
        Rule("GRADE", "GROUND", 600, University, RuleSamples.Code("X8"), new RuleCondition.GradeAtLeast(7_000)),
        Rule("AMOUNT", "AMOUNT", 600, University, Credits(600)),
        Rule("SAME", "SAME", 600, University, RuleSamples.Code("X9"), new RuleCondition.OutcomeCoverageAtLeast(100)),
        Rule("LARGE", "LARGE", 3_000, Volunteers, RuleSamples.Code("X10"), Credits(3_000)),
        Rule("MORE", "MORE", 600, University, RuleSamples.Code("X11"), Credits(300)),
        Rule("OPEN", "OPEN", 600, University, new RuleCondition.IscedField("05")),
        Rule("AUTO", "AUTO", 600, Volunteers, RuleSamples.Code("X12")) with { Automatic = true },
        Rule("THESIS", "THESIS", 600, University, RuleSamples.Code("X13")),
    ];

    [Fact]
    public void finds_each_kind_that_was_planted_and_nothing_else()
    {
        var found = Check(Planted).Findings.Select(f => $"{f.Code} {f.Severity} {f.Rule} < {string.Join(" ", f.OtherRules)}").ToArray();
        Assert.Equal(
        [
            "UnlawfulGround Warning AMOUNT < ",
            "TrackMismatch Error AUTO < ",
            "UnlawfulGround Warning GRADE < ",
            "Shadowed Warning HIDDEN < HIDING",
            "CapInfeasible Error LARGE < ",
            "Expired Warning LATE < ",
            "CreditInflation Error MORE < ",
            "Unreachable Error NEVER < ",
            "DanglingTarget Error NOWHERE < ",
            "CreditInflation Warning OPEN < ",
            "FutureOnly Info PART-B2 < ",
            "Shadowed Warning PARTED < PART-A PART-B1 PART-B2",
            "UnlawfulGround Warning SAME < ",
            "FutureOnly Info SOON < ",
            "RestrictedTarget Error THESIS < ",
            "OverlapConflict Warning TIE-3 < TIE-6",
            "Redundant Warning TWICE-2 < TWICE-1",
        ], found);
    }

    [Fact]
    public void shows_each_by_an_example_except_what_never_matches()
    {
        foreach (var finding in Check(Planted).Findings) Assert.Equal(finding.Code != TableFindingCode.Unreachable, finding.Witness is not null);
    }

    [Fact]
    public void the_example_of_a_conflict_goes_to_people_when_it_comes()
    {
        var witness = Assert.IsType<TableWitness>(Check(Planted).Findings.Single(f => f.Code == TableFindingCode.OverlapConflict).Witness);
        Assert.Equal((RuleSamples.University, "061", 6, 600), (witness.AwardingBody, Assert.Single(witness.Achievement.IscedFields), witness.Achievement.EqfLevel, witness.Achievement.Credits?.Hundredths));
        var found = Assess(witness, "TIE");
        Assert.Contains(found.Referral, r => r == ReferralReason.RuleConflict);
        Assert.Equal(["TIE-3", "TIE-6"], found.Rules.Where(r => r.Matched).Select(r => r.Rule.Value).Order());
    }

    [Fact]
    public void the_example_of_a_shadowed_rule_is_decided_by_the_stronger()
    {
        foreach (var finding in Check(Planted).Findings.Where(f => f.Code == TableFindingCode.Shadowed))
        {
            var found = Assess(Assert.IsType<TableWitness>(finding.Witness), finding.Unit?.Value ?? "");
            Assert.Contains(found.Rules, r => r.Matched && r.Rule == finding.Rule);
            Assert.Contains(finding.OtherRules, r => r == found.Rule);
        }
    }

    [Fact]
    public void counts_overlaps_that_need_no_finding()
    {
        var report = Check(
        [
            Rule("DEFAULT", "TIE", null, new RuleCondition.IscedField("06")),
            Rule("DEFAULT-2", "TIE", null, new RuleCondition.EqfLevelAtLeast(5)),
            Rule("SPECIAL", "TIE", 300, University, RuleSamples.Code("X"), Credits(300)),
        ]);
        Assert.Empty(report.Findings);
        Assert.Equal((0, 1, 2), (report.Conflicts, report.Agreeing, report.Settled));
    }

    [Fact]
    public void finds_nothing_in_a_clean_table()
    {
        var clean = Check(
        [
            Rule("OLD", "TIE", 300, University, RuleSamples.Code("X"), Credits(300)) with { ValidUntil = new(2026, 8, 31) },
            Rule("NAMED", "TIE", 600, University, RuleSamples.Code("Y"), Credits(600)) with { Automatic = true },
            Rule("DEFAULT", "TIE", null, University, new RuleCondition.IscedField("06"), new RuleCondition.EqfLevelAtLeast(6)),
            Rule("OUTCOMES", "SAME", null, new RuleCondition.OutcomeCoverageAtLeast(60), new RuleCondition.QualityAssured()),
            Rule("CHECKED", "AUTO", null, Volunteers, RuleSamples.Code("X"), new RuleCondition.QualityAssured()) with { Automatic = true },
        ]);
        Assert.Empty(clean.Findings);
    }

    private static TableCheckResult Check(ImmutableArray<EquivalenceRule> rules) => TableCheck.Report(Units, rules, [], Policy, RuleSamples.Day);

    private static Assessment Assess(TableWitness witness, string unit) => AssessmentEngine.Assess(new()
    {
        Institution = OrganisationId.Parse("uni-roma.example"),
        Table = CompiledTable.Of([EquivalenceTableBuilder.Build(TableId.Parse("T"), 1, Units, Planted, new(2025, 9, 1, 0, 0, 0, TimeSpan.Zero), "registrar")]),
        Policy = Policy,
        Achievement = witness.Achievement,
        Credential = new() { Digest = Sha256Digest.Of("file"u8), Verdict = MicroCreds.Domain.Verification.Verdict.Accept, Checks = [] },
        AwardingBody = witness.AwardingBody,
        Programme = ProgrammeCode.Parse("L-33"),
        Target = UnitCode.Parse(unit),
        AppliedOn = witness.AppliedOn,
        GradeTables = GradeTableSet.Empty,
    });

    private static EquivalenceRule Rule(string id, string target, int? granted, params ImmutableArray<RuleCondition> conditions) =>
        RuleSamples.Rule(id, conditions) with { Target = UnitCode.Parse(target), Grant = granted is { } credits ? RuleSamples.Fixed(credits) : new CreditGrant.AsEarned() };

    private static RuleCondition.CreditsAtLeast Credits(int hundredths) => new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(hundredths));

    private static RuleCondition.AssessmentIsOneOf Assessed(params ImmutableArray<AssessmentType> types) => new RuleCondition.AssessmentIsOneOf(types);

    private static TargetOutcome Outcome(string code, bool essential) => new(code, LocalisedText.Of(code), essential, [$"http://data.europa.eu/esco/skill/{code}"]);
}
