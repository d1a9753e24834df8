using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Cli.Verification;

/// <summary>A credential's report as a verdict on its file.</summary>
internal static class CredentialVerdict
{
    /// <summary>Turns the report into what is shown.</summary>
    public static FileVerdict Of(string file, CredentialReport report) => new()
    {
        File = file,
        Format = report.Format.Name(),
        Verdict = Upper(report.Verdict),
        Reasons = [.. report.Reasons.Select(Upper)],
        Digest = report.Digest.Value,
        CheckedAt = report.CheckedAt,
        Checks = [.. report.Checks.Select(check => new ShownCheck(Snake(check.Kind), Upper(check.Result), check.Reason == ReasonClass.None ? "" : Upper(check.Reason), check.Evidence, check.Source, check.Holds))],
        Content = Content(report),
        Findings = CredentialFindings.Of(report),
        Roles = report.Roles,
        Facts =
        [
            ("credential", report.CredentialId), ("issuer", $"{report.Issuer?.LegalName}{(report.IssuerId is { } issuer ? $" ({issuer})" : "")}"), ("holder", report.Holder?.FullName),
            ("issued", Instant(report.IssuedAt)), ("valid until", Instant(report.ValidUntil)), ("missing elements", string.Join(", ", report.MissingElements)), .. Facts(report.Achievement),
            ("further", string.Join("\n", report.FurtherAchievements.Select(further => $"- {further.Title}: {(further.Credits is { } credits ? $"{credits} ECTS" : "no ECTS")}{(further.Status == ResultStatus.Passed ? "" : $", {Snake(further.Status)}")}"))),
        ],
    };

    private static JsonObject Content(CredentialReport report) => new()
    {
        ["credentialId"] = report.CredentialId,
        ["issuer"] = report.Issuer is null ? null : new JsonObject
        {
            ["legalName"] = report.Issuer.LegalName.ToString(), ["identifiers"] = Texts(report.Issuer.Identifiers), ["organisation"] = report.IssuerId?.Value,
        },
        ["awardingBody"] = report.AwardingBodyId?.Value,
        ["issuedAt"] = Instant(report.IssuedAt),
        ["validUntil"] = Instant(report.ValidUntil),
        ["missingElements"] = Texts(report.MissingElements),
        ["holder"] = report.Holder is null ? null : new JsonObject { ["fullName"] = report.Holder.FullName, ["bornOn"] = Day(report.Holder.BornOn) },
        ["achievement"] = report.Achievement is null ? null : Achievement(report.Achievement),
        ["furtherAchievements"] = new JsonArray([.. report.FurtherAchievements.Select(further => (JsonNode?)Achievement(further))]),
    };

    private static JsonObject Achievement(Achievement achievement) => new()
    {
        ["title"] = new JsonObject(achievement.Title.ByLanguage.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["codes"] = Texts(achievement.Codes),
        ["awardingBodies"] = Texts(achievement.AwardingBodies.Select(body => body.LegalName.ToString())),
        ["awardedOn"] = Day(achievement.AwardedOn),
        ["ectsCreditsHundredths"] = achievement.Credits?.Hundredths,
        ["volumeOfLearning"] = achievement.Volume?.Iso,
        ["eqfLevel"] = achievement.EqfLevel,
        ["grade"] = achievement.Grade?.Label,
        ["status"] = Snake(achievement.Status),
        ["assessmentTypes"] = Texts(achievement.AssessmentTypes.Select(Snake)),
        ["modes"] = Texts(achievement.Modes.Select(Snake)),
        ["supervision"] = Snake(achievement.Supervision),
        ["iscedFields"] = Texts(achievement.IscedFields),
        ["languages"] = Texts(achievement.Languages),
        ["outcomes"] = Texts(achievement.Outcomes.Select(outcome => outcome.Title.ToString())),
        ["accreditations"] = Texts(achievement.Accreditations.Select(accreditation => accreditation.Type)),
    };

    private static (string, string?)[] Facts(Achievement? achievement) => achievement is null ? [] :
    [
        ("title", achievement.Title.ToString()), ("awarded", Day(achievement.AwardedOn)), ("credits", achievement.Credits is { } credits ? $"{credits} ECTS" : "not stated"),
        ("workload", achievement.Volume?.ToString()), ("EQF level", achievement.EqfLevel?.ToString(CultureInfo.InvariantCulture)), ("grade", achievement.Grade?.Label),
        ("outcomes", string.Join("\n", achievement.Outcomes.Select(outcome => $"- {outcome.Title}"))),
    ];

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)text)]);

    private static string? Instant(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Upper<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

    private static string Snake<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
