using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.XmlSignature;

namespace MicroCreds.Credentials.Elmo;

/// <summary>
/// A transcript in ELMO put into the terms of the European Learning Model: every learning opportunity with an instance is an achievement, parts and
/// wholes alike, those passed before the others. Credits of what was not passed are credits offered. Attachments are not opened.
/// Source: ELMO 1.7 (emrex-eu/elmo-schemas, schema.xsd).
/// </summary>
internal static class ElmoTranslation
{
    /// <summary>Most results that are shown, as for every credential.</summary>
    public const int MaxResults = ElmCredential.MaxAchievements;

    /// <summary>Reads a transcript. Never fails: what is missing stays missing.</summary>
    public static ElmCredential Read(XElement elmo)
    {
        var reports = elmo.Many("report").ToList();
        var issuers = new JsonArray([.. reports.Select(report => (JsonNode)Issuer(report))]);
        var claims = reports.SelectMany(report => Results(report).Select(los => (Rank: Rank(los), Los: los, Report: report))).OrderBy(r => r.Rank).Take(MaxResults).Select(r => Claim(r.Los, r.Report)).ToList();
        var document = new JsonObject
        {
            ["type"] = "elmo",
            ["issuer"] = reports.Count == 0 ? null : new JsonObject { ["id"] = IssuerId(reports[0]) },
            ["issuers"] = issuers,
            ["issued"] = reports.Select(r => r.Text("issueDate")).FirstOrDefault(d => d is not null),
            ["issuanceDate"] = elmo.Text("generatedDate"),
            ["credentialSubject"] = (elmo.One("learner") ?? reports.FirstOrDefault()?.One("learner")) is { } learner ? Learner(learner, claims) : null,
        };
        return ElmCredential.Read(JsonSerializer.SerializeToElement(document));
    }

    /// <summary>The learning opportunities of a report that were taken, in document order, those inside others after these.</summary>
    public static IEnumerable<XElement> Results(XElement report) =>
        report.Descendants(report.Name.Namespace + "learningOpportunitySpecification").Where(los => los.One("specifies")?.One("learningOpportunityInstance") is not null);

    /// <summary>Whether a learning opportunity states ECTS credits.</summary>
    public static bool HasEcts(XElement los) => Credits(los).Any(c => string.Equals(c.Text("scheme"), "ects", StringComparison.OrdinalIgnoreCase));

    /// <summary>Status of a result: passed, also where none is stated, failed, in-progress; anything else as it stands.</summary>
    public static string Status(XElement los) => Instance(los)?.Text("status") ?? "passed";

    private static int Rank(XElement los) => Status(los) switch { "passed" => 0, "failed" => 2, _ => 1 };

    private static XElement? Instance(XElement los) => los.One("specifies")?.One("learningOpportunityInstance");

    // The first editions had the credits on the opportunity itself.
    private static List<XElement> Credits(XElement los) => Instance(los)?.Many("credit").ToList() is { Count: > 0 } earned ? earned : [.. los.Many("credit")];

    private static JsonObject Claim(XElement los, XElement report)
    {
        var taken = Instance(los);
        var status = Status(los);
        var credits = new JsonArray([.. Credits(los).Where(c => c.Text("value") is not null).Select(c => (JsonNode)new JsonObject
        {
            ["framework"] = new JsonObject { ["notation"] = c.Text("scheme")?.ToUpperInvariant() }, ["point"] = c.Text("value"),
        })]);
        var levels = taken?.Many("level").Where(l => l.Text("value") is not null).ToList() ?? [];
        var specification = new JsonObject
        {
            ["identifier"] = new JsonArray([.. los.Many("identifier").Select(i => i.Plain()).OfType<string>().Select(i => (JsonNode)new JsonObject { ["notation"] = i })]),
            ["learningOutcomeSummary"] = los.Texts("description") ?? los.Texts("descriptionHtml"),
            ["eqfLevel"] = levels.Find(IsEqf) is { } eqf ? new JsonObject { ["notation"] = eqf.Text("value") } : null,
            ["nqfLevel"] = new JsonArray([.. levels.Where(l => !IsEqf(l)).Select(l => (JsonNode)new JsonObject { ["prefLabel"] = $"{l.Text("type")} {l.Text("value")}".Trim() })]),
            ["language"] = taken?.Text("languageOfInstruction") is { } language ? new JsonObject { ["notation"] = language.ToLowerInvariant() } : null,
            ["thematicArea"] = los.Text("iscedCode") is { } isced ? new JsonObject { ["notation"] = isced } : null,
        };
        var passed = status == "passed";
        if (!passed) specification["creditPoint"] = credits;
        var scheme = taken?.Text("gradingSchemeLocalId") is { } id ? report.Many("gradingScheme").FirstOrDefault(g => (string?)g.Attribute("localId") == id) : null;
        return new JsonObject
        {
            ["id"] = taken?.One("identifier") is { } own ? $"{(string?)own.Attribute("type")}:{own.Plain()}" : null,
            ["type"] = "LearningAchievement",
            ["title"] = los.Texts("title"),
            ["awardedBy"] = new JsonObject { ["awardingBody"] = new JsonObject { ["id"] = IssuerId(report) }, ["awardingDate"] = taken?.Text("date") },
            ["specifiedBy"] = specification,
            ["creditReceived"] = passed ? credits : null,
            ["provenBy"] = new JsonObject
            {
                ["grade"] = taken?.Text("resultLabel"),
                // The list of the standard is closed; what is not in it is not taken for passed.
                ["gradeStatus"] = passed ? null : new JsonObject { ["prefLabel"] = status == "failed" ? "failed" : "in progress" },
                ["specifiedBy"] = new JsonObject { ["gradingScheme"] = scheme?.Texts("description") is { } described ? new JsonObject { ["title"] = described } : null },
            },
            // Engagement hours are hours of contact, not the whole work.
            ["influencedBy"] = taken?.Text("engagementHours") is { } hours && int.TryParse(hours, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var contact)
                ? new JsonObject { ["specifiedBy"] = new JsonObject { ["volumeOfLearning"] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PT{contact}H") } } : null,
        };
    }

    private static bool IsEqf(XElement level) => string.Equals(level.Text("type"), "EQF", StringComparison.OrdinalIgnoreCase);

    private static JsonObject Learner(XElement learner, IEnumerable<JsonObject> claims)
    {
        var identifiers = learner.Many("identifier").Select(i => (Type: ((string?)i.Attribute("type") ?? "").ToUpperInvariant(), Value: i.Plain() ?? "")).Where(i => i.Value.Length > 0).ToList();
        var esi = identifiers.Find(i => i.Type == "ESI" || i.Value.StartsWith("urn:schac:personalUniqueCode:int:esi:", StringComparison.OrdinalIgnoreCase)).Value;
        var national = identifiers.Find(i => i.Type is "NATIONALIDENTIFIER" or "SSN").Value;
        return new JsonObject
        {
            ["identifier"] = esi is null ? null : new JsonObject { ["notation"] = esi },
            ["nationalID"] = national is null ? null : new JsonObject { ["notation"] = national, ["spatial"] = learner.Text("citizenship") is { } country ? new JsonObject { ["notation"] = country } : null },
            ["fullName"] = learner.Text("fullName"),
            ["givenName"] = learner.Text("givenNames"),
            ["familyName"] = learner.Text("familyName"),
            ["dateOfBirth"] = learner.Text("bday"),
            ["hasClaim"] = new JsonArray([.. claims]),
        };
    }

    private static JsonObject Issuer(XElement report)
    {
        var issuer = report.One("issuer");
        return new JsonObject
        {
            ["id"] = IssuerId(report),
            ["legalName"] = issuer?.Texts("title"),
            ["identifier"] = new JsonArray([.. ElmoIssuer.Identifiers(report).Select(i => (JsonNode)new JsonObject { ["schemeName"] = i.Type, ["notation"] = i.Value })]),
            ["homepage"] = issuer?.Text("url") is { } url ? new JsonObject { ["contentURL"] = url } : null,
            ["location"] = issuer?.Text("country") is { } country ? new JsonObject { ["address"] = new JsonObject { ["countryCode"] = new JsonObject { ["notation"] = country } } } : null,
        };
    }

    private static string IssuerId(XElement report) => ElmoIssuer.Names(report).FirstOrDefault() ?? "elmo:issuer";
}
