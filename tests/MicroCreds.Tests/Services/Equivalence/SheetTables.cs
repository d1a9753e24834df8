using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Random tables with every column in use, and texts that a spreadsheet would like to take for something else.</summary>
internal static class SheetTables
{
    private static readonly string[] Fragments =
        ["=1+1", "'", "-5", "+x", "@a", "_x0041_", "a\nb", "\r\n", "\t", "\uFFFE", "é", "0012", "a;b", "\"q\"", "x,y", " ", "1,5", "2026-01-01", "😀", "<&>", "yes", "1E5", "＝A1", "]]>", "Wort"];

    internal static Arbitrary<(ImmutableArray<TargetUnit> Units, ImmutableArray<EquivalenceRule> Rules)> All() => (
        from units in Units().NonEmptyListOf()
        from rules in Rules().ListOf()
        select (units.Take(5).Select((u, i) => u with { Code = UnitCode.Parse($"00{i}") }).ToImmutableArray(), rules.Take(8).Select((r, i) => r with { Id = RuleId.Parse($"0{i}"), Target = UnitCode.Parse("000") }).ToImmutableArray()))
        .ToArbitrary();

    private static Gen<string> Text() =>
        from parts in Gen.Elements(Fragments).NonEmptyListOf()
        select string.Concat(parts.Take(4)).Trim() is { Length: > 0 } text ? text : "x";

    private static Gen<string> Note() => Gen.OneOf(Gen.Constant(""), Text());

    private static Gen<TargetUnit> Units() =>
        from title in Text()
        from outcomes in Outcomes().ListOf()
        from credits in Gen.Choose(0, 36_000)
        from level in Gen.Choose(1, 8)
        from kind in Gen.Elements(Enum.GetValues<UnitKind>())
        from graded in Gen.Elements(true, false)
        select new TargetUnit
        {
            Code = UnitCode.Parse("U"), Title = LocalisedText.Of(title), Programme = ProgrammeCode.Parse("007"), Credits = EctsCredits.FromHundredths(credits), EqfLevel = level, Kind = kind, Graded = graded,
            Outcomes = [.. outcomes.Take(4).Select((o, i) => o with { Code = $"-{i}" })],
        };

    private static Gen<TargetOutcome> Outcomes() =>
        from title in Text()
        from essential in Gen.Elements(true, false)
        from covered in Text().ListOf()
        select new TargetOutcome("LO", LocalisedText.Of(title), essential, [.. covered.Take(3).Distinct()]);

    private static Gen<EquivalenceRule> Rules() =>
        from chosen in Conditions().NonEmptyListOf()
        from grant in Gen.OneOf(Gen.Constant<CreditGrant>(new CreditGrant.AsEarned()), Gen.Choose(0, 36_000).Select(c => (CreditGrant)new CreditGrant.Fixed(EctsCredits.FromHundredths(c))))
        from grade in Gen.Elements(Enum.GetValues<GradeTreatment>())
        from flags in Gen.Choose(0, 3)
        from days in Gen.Elements<(DateOnly?, DateOnly?)>((null, null), (new(1850, 1, 1), new(1900, 2, 28)), (new(1900, 3, 1), new(9999, 12, 31)), (new(2026, 9, 1), null))
        from priority in Gen.Choose(-1000, 1000)
        from visibility in Gen.Elements(Enum.GetValues<RuleVisibility>())
        from condition in Note()
        from publicNote in Note()
        from privateNote in Note()
        select new EquivalenceRule
        {
            Id = RuleId.Parse("R"), Target = UnitCode.Parse("U"), Conditions = [.. chosen.DistinctBy(c => c.GetType())], Grant = grant, Grade = grade, Automatic = (flags & 1) > 0, Agreement = (flags & 2) > 0,
            ValidFrom = days.Item1, ValidUntil = days.Item2, Priority = priority, Visibility = visibility, GrantCondition = condition, PublicNote = publicNote, PrivateNote = privateNote,
        };

    private static Gen<RuleCondition> Conditions() => Gen.OneOf(
        Gen.Constant<RuleCondition>(new RuleCondition.AwardingBody(OrganisationId.Parse("uni-b.example"))),
        Text().Select(t => (RuleCondition)new RuleCondition.AchievementCode(t)),
        Text().Select(t => (RuleCondition)new RuleCondition.AchievementTitle(t + "*")),
        Gen.Elements("05", "0688", "10").Select(f => (RuleCondition)new RuleCondition.IscedField(f)),
        Gen.Choose(1, 8).Select(l => (RuleCondition)new RuleCondition.EqfLevelAtLeast(l)),
        Gen.Choose(0, 36_000).Select(c => (RuleCondition)new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(c))),
        Gen.Elements<RuleCondition>(new RuleCondition.AssessmentIsOneOf([AssessmentType.Quiz]), new RuleCondition.AssessmentIsOneOf([AssessmentType.Portfolio, AssessmentType.PeerReview])),
        Gen.Constant<RuleCondition>(new RuleCondition.SupervisionAtLeast(AssessmentSupervision.SupervisedWithIdentityVerification)),
        Gen.Elements<RuleCondition>(new RuleCondition.ModeIsOneOf([LearningMode.Online]), new RuleCondition.ModeIsOneOf([LearningMode.Online, LearningMode.Blended])),
        Gen.Constant<RuleCondition>(new RuleCondition.Language("it")),
        Gen.Choose(0, 99_999_999).Select(g => (RuleCondition)new RuleCondition.GradeAtLeast(g)),
        Gen.Constant<RuleCondition>(new RuleCondition.QualityAssured()),
        Gen.Choose(0, 100).Select(y => (RuleCondition)new RuleCondition.MaxAgeYears(y)),
        Gen.Elements<RuleCondition>(new RuleCondition.AwardedBetween(new(2024, 2, 29), null), new RuleCondition.AwardedBetween(null, new(2028, 8, 31))),
        Gen.Choose(1, 100).Select(p => (RuleCondition)new RuleCondition.OutcomeCoverageAtLeast(p)));
}
