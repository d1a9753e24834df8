using System.Globalization;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.OpenBadge;
using MicroCreds.Domain.Achievements;

namespace MicroCreds.Credentials.Issuing;

/// <summary>
/// Writes a micro-credential as Open Badge 3.0. What Open Badges have no word for (ECTS, workload, assessment, participation) is said by
/// alignments to the controlled lists of the European Learning Model, so that nothing is needed beyond the standard's own context.
/// Source: Open Badges 3.0, B.1.
/// </summary>
internal static class BadgeWriter
{
    /// <summary>The credential without a proof.</summary>
    /// <exception cref="ArgumentException">A claim breaks its documented shape.</exception>
    public static JsonObject Write(EdcClaims claims, SigningIssuer issuer, DateTimeOffset at)
    {
        ElmCredentialWriter.Check(claims);
        var credential = new JsonObject
        {
            ["@context"] = new JsonArray("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"),
            ["id"] = claims.CredentialId,
            ["type"] = new JsonArray("VerifiableCredential", "OpenBadgeCredential"),
            ["name"] = claims.Title,
            ["issuer"] = Profile(claims.Issuer, issuer),
            ["validFrom"] = Time(at),
            ["awardedDate"] = claims.AwardedOn.ToString("yyyy-MM-dd'T00:00:00Z'", CultureInfo.InvariantCulture),
            ["credentialSubject"] = Subject(claims),
        };
        if (claims.ValidUntil is { } until) credential["validUntil"] = Time(until);
        return credential;
    }

    private static JsonObject Profile(EdcOrganisation organisation, SigningIssuer issuer) => new()
    {
        ["id"] = issuer.Id,
        ["type"] = new JsonArray("Profile"),
        ["name"] = organisation.LegalName,
        ["url"] = organisation.HomePage,
        ["otherIdentifier"] = new JsonArray(Identifier(organisation.Domain.Value, "ext:schac"), Identifier(organisation.LegalIdentifier, "ext:eidas")),
        ["address"] = new JsonObject
        {
            ["type"] = new JsonArray("Address"),
            ["addressCountryCode"] = ElmVocabulary.CountryAlpha2(organisation.CountryCode) is { Length: > 0 } alpha2 ? alpha2 : organisation.CountryCode,
        },
    };

    private static JsonObject Subject(EdcClaims claims)
    {
        var holder = claims.Holder;
        // The subject's id must be an IRI; any other identifier stands among the identities, in clear.
        var isIri = Uri.TryCreate(holder.Identifier, UriKind.Absolute, out _);
        var subject = new JsonObject { ["type"] = new JsonArray("AchievementSubject") };
        if (isIri) subject["id"] = holder.Identifier;
        JsonObject[] identities = [Identity("name", $"{holder.GivenName} {holder.FamilyName}"), .. isIri ? Array.Empty<JsonObject>() : [Identity("identifier", holder.Identifier)]];
        subject["identifier"] = new JsonArray([.. identities]);
        subject["achievement"] = Achievement(claims);
        subject["creditsEarned"] = JsonValue.Create(claims.Credits.Hundredths / 100m);
        subject["result"] = new JsonArray(new JsonObject
        {
            ["type"] = new JsonArray("Result"),
            ["resultDescription"] = $"{claims.CredentialId}#grade",
            ["status"] = claims.Status switch { ResultStatus.Failed => "Failed", ResultStatus.InProgress => "InProgress", _ => "Completed" },
            ["value"] = claims.Grade.Label,
        });
        return subject;
    }

    private static JsonObject Achievement(EdcClaims claims)
    {
        var achievement = new JsonObject
        {
            ["id"] = $"{claims.CredentialId}#achievement",
            ["type"] = new JsonArray("Achievement"),
            ["achievementType"] = "MicroCredential",
            ["name"] = claims.Title,
            ["criteria"] = new JsonObject { ["narrative"] = string.Join("\n", claims.Outcomes.Select(outcome => outcome.Title)) },
            ["creditsAvailable"] = JsonValue.Create(claims.Credits.Hundredths / 100m),
            ["inLanguage"] = claims.LanguagesOfInstruction.IsEmpty ? claims.Language : claims.LanguagesOfInstruction[0],
            ["alignment"] = new JsonArray([.. Alignments(claims)]),
            ["resultDescription"] = new JsonArray(new JsonObject
            {
                ["id"] = $"{claims.CredentialId}#grade",
                ["type"] = new JsonArray("ResultDescription"),
                ["name"] = claims.Grade.Scheme.Length > 0 ? claims.Grade.Scheme : "Grade",
                ["resultType"] = AlignmentTypes.GradingScheme,
            }),
        };
        if (!claims.Codes.IsEmpty) achievement["humanCode"] = claims.Codes[0];
        if (claims.Codes.Length > 1) achievement["otherIdentifier"] = new JsonArray([.. claims.Codes.Skip(1).Select(code => Identifier(code, "identifier"))]);
        return achievement;
    }

    private static IEnumerable<JsonObject> Alignments(EdcClaims claims)
    {
        foreach (var (outcome, number) in claims.Outcomes.Select((outcome, at) => (outcome, at + 1)))
        {
            if (outcome.Skills.IsEmpty) yield return Alignment("ceasn:Competency", outcome.Title, string.Create(CultureInfo.InvariantCulture, $"{claims.CredentialId}#outcome-{number}"));
            foreach (var skill in outcome.Skills) yield return Alignment("ceasn:Competency", outcome.Title, skill);
        }
        yield return Alignment(AlignmentTypes.Ects, "ECTS credits", ElmVocabulary.EctsFramework, claims.Credits.ToString());
        yield return Alignment(AlignmentTypes.Volume, "Notional workload", ElmVocabulary.Snb + "model/elm/volumeOfLearning", claims.Volume);
        yield return Alignment(AlignmentTypes.Eqf, string.Create(CultureInfo.InvariantCulture, $"EQF level {claims.EqfLevel}"), string.Create(CultureInfo.InvariantCulture, $"{ElmVocabulary.EqfBase}{claims.EqfLevel}"), claims.EqfLevel.ToString(CultureInfo.InvariantCulture));
        yield return Concept(AlignmentTypes.Mode, ElmVocabulary.Modes[claims.Mode]);
        foreach (var type in claims.Assessments.Select(assessment => assessment.Type).Distinct()) yield return Concept(AlignmentTypes.Assessment, ElmVocabulary.AssessmentTypes[type]);
        // An Open Badge says once how it was supervised; the weakest counts.
        var supervision = claims.Assessments.Select(assessment => assessment.Supervision).Where(s => s != AssessmentSupervision.Unspecified).DefaultIfEmpty().Min();
        if (supervision != AssessmentSupervision.Unspecified) yield return Concept(AlignmentTypes.Supervision, ElmVocabulary.Supervisions[supervision]);
        if (claims.Setting != LearningSetting.Unspecified) yield return Concept(AlignmentTypes.Setting, ElmVocabulary.Settings[claims.Setting]);
        foreach (var field in claims.IscedFields) yield return Alignment(AlignmentTypes.Isced, $"ISCED-F {field}", ElmVocabulary.IscedBase + field, field);
        foreach (var assurance in claims.QualityAssurance)
        {
            var quality = Alignment(AlignmentTypes.QualityAssurance, assurance.Title, assurance.Id);
            quality["targetDescription"] = assurance.Type;
            quality["targetFramework"] = assurance.Agent;
            yield return quality;
        }
    }

    private static JsonObject Concept(string type, ElmVocabulary.Concept concept) => Alignment(type, concept.Label, concept.Code.Length > 0 ? concept.Iri : concept.SchemeIri);

    private static JsonObject Alignment(string type, string name, string url, string code = "")
    {
        var alignment = new JsonObject { ["type"] = new JsonArray("Alignment"), ["targetType"] = type, ["targetName"] = name, ["targetUrl"] = url };
        if (code.Length > 0) alignment["targetCode"] = code;
        return alignment;
    }

    private static JsonObject Identifier(string identifier, string type) => new() { ["type"] = "IdentifierEntry", ["identifier"] = identifier, ["identifierType"] = type };

    private static JsonObject Identity(string type, string value) => new() { ["type"] = "IdentityObject", ["hashed"] = false, ["identityHash"] = value, ["identityType"] = type };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
