using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Benchmarks.Rules;

/// <summary>
/// A table as a large institution would have it: 90 % of the rules name awarding body and code, 8 % awarding body and field, 2 % field alone;
/// with levels, credits, quality assurance, windows and coverage of outcomes. 71 % of the inputs are of a named course.
/// </summary>
internal sealed class GeneratedTable
{
    private const int CoursesOfBody = 40;
    private const int InputCount = 4_096;
    private static readonly DateOnly Day = new(2026, 3, 2);
    private readonly Lots _lots;
    private readonly OrganisationId[] _bodies;
    private readonly UnitCode[] _units;
    private readonly string[] _fields;

    internal GeneratedTable(int rules, ulong seed)
    {
        _lots = new(seed);
        _bodies = [.. Enumerable.Range(0, Math.Max(4, rules / CoursesOfBody)).Select(i => OrganisationId.Parse($"body-{i}.example"))];
        _units = [.. Enumerable.Range(0, Math.Clamp(rules / 20, 10, 5_000)).Select(i => UnitCode.Parse($"U-{i}"))];
        // About 130 keys: broad, narrow and detailed fields.
        _fields = [.. Enumerable.Range(0, 10).Select(b => $"0{b}"), .. Enumerable.Range(0, 40).Select(n => $"0{n / 4}{(n % 4) + 1}"), .. Enumerable.Range(0, 80).Select(d => $"0{d / 8}{(d / 2 % 4) + 1}{(d % 2) + 1}")];
        Units = [.. _units.Select(Unit)];
        Rules = [.. Enumerable.Range(0, rules).Select(Rule)];
        Inputs = [.. Enumerable.Range(0, InputCount).Select(_ => Input())];
    }

    internal ImmutableArray<TargetUnit> Units { get; }
    internal ImmutableArray<EquivalenceRule> Rules { get; }
    internal ImmutableArray<RuleInput> Inputs { get; }

    /// <summary>The table without its digest, which takes longer than everything measured here.</summary>
    internal EquivalenceTable Table => new()
    {
        Id = TableId.Parse("BENCH"), Version = 1, Digest = Sha256Digest.Of("bench"u8), PublishedAt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), PublishedBy = "bench", Units = Units, Rules = Rules,
    };

    private EquivalenceRule Rule(int number)
    {
        var kind = number % 100;
        var conditions = ImmutableArray.CreateBuilder<RuleCondition>();
        var body = number / CoursesOfBody % _bodies.Length;
        if (kind < 90) conditions.Add(new RuleCondition.AchievementCode(CodeOf(body, number % CoursesOfBody)));
        if (_lots.In(50)) conditions.Add(new RuleCondition.AwardedBetween(new(2018 + _lots.Below(6), 1, 1), _lots.In(50) ? new(2026, 12, 31) : null));
        if (kind < 98) conditions.Add(new RuleCondition.AwardingBody(_bodies[body]));
        if (_lots.In(60)) conditions.Add(new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(100 * (1 + _lots.Below(6)))));
        if (_lots.In(70)) conditions.Add(new RuleCondition.EqfLevelAtLeast(4 + _lots.Below(4)));
        if (kind >= 90) conditions.Add(new RuleCondition.IscedField(_fields[_lots.Below(_fields.Length)]));
        if (_lots.In(10)) conditions.Add(new RuleCondition.OutcomeCoverageAtLeast(50 + (10 * _lots.Below(5))));
        if (_lots.In(20)) conditions.Add(new RuleCondition.QualityAssured());
        return new()
        {
            Id = RuleId.Parse(string.Create(CultureInfo.InvariantCulture, $"R{number:00000000}")), Target = _units[UnitOf(number)], Conditions = conditions.ToImmutable(),
            Grant = new CreditGrant.AsEarned(), Grade = GradeTreatment.Ungraded, Automatic = true, Priority = _lots.Below(3), ValidFrom = new(2019 + _lots.Below(6), 9, 1), ValidUntil = _lots.In(20) ? new(2025 + _lots.Below(4), 8, 31) : null,
        };
    }

    private RuleInput Input()
    {
        var specific = _lots.In(71);
        var number = _lots.Below(Rules.Length / 100 * 100) / 100 * 100;
        if (specific) number += _lots.Below(90);
        var body = number / CoursesOfBody % _bodies.Length;
        var detailed = 50 + _lots.Below(80);
        return new(
            new Achievement
            {
                Id = "", Title = LocalisedText.Of("Course"), Codes = [specific ? CodeOf(body, number % CoursesOfBody) : "NEW-1"], AwardingBodies = [], AwardedOn = new(2025, 1 + _lots.Below(12), 1), EqfLevel = 5 + _lots.Below(3),
                Credits = EctsCredits.FromHundredths(100 * (3 + _lots.Below(6))), Outcomes = [.. Enumerable.Range(0, 3).Select(i => Outcome(_lots.Below(8)))], AssessmentTypes = [AssessmentType.WrittenExamination], Modes = [],
                IscedFields = [_fields[detailed]], Languages = ["en"], Accreditations = _lots.In(80) ? [new("", "QA", "", "Agency", null)] : [], CountryStated = true, Status = ResultStatus.Passed,
                Supervision = AssessmentSupervision.SupervisedWithIdentityVerification,
            },
            _bodies[body], _units[UnitOf(number)], Day);
    }

    private int UnitOf(int number) => (int)((uint)number * 2_654_435_761U % (uint)_units.Length);

    private static string CodeOf(int body, int course) => string.Create(CultureInfo.InvariantCulture, $"CR/{body}-{course:000}");

    private static LearningOutcome Outcome(int number) => new($"http://skills.example/{number}", LocalisedText.Of($"Outcome {number}"), []);

    private static TargetUnit Unit(UnitCode code) => new()
    {
        Code = code, Title = LocalisedText.Of(code.Value), Programme = ProgrammeCode.Parse("L-33"), Credits = EctsCredits.FromHundredths(600), EqfLevel = 6, Kind = UnitKind.Course, Graded = false,
        Outcomes = [.. Enumerable.Range(0, 4).Select(i => new TargetOutcome($"LO{i}", LocalisedText.Of($"Outcome {i}"), false, [$"http://skills.example/{i}", $"http://skills.example/{i + 4}"]))],
    };
}

/// <summary>One credential for which a match is asked.</summary>
/// <param name="Achievement">What was learnt.</param>
/// <param name="AwardingBody">Who awarded it.</param>
/// <param name="Unit">Unit asked for, when one is.</param>
/// <param name="AppliedOn">Day of application.</param>
internal sealed record RuleInput(Achievement Achievement, OrganisationId AwardingBody, UnitCode Unit, DateOnly AppliedOn);
