using System.Text.Json.Nodes;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Achievements;
using static MicroCreds.Credentials.Issuing.ElmTerms;

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
        var credential = ElmTerms.Credential(_claims.CredentialId, _claims.Language, Text(_claims.Title), Subject(), Organisation(), at);
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
            ["mode"] = Listed(ElmVocabulary.Modes[_claims.Mode]),
            ["isPartialQualification"] = false,
            ["learningOutcome"] = new JsonArray([.. _claims.Outcomes.Select(Outcome)]),
        };
        if (!_claims.Codes.IsEmpty) specification["identifier"] = new JsonArray([.. _claims.Codes.Select((code, at) => Identifier("specification", at + 1, "Course code", code))]);
        if (_claims.Setting != LearningSetting.Unspecified) specification["learningSetting"] = Listed(ElmVocabulary.Settings[_claims.Setting]);
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
                ["dcType"] = Listed(type),
            },
        };
        if (_claims.Grade.Scheme.Length > 0)
            written["specifiedBy"]?.AsObject().Add("gradingScheme", new JsonObject { ["id"] = Local("gradingScheme", at + 1), ["type"] = "GradingScheme", ["title"] = Text(_claims.Grade.Scheme) });
        if (_claims.Status != ResultStatus.Passed)
            written["gradeStatus"] = Concept(Local("gradeStatus", at + 1), Local("gradeStatusScheme", 1), _claims.Status == ResultStatus.Failed ? "Failed" : "In progress");
        if (assessment.Supervision != AssessmentSupervision.Unspecified) written["idVerification"] = Listed(ElmVocabulary.Supervisions[assessment.Supervision]);
        return written;
    }

    private JsonObject Organisation() => ElmTerms.Organisation(_claims.Issuer, _claims.QualityAssurance, _claims.Language);

    private JsonObject Credits(int number) => ElmTerms.Credits(number, _claims.Credits);

    private JsonObject Listed(ElmVocabulary.Concept concept) => Concept(concept, ++_concepts);

    private JsonObject Text(string text) => new() { [_claims.Language] = text };
}
