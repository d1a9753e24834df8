using System.Globalization;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Achievements;

namespace MicroCreds.Credentials.Issuing;

/// <summary>Writes a micro-credential in the terms and IRIs of the European Learning Model v3, application profile EDC-generic.</summary>
internal sealed class ElmCredentialWriter
{
    private readonly EdcClaims _claims;
    private int _concepts;

    private ElmCredentialWriter(EdcClaims claims) => _claims = claims;

    /// <summary>The credential as JSON.</summary>
    /// <exception cref="ArgumentException">A claim breaks its documented shape.</exception>
    public static JsonObject Write(EdcClaims claims, DateTimeOffset at)
    {
        Check(claims);
        return new ElmCredentialWriter(claims).Credential(at);
    }

    /// <summary>Refuses claims that no format could carry.</summary>
    /// <exception cref="ArgumentException">A claim breaks its documented shape.</exception>
    public static void Check(EdcClaims claims)
    {
        if (claims.Outcomes.IsEmpty || claims.Assessments.IsEmpty || claims.QualityAssurance.IsEmpty)
            throw new ArgumentException("At least one outcome, one assessment and one quality assurance must be stated (Annex I: M6, M9, M11).", nameof(claims));
        if (claims.EqfLevel is < 1 or > 8) throw new ArgumentException($"EQF level {claims.EqfLevel} is not from 1 to 8.", nameof(claims));
        if (!LearningVolume.TryParse(claims.Volume, out _)) throw new ArgumentException($"'{claims.Volume}' is not a duration of XML Schema.", nameof(claims));
    }

    private JsonObject Credential(DateTimeOffset at)
    {
        var credential = new JsonObject
        {
            ["@context"] = new JsonArray("https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap"),
            ["id"] = _claims.CredentialId,
            ["type"] = new JsonArray("VerifiableCredential", "EuropeanDigitalCredential"),
            ["credentialProfiles"] = Concept(ElmVocabulary.GenericProfile, ElmVocabulary.Snb + "credential/25831c2", "Generic"),
            ["displayParameter"] = new JsonObject
            {
                ["id"] = "urn:epass:displayParameter:1",
                ["type"] = "DisplayParameter",
                ["title"] = Text(_claims.Title),
                ["primaryLanguage"] = Language(_claims.Language),
                ["language"] = Language(_claims.Language),
            },
            ["credentialSchema"] = new JsonObject { ["id"] = ElmVocabulary.GenericSchema, ["type"] = "ShaclValidator2017" },
            ["credentialSubject"] = Subject(),
            ["issuer"] = Organisation(),
            ["issued"] = Time(at),
            ["issuanceDate"] = Time(at),
            ["validFrom"] = Time(at),
        };
        if (_claims.ValidUntil is { } until)
        {
            credential["validUntil"] = Time(until);
            credential["expirationDate"] = Time(until);
        }
        return credential;
    }

    private JsonObject Subject()
    {
        var holder = _claims.Holder;
        var subject = new JsonObject
        {
            ["id"] = "urn:epass:person:1",
            ["type"] = "Person",
            ["identifier"] = Identifier("person", 1, "Learner identifier", holder.Identifier),
            ["givenName"] = Text(holder.GivenName),
            ["familyName"] = Text(holder.FamilyName),
            ["fullName"] = Text($"{holder.GivenName} {holder.FamilyName}"),
            ["hasClaim"] = Achievement(),
        };
        if (holder.BornOn is { } born) subject["dateOfBirth"] = Day(born);
        return subject;
    }

    private JsonObject Achievement() => new()
    {
        ["id"] = "urn:epass:learningAchievement:1",
        ["type"] = "LearningAchievement",
        ["title"] = Text(_claims.Title),
        ["awardedBy"] = new JsonObject
        {
            ["id"] = "urn:epass:awardingProcess:1",
            ["type"] = "AwardingProcess",
            ["awardingBody"] = Organisation(),
            ["awardingDate"] = Day(_claims.AwardedOn),
        },
        ["creditReceived"] = Credits(1),
        ["provenBy"] = new JsonArray([.. _claims.Assessments.Select(Assessment)]),
        ["specifiedBy"] = Specification(),
    };

    private JsonObject Specification()
    {
        var specification = new JsonObject
        {
            ["id"] = "urn:epass:qualification:1",
            ["type"] = "Qualification",
            ["title"] = Text(_claims.Title),
            ["creditPoint"] = Credits(2),
            ["volumeOfLearning"] = _claims.Volume,
            ["eqfLevel"] = Concept($"{ElmVocabulary.EqfBase}{_claims.EqfLevel}", ElmVocabulary.EqfBase + "25831c2", $"Level {_claims.EqfLevel}"),
            ["mode"] = Concept(ElmVocabulary.Modes[_claims.Mode]),
            ["isPartialQualification"] = false,
            ["learningOutcome"] = new JsonArray([.. _claims.Outcomes.Select(Outcome)]),
        };
        if (!_claims.Codes.IsEmpty) specification["identifier"] = new JsonArray([.. _claims.Codes.Select((code, at) => Identifier("specification", at + 1, "Course code", code))]);
        if (_claims.Setting != LearningSetting.Unspecified) specification["learningSetting"] = Concept(ElmVocabulary.Settings[_claims.Setting]);
        if (!_claims.IscedFields.IsEmpty)
            specification["thematicArea"] = new JsonArray([.. _claims.IscedFields.Select(code => Concept(ElmVocabulary.IscedBase + code, ElmVocabulary.IscedBase + "25831c2", code))]);
        if (!_claims.LanguagesOfInstruction.IsEmpty) specification["language"] = new JsonArray([.. _claims.LanguagesOfInstruction.Select(Language)]);
        return specification;
    }

    private JsonObject Outcome(EdcOutcome outcome, int at)
    {
        var written = new JsonObject { ["id"] = Local("learningOutcome", at + 1), ["type"] = "LearningOutcome", ["title"] = Text(outcome.Title) };
        if (!outcome.Skills.IsEmpty)
            written["relatedESCOSkill"] = new JsonArray([.. outcome.Skills.Select(skill => Concept(skill, "http://data.europa.eu/esco/concept-scheme/skills", outcome.Title))]);
        return written;
    }

    private JsonObject Assessment(EdcAssessment assessment, int at)
    {
        var type = ElmVocabulary.AssessmentTypes[assessment.Type];
        var written = new JsonObject
        {
            ["id"] = Local("learningAssessment", at + 1),
            ["type"] = "LearningAssessment",
            ["title"] = new JsonObject { ["en"] = type.Label },
            ["grade"] = new JsonObject { ["id"] = Local("note", at + 1), ["type"] = "Note", ["noteLiteral"] = Text(_claims.Grade.Label) },
            ["specifiedBy"] = new JsonObject
            {
                ["id"] = Local("learningAssessmentSpec", at + 1),
                ["type"] = "LearningAssessmentSpecification",
                ["title"] = new JsonObject { ["en"] = type.Label },
                ["dcType"] = Concept(type),
            },
        };
        if (_claims.Grade.Scheme.Length > 0)
            written["specifiedBy"]?.AsObject().Add("gradingScheme", new JsonObject { ["id"] = Local("gradingScheme", at + 1), ["type"] = "GradingScheme", ["title"] = Text(_claims.Grade.Scheme) });
        if (assessment.Supervision != AssessmentSupervision.Unspecified) written["idVerification"] = Concept(ElmVocabulary.Supervisions[assessment.Supervision]);
        return written;
    }

    private JsonObject Organisation()
    {
        var issuer = _claims.Issuer;
        return new()
        {
            ["id"] = "urn:epass:org:1",
            ["type"] = "Organisation",
            ["legalName"] = Text(issuer.LegalName),
            ["eIDASIdentifier"] = new JsonObject
            {
                ["id"] = "urn:epass:legalIdentifier:1",
                ["type"] = "LegalIdentifier",
                ["notation"] = issuer.LegalIdentifier,
                ["spatial"] = Country(issuer.CountryCode),
            },
            ["identifier"] = Identifier("organisation", 1, "SCHAC", issuer.Domain.Value),
            ["homepage"] = new JsonObject { ["id"] = "urn:epass:webResource:1", ["type"] = "WebResource", ["contentURL"] = issuer.HomePage },
            ["location"] = new JsonObject
            {
                ["id"] = "urn:epass:location:1",
                ["type"] = "Location",
                ["address"] = new JsonObject { ["id"] = "urn:epass:address:1", ["type"] = "Address", ["countryCode"] = Country(issuer.CountryCode) },
            },
            ["accreditation"] = new JsonArray([.. _claims.QualityAssurance.Select((assurance, at) => new JsonObject
            {
                ["id"] = assurance.Id,
                ["type"] = "Accreditation",
                ["dcType"] = Concept(Local("accreditationType", at + 1), ElmVocabulary.Snb + "accreditation/25831c2", assurance.Type),
                ["title"] = Text(assurance.Title),
                ["accreditingAgent"] = new JsonObject { ["id"] = Local("accreditingAgent", at + 1), ["type"] = "Organisation", ["legalName"] = Text(assurance.Agent) },
            })]),
        };
    }

    private JsonObject Credits(int number) => new()
    {
        ["id"] = Local("creditPoint", number),
        ["type"] = "CreditPoint",
        ["framework"] = Concept(ElmVocabulary.EctsFramework, ElmVocabulary.Snb + "education-credit/25831c2", "European Credit Transfer System"),
        ["point"] = _claims.Credits.ToString(),
    };

    private JsonObject Concept(ElmVocabulary.Concept concept) => Concept(concept.Code.Length > 0 ? concept.Iri : Local("concept", ++_concepts), concept.SchemeIri, concept.Label);

    private static JsonObject Concept(string iri, string scheme, string label) => new()
    {
        ["id"] = iri,
        ["type"] = "Concept",
        ["inScheme"] = new JsonObject { ["id"] = scheme, ["type"] = "ConceptScheme" },
        ["prefLabel"] = new JsonObject { ["en"] = label },
    };

    private static JsonObject Country(string alpha3) => Concept(ElmVocabulary.CountryBase + alpha3, ElmVocabulary.CountryBase.TrimEnd('/'), alpha3);

    private static JsonObject Language(string alpha2)
    {
        var code = ElmVocabulary.Languages.FirstOrDefault(pair => pair.Value == alpha2).Key ?? throw new ArgumentException($"'{alpha2}' is not a language code this writer knows.", nameof(alpha2));
        return Concept(ElmVocabulary.LanguageBase + code, ElmVocabulary.LanguageBase.TrimEnd('/'), alpha2);
    }

    private static JsonObject Identifier(string of, int number, string scheme, string notation) => new()
    {
        ["id"] = Local($"identifier:{of}", number),
        ["type"] = "Identifier",
        ["schemeName"] = scheme,
        ["notation"] = notation,
    };

    private JsonObject Text(string text) => new() { [_claims.Language] = text };

    private static string Local(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"urn:epass:{kind}:{number}");

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd'T00:00:00Z'", CultureInfo.InvariantCulture);
}
