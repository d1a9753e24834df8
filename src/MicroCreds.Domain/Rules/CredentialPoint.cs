using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>A credential as the table check thinks of one: a value in each dimension of a <see cref="RuleBox"/>, beside the days.</summary>
internal sealed record CredentialPoint
{
    internal required OrganisationId? Body { get; init; }
    internal required string Code { get; init; }
    internal required string Title { get; init; }
    internal required string Field { get; init; }
    internal required int Eqf { get; init; }
    internal required int Credits { get; init; }
    internal required AssessmentSupervision Supervision { get; init; }
    internal required int Grade { get; init; }
    internal required int Percentile { get; init; }
    internal required ImmutableArray<string> ConvertedGrades { get; init; }
    /// <summary>Minutes of work; 0 when not stated.</summary>
    internal required int Minutes { get; init; }
    internal required ImmutableArray<string> Frameworks { get; init; }
    internal required bool ValidAtApplication { get; init; }
    internal required bool Quality { get; init; }
    internal required uint Assessments { get; init; }
    internal required uint Modes { get; init; }
    internal required ImmutableArray<string> Languages { get; init; }
    internal required ImmutableArray<LearningOutcome> Outcomes { get; init; }
    internal required OutcomeCoverage? Coverage { get; init; }

    /// <summary>Whether every essential outcome and this share of all are covered.</summary>
    internal bool Covers(int percent) =>
        Coverage is { MissingEssential.Length: 0 } c && c.Covered.Length * 100 >= (c.Covered.Length + c.Missing.Length) * percent;

    /// <summary>The credential, awarded and applied for on these days.</summary>
    internal TableWitness On(DateOnly awarded, DateOnly applied) => new(Body, new()
    {
        Id = "",
        Codes = Code.Length == 0 ? [] : [Code],
        Title = LocalisedText.Of(Title),
        AwardingBodies = [],
        AwardedOn = awarded,
        Outcomes = Outcomes,
        Credits = Credits < 0 ? null : EctsCredits.FromHundredths(Credits),
        OtherFrameworks = Frameworks,
        Volume = Minutes == 0 ? null : new($"PT{Minutes}M", Minutes),
        EqfLevel = Eqf == 0 ? null : Eqf,
        AssessmentTypes = Values<AssessmentType>(Assessments),
        Modes = Values<LearningMode>(Modes),
        Supervision = Supervision,
        Grade = Grade < 0 ? null : new((Grade / 1000m).ToString("0.0##", CultureInfo.InvariantCulture), ""),
        IscedFields = Field.Length == 0 ? [] : [Field],
        Languages = Languages,
        Accreditations = Quality ? [new("", "Quality assurance", "", "", null)] : [],
        CountryStated = true,
    }, applied)
    {
        GradePercentile = Percentile,
        ConvertedGrades = ConvertedGrades,
        ValidUntil = ValidAtApplication ? null : applied.AddDays(-1),
    };

    private static ImmutableArray<T> Values<T>(uint mask) where T : struct, Enum =>
        [.. Enum.GetValues<T>().Where(v => (mask & (1u << Convert.ToInt32(v, CultureInfo.InvariantCulture))) != 0)];
}
