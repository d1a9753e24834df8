using System.Globalization;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Rules;

/// <summary>The example of a finding in one line.</summary>
internal static class WitnessText
{
    /// <summary>What the example states, in the order of a credential; empty without an example.</summary>
    public static string Of(FindingWitness? witness)
    {
        if (witness?.Achievement is not { } shown) return "";
        string[] parts =
        [
            $"{shown.Title}{(shown.Code.Length > 0 ? $" ({shown.Code})" : "")} of {(shown.AwardingBody.Length > 0 ? shown.AwardingBody : "any awarding body")}",
            shown.HasEctsCreditsHundredths ? $"{(shown.EctsCreditsHundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture)} ECTS" : "",
            shown.EqfLevel > 0 ? $"EQF {shown.EqfLevel}" : "",
            shown.IscedFields.Count > 0 ? $"field {string.Join(" ", shown.IscedFields)}" : "",
            Words(witness.AssessmentTypes), witness.Supervision.Replace('_', ' '), Words(witness.Modes), Words(witness.Languages),
            witness.Grade.Length > 0 ? $"grade {witness.Grade}" : "",
            witness.GradePercentile > 0 ? $"at least as good as {witness.GradePercentile} % of the passing grades" : "",
            witness.ConvertedGrades.Count > 0 ? $"converted at least {string.Join(" and ", witness.ConvertedGrades)}" : "",
            witness.VolumeOfLearning.Length > 0 ? $"workload {witness.VolumeOfLearning}" : "",
            witness.CreditFrameworks.Count > 0 ? $"credits in {string.Join(" and ", witness.CreditFrameworks)}" : "",
            witness.ValidUntilDate.Length > 0 ? $"valid until {witness.ValidUntilDate}" : "",
            witness.QualityAssured ? "quality assured" : "",
            witness.Outcomes.Count > 0 ? $"{witness.Outcomes.Count} outcomes covered" : "",
            $"awarded {shown.AwardedDate}", $"applied {witness.AppliedDate}",
        ];
        return string.Join(", ", parts.Where(p => p.Length > 0));
    }

    private static string Words(IEnumerable<string> values) => string.Join(" and ", values).Replace('_', ' ');
}
