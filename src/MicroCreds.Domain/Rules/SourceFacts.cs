using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>What conditions look at: the achievement with its texts prepared for comparison once.</summary>
internal sealed class SourceFacts
{
    /// <summary>The European Credit Transfer and Accumulation System, as a framework of credits is written.</summary>
    internal const string Ects = "ects";

    // Shared, since facts are made for every match.
    private static readonly GradeConversionPolicy UsualGradePolicy = new();

    private readonly GradeTableSet _tables;
    private int? _grade;
    private bool _gradeRead;
    private AccreditationClaim? _quality;
    private bool _qualityRead;

    internal SourceFacts(Achievement achievement, OrganisationId? awardingBody, DateOnly appliedOn, GradeTableSet tables)
    {
        Achievement = achievement;
        AwardingBody = awardingBody;
        AppliedOn = appliedOn;
        _tables = tables;
        AssessmentTypes = achievement.AssessmentTypes.Contains(AssessmentType.Unspecified) ? achievement.AssessmentTypes.RemoveAll(t => t == AssessmentType.Unspecified) : achievement.AssessmentTypes;
        Modes = achievement.Modes.Contains(LearningMode.Unspecified) ? achievement.Modes.RemoveAll(m => m == LearningMode.Unspecified) : achievement.Modes;
    }

    internal Achievement Achievement { get; }
    internal OrganisationId? AwardingBody { get; }
    internal DateOnly AppliedOn { get; }

    /// <summary>Institution in whose scale grades are wanted; null when not known.</summary>
    internal OrganisationId? Institution { get; init; }
    /// <summary>How it converts grades.</summary>
    internal GradeConversionPolicy GradePolicy { get; init; } = UsualGradePolicy;
    /// <summary>Last day on which the credential is valid; null for no end.</summary>
    internal DateOnly? ValidUntil { get; init; }
    /// <summary>What is taken to hold of the grade of an example; null for a credential.</summary>
    internal GivenGrade? Given { get; init; }

    /// <summary>Where the grade stands among others.</summary>
    internal GradeFacts Grades => field ??= new(Achievement, AwardingBody, _tables, Institution, GradePolicy, Given);

    /// <summary>Number of the grade in thousandths, read when a rule asks for it. A grade without a number takes the lowest number of its segment in the awarding body's table.</summary>
    internal int? GradeThousandths
    {
        get
        {
            if (_gradeRead) return _grade;
            _grade = GradeNumber(Achievement.Grade, AwardingBody, _tables);
            _gradeRead = true;
            return _grade;
        }
    }

    /// <summary>Whether the stated hours make at least this many for each of the stated credits. Exact: nothing is divided.</summary>
    internal bool HasHoursPerCredit(int hours) =>
        Achievement is { Volume.Minutes: { } minutes, Credits: { Hundredths: > 0 and var credits } } && minutes * 100L >= hours * 60L * credits;

    /// <summary>Hours per credit in words; null when hours or credits are not stated.</summary>
    internal string? HoursPerCredit => Achievement is { Volume.Minutes: { } minutes, Credits: { Hundredths: > 0 and var credits } }
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{minutes * 100m / (60m * credits):0.##} h") : null;

    /// <summary>Whether quality assurance valid on the day of award is shown.</summary>
    internal bool QualityAssured => ValidQuality is not null;

    /// <summary>First claim of quality assurance that was valid on the day of award, not today (DEQAR), and covers level and field; null when there is none.</summary>
    internal AccreditationClaim? ValidQuality
    {
        get
        {
            if (_qualityRead) return _quality;
            _quality = FirstValid(Achievement.Accreditations);
            foreach (var body in Achievement.AwardingBodies) _quality ??= FirstValid(body.Accreditations);
            _qualityRead = true;
            return _quality;
        }
    }

    /// <summary>Every claim of quality assurance with a decision that is not negative.</summary>
    internal IEnumerable<AccreditationClaim> QualityClaims => Achievement.Accreditations.Concat(Achievement.AwardingBodies.SelectMany(b => b.Accreditations))
        .Where(NotNegative);

    /// <summary>Names of the learning outcomes, read when a rule asks for coverage.</summary>
    internal Dictionary<string, LearningOutcome> OutcomeNames => field ??= OutcomeMatcher.NamesOf(Achievement.Outcomes);

    internal ImmutableArray<AssessmentType> AssessmentTypes { get; }
    internal ImmutableArray<LearningMode> Modes { get; }

    /// <summary>The facts of an application.</summary>
    internal static SourceFacts Of(AssessmentInput input) => new(input.Achievement, input.AwardingBody, input.AppliedOn, input.GradeTables)
    {
        Institution = input.Institution,
        GradePolicy = input.Policy.GradeConversion,
        ValidUntil = input.Credential.ValidUntil,
    };

    /// <summary>Credits of work of 25 to 30 hours each, rounded down to a hundredth; null when the workload has no hours.</summary>
    internal static EctsCredits? CreditsOfWork(LearningVolume? volume, int hoursPerCredit) =>
        volume?.Minutes is { } minutes ? EctsCredits.FromHundredths((int)Math.Clamp(minutes * 100L / (60L * hoursPerCredit), 0, EctsCredits.MaxHundredths)) : null;

    private static bool NotNegative(AccreditationClaim claim) => !claim.Decision.Contains("negative", StringComparison.OrdinalIgnoreCase);

    private AccreditationClaim? FirstValid(ImmutableArray<AccreditationClaim> claims)
    {
        foreach (var claim in claims)
        {
            if (NotNegative(claim) && ValidOnAward(claim) && (claim.Scope is not { } scope || Covers(scope))) return claim;
        }

        return null;
    }

    /// <summary>Whether a claim was valid on the day of award.</summary>
    internal bool ValidOnAward(AccreditationClaim claim) => !(claim.ExpiresOn < Achievement.AwardedOn) && !(claim.ValidFrom > Achievement.AwardedOn);

    // A level or field that is not stated is in no limit; one field inside the limit is enough.
    private bool Covers(AccreditationScope scope) =>
        (scope.EqfLevels.IsEmpty || (Achievement.EqfLevel is { } level && scope.EqfLevels.Contains(level)))
        && (scope.IscedFields.IsEmpty || Achievement.IscedFields.Any(f => scope.IscedFields.Any(limit => f.StartsWith(new RuleCondition.IscedField(limit).Stem, StringComparison.Ordinal))));

    private static int? GradeNumber(AchievedGrade? grade, OrganisationId? awardingBody, GradeTableSet tables)
    {
        if (grade is null) return null;
        var reading = GradeReading.Of(grade.Label);
        if (reading.Thousandths is { } number) return number;
        return tables.Tables.Where(t => t.Organisation == awardingBody).Select(t => GradeTableReader.Find(t, reading, out _)).OfType<GradeSegment>()
            .Select(s => s.FromThousandths ?? s.Thousandths).FirstOrDefault();
    }
}
