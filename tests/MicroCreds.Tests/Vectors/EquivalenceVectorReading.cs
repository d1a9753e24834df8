using System.Text;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Vectors;

/// <summary>Turns a vector's words into the values that the engine takes.</summary>
public static class EquivalenceVectorReading
{
    private static readonly DateTimeOffset PublishedAt = new(2025, 9, 1, 0, 0, 0, TimeSpan.Zero);

    public static AssessmentInput Input(this EquivalenceVector vector)
    {
        var digest = Sha256Digest.Of(Encoding.UTF8.GetBytes(vector.Scenario));
        var programme = ProgrammeCode.Parse(vector.Programme);
        return new()
        {
            Institution = OrganisationId.Parse(vector.Institution),
            Table = CompiledTable.Of([EquivalenceTableBuilder.Build(TableId.Parse("vector"), 1, vector.Units.Select(Unit), vector.Rules.Select(Rule), PublishedAt, "registrar")]),
            Policy = Policy(vector.Policy),
            Achievement = Achievement(vector.Credential),
            Credential = new()
            {
                Digest = digest,
                Verdict = vector.Credential.Verdict,
                Checks = [new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, "sealed", "vector"), new(CheckKind.Owner, CheckResult.Skipped, ReasonClass.None, "before the office", "vector")],
                MissingElements = [.. vector.Credential.MissingElements],
            },
            AwardingBody = vector.Credential.AwardingBody is { } body ? OrganisationId.Parse(body) : null,
            Programme = programme,
            Target = vector.Target is { } target ? UnitCode.Parse(target) : null,
            AppliedOn = vector.Day,
            Ledger = Ledger(vector, digest, programme),
            GradeTables = new(vector.GradeTables.Select(GradeTable)),
            InformationLapsed = vector.InformationLapsed,
            Answered = [.. vector.Answered],
        };
    }

    public static TargetUnit Unit(VectorUnit unit) => new()
    {
        Code = UnitCode.Parse(unit.Code), Title = LocalisedText.Of(unit.Title), Programme = ProgrammeCode.Parse(unit.Programme), Credits = Credits(unit.Credits),
        EqfLevel = unit.EqfLevel, Kind = unit.Kind, Graded = unit.Graded,
        Outcomes = [.. unit.Outcomes.Select(o => new TargetOutcome(o.Code, LocalisedText.Of(o.Title), o.Essential, [.. o.CoveredBy]))],
    };

    public static EquivalenceRule Rule(VectorRule rule) => new()
    {
        Id = RuleId.Parse(rule.Id), Target = UnitCode.Parse(rule.Target), Conditions = [.. Conditions(rule.When)],
        Grant = rule.Credits == "as earned" ? new CreditGrant.AsEarned() : new CreditGrant.Fixed(Credits(rule.Credits)),
        Grade = rule.Grade, Automatic = rule.Automatic, ValidFrom = rule.ValidFrom, ValidUntil = rule.ValidUntil, Priority = rule.Priority, GrantCondition = rule.Condition,
    };

    private static IEnumerable<RuleCondition> Conditions(VectorConditions when)
    {
        if (when.AwardingBody is { } body) yield return new RuleCondition.AwardingBody(OrganisationId.Parse(body));
        if (when.AchievementCode is { } code) yield return new RuleCondition.AchievementCode(code);
        if (when.AchievementTitle is { } title) yield return new RuleCondition.AchievementTitle(title);
        if (when.IscedField is { } field) yield return new RuleCondition.IscedField(field);
        if (when.EqfLevelAtLeast is { } level) yield return new RuleCondition.EqfLevelAtLeast(level);
        if (when.CreditsAtLeast is { } credits) yield return new RuleCondition.CreditsAtLeast(Credits(credits));
        if (when.SupervisionAtLeast is { } supervision) yield return new RuleCondition.SupervisionAtLeast(supervision);
        if (when.GradeAtLeast is { } grade) yield return new RuleCondition.GradeAtLeast((int)(decimal.Parse(grade, System.Globalization.CultureInfo.InvariantCulture) * 1000));
        if (when.QualityAssured) yield return new RuleCondition.QualityAssured();
        if (when.MaxAgeYears is { } years) yield return new RuleCondition.MaxAgeYears(years);
        if (when.OutcomeCoverageAtLeast is { } percent) yield return new RuleCondition.OutcomeCoverageAtLeast(percent);
    }

    private static RecognitionPolicy Policy(VectorPolicy policy) => new()
    {
        HigherEducationInstitutions = [.. policy.HigherEducationInstitutions.Select(OrganisationId.Parse)],
        RuleDate = policy.RuleDate,
        ValidationCap = policy.ValidationCap is { } cap ? Credits(cap) : null,
        HoursPerCredit = policy.HoursPerCredit,
        GradeConversion = new() { Choice = policy.Grade, MinimumCount = policy.MinimumGradeCount },
    };

    private static Achievement Achievement(VectorCredential credential) => new()
    {
        Id = "", Title = LocalisedText.Of(credential.Title), Codes = [.. credential.Codes], AwardingBodies = [], AwardedOn = credential.AwardedOn,
        Outcomes = [.. credential.Outcomes.Select((o, i) => new LearningOutcome($"outcome:{i + 1}", LocalisedText.Of(o), []))],
        Credits = credential.Credits is { } credits ? Credits(credits) : null,
        Volume = Volume(credential.Volume), ActivityVolume = Volume(credential.ActivityVolume), EqfLevel = credential.EqfLevel,
        AssessmentTypes = [.. credential.Assessment], Modes = [.. credential.Modes], Supervision = credential.Supervision, Setting = credential.Setting,
        Grade = credential.Grade is { } grade ? new(grade, "") : null, IscedFields = [.. credential.Fields], Languages = [], Accreditations = [], CountryStated = true,
    };

    // Vectors state hours (PT75H) or months (P60M); only hours make minutes.
    private static LearningVolume? Volume(string? iso) =>
        iso is null ? null
        : iso.StartsWith("PT", StringComparison.Ordinal) && iso.EndsWith('H') ? new(iso, int.Parse(iso[2..^1], System.Globalization.CultureInfo.InvariantCulture) * 60)
        : new(iso, null);

    private static LearnerLedger Ledger(EquivalenceVector vector, Sha256Digest digest, ProgrammeCode programme)
    {
        var before = new LedgerEntry(CaseId.Parse(new string('1', 32)), programme, RecognitionTrack.Validation, Sha256Digest.Of("before"u8), "", UnitCode.Parse("BEFORE"), Credits(vector.Validated));
        return new(vector.AlreadyCounted ? [before, before with { Credential = digest, Credits = EctsCredits.Zero }] : [before]);
    }

    private static GradeTable GradeTable(VectorGradeTable table) => new()
    {
        Organisation = OrganisationId.Parse(table.Organisation), IscedField = table.Field, EqfLevel = table.EqfLevel, FirstYear = 2023, LastYear = 2024, StepThousandths = 1000,
        Grades = [.. table.Grades.Select(g => new GradeSegment(g.Label, g.Thousandths, g.Count, g.Passing, g.Distinction) { FromThousandths = g.FromThousandths })],
    };

    private static EctsCredits Credits(string text) => EctsCredits.TryParse(text, out var credits) ? credits : throw new FormatException($"'{text}' is not an amount of credits.");
}
