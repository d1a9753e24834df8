using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>What conditions look at: the achievement with its texts prepared for comparison once.</summary>
internal sealed class SourceFacts
{
    private readonly Lazy<int?> _grade;

    internal SourceFacts(Achievement achievement, OrganisationId? awardingBody, DateOnly appliedOn, GradeTableSet tables)
    {
        Achievement = achievement;
        AwardingBody = awardingBody;
        AppliedOn = appliedOn;
        _grade = new(() => GradeNumber(achievement.Grade, awardingBody, tables));
        Codes = [.. achievement.Codes.Select(ComparableText.Code)];
        AssessmentTypes = [.. achievement.AssessmentTypes.Where(t => t != AssessmentType.Unspecified)];
        Modes = [.. achievement.Modes.Where(m => m != LearningMode.Unspecified)];
    }

    internal Achievement Achievement { get; }
    internal OrganisationId? AwardingBody { get; }
    internal DateOnly AppliedOn { get; }

    /// <summary>Number of the grade in thousandths, read when a rule asks for it. A grade without a number takes the lowest number of its segment in the awarding body's table.</summary>
    internal int? GradeThousandths => _grade.Value;

    internal ImmutableArray<string> Codes { get; }
    internal ImmutableArray<AssessmentType> AssessmentTypes { get; }
    internal ImmutableArray<LearningMode> Modes { get; }

    /// <summary>The facts of an application.</summary>
    internal static SourceFacts Of(AssessmentInput input) => new(input.Achievement, input.AwardingBody, input.AppliedOn, input.GradeTables);

    /// <summary>Credits of work of 25 to 30 hours each, rounded down to a hundredth; null when the workload has no hours.</summary>
    internal static EctsCredits? CreditsOfWork(LearningVolume? volume, int hoursPerCredit) =>
        volume?.Minutes is { } minutes ? EctsCredits.FromHundredths((int)Math.Clamp(minutes * 100L / (60L * hoursPerCredit), 0, EctsCredits.MaxHundredths)) : null;

    private static int? GradeNumber(AchievedGrade? grade, OrganisationId? awardingBody, GradeTableSet tables)
    {
        if (grade is null) return null;
        var reading = GradeReading.Of(grade.Label);
        if (reading.Thousandths is { } number) return number;
        return tables.Tables.Where(t => t.Organisation == awardingBody).Select(t => GradeTableReader.Find(t, reading, out _)).OfType<GradeSegment>()
            .Select(s => s.FromThousandths ?? s.Thousandths).FirstOrDefault();
    }
}
