using System.Globalization;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Rules;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Rules;

/// <summary>The example of a finding made here as the contract's message: a node says the same of the same example, which a test holds both to.</summary>
internal static class WitnessMessage
{
    /// <summary>The message.</summary>
    public static FindingWitness Of(TableWitness witness)
    {
        var shown = witness.Achievement;
        var message = new FindingWitness
        {
            Achievement = new()
            {
                AwardingBody = witness.AwardingBody?.Value ?? "", Code = shown.Codes.FirstOrDefault() ?? "", Title = shown.Title.ToString(), EqfLevel = shown.EqfLevel ?? 0,
                AwardedDate = Day(shown.AwardedOn), IscedFields = { shown.IscedFields },
            },
            AppliedDate = Day(witness.AppliedOn),
            AssessmentTypes = { shown.AssessmentTypes.Select(SnakeCase.Of) },
            Supervision = shown.Supervision == AssessmentSupervision.Unspecified ? "" : SnakeCase.Of(shown.Supervision),
            Modes = { shown.Modes.Select(SnakeCase.Of) },
            Languages = { shown.Languages },
            Grade = shown.Grade?.Label ?? "",
            QualityAssured = shown.Accreditations.Length > 0,
            VolumeOfLearning = shown.Volume?.Iso ?? "",
            CreditFrameworks = { shown.OtherFrameworks },
            GradePercentile = witness.GradePercentile,
            ConvertedGrades = { witness.ConvertedGrades },
            ValidUntilDate = witness.ValidUntil is { } end ? Day(end) : "",
            Outcomes = { shown.Outcomes.Select(outcome => outcome.Id) },
        };
        if (shown.Credits is { } credits) message.Achievement.EctsCreditsHundredths = credits.Hundredths;
        return message;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
