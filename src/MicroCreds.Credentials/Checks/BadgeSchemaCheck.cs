using System.Text.Json;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Checks;

/// <summary>What the data models of W3C credentials and of Open Badges 3.0 demand of every credential, and that typed values keep their type.</summary>
internal static class BadgeSchemaCheck
{
    private const string Model = "W3C Verifiable Credentials Data Model 1.1 and 2.0, 4; Open Badges 3.0, B.1";

    public static VerificationCheck Make(ElmCredential credential)
    {
        var node = credential.Node;
        var types = node.Types.ToList();
        var faults = new List<string>();
        if (!types.Contains("VerifiableCredential")) faults.Add("$.type does not contain VerifiableCredential");
        foreach (var property in (string[])["@context", "credentialSubject", "issuer"])
            if (node.One(property) is null) faults.Add($"$.{property} is missing");
        if (credential.Issuer is { Described.Id.Length: 0 }) faults.Add("$.issuer.id is missing");
        // Whose credential it is must not depend on the order of an array, which an embedded proof does not cover.
        if (node.Many("credentialSubject").Take(2).Count() > 1) faults.Add("$.credentialSubject names more than one subject");
        if (types.Contains("OpenBadgeCredential") || types.Contains("AchievementCredential")) OfBadge(credential, faults);
        faults.AddRange(credential.Achievements.SelectMany(a => a.Faults));
        return faults.Count == 0
            ? new(CheckKind.Schema, CheckResult.Ok, ReasonClass.None, "All parts that the data model demands are there.", Model)
            : new(CheckKind.Schema, CheckResult.Error, ReasonClass.SchemaInvalid, $"{string.Join("; ", faults)}.", Model);
    }

    private static void OfBadge(ElmCredential credential, List<string> faults)
    {
        var node = credential.Node;
        var contexts = node.Many("@context").Select(c => c.Text).OfType<string>().ToList();
        if (node.One("validFrom") is null && node.One("issuanceDate") is null) faults.Add("$.validFrom is missing");
        // The first edition of the standard demanded a name; those behind the versioned contexts do not.
        if (contexts.Contains("https://purl.imsglobal.org/spec/ob/v3p0/context.json") && node.One("name") is null) faults.Add("$.name is missing");
        if (node.Element.TryGetProperty("issuer", out var issuer) && issuer.ValueKind == JsonValueKind.Object && !IsOfType(issuer, "Profile")) faults.Add("$.issuer.type does not contain Profile");
        foreach (var subject in node.Many("credentialSubject"))
        {
            if (!subject.Types.Contains("AchievementSubject")) faults.Add($"{subject.Path}.type does not contain AchievementSubject");
            if (subject.One("achievement") is null) faults.Add($"{subject.Path}.achievement is missing");
            foreach (var achievement in subject.Many("achievement"))
            {
                if (!achievement.Types.Contains("Achievement")) faults.Add($"{achievement.Path}.type does not contain Achievement");
                foreach (var property in (string[])["id", "name", "criteria"])
                    if (achievement.One(property) is null) faults.Add($"{achievement.Path}.{property} is missing");
            }
        }
    }

    private static bool IsOfType(JsonElement element, string type) => Formats.JsonFormat.HasType(element, type);
}
