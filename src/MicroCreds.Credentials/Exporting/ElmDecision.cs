using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Credentials.Exporting;

/// <summary>
/// A decision as credential of the European Learning Model. The model has no class for a recognition decision, so each unit granted becomes an
/// achievement that the deciding institution awards; who assessed it stays the organisation that awarded the original, and a note says what
/// was recognised, by which decision and on which legal basis. Source: ELM v3, application profile EDC-generic; field reference B.2.
/// </summary>
internal sealed class ElmDecision(EdcOrganisation institution, ImmutableArray<EdcQualityAssurance> qualityAssurance, int hoursPerCredit, RecognitionCase c, Decision decision, RuleBook rules)
{
    private const string Language = "en";

    private int _number;

    /// <summary>The credential, without a seal. It is issued when it was decided, so that it says the same whenever it is exported.</summary>
    public JsonObject Write()
    {
        var granted = DecisionDocuments.Granted(c, decision).GroupBy(line => line.Unit?.Value ?? "").Select(unit => Achievement([.. unit])).ToArray();
        return ElmTerms.Credential(
            string.Create(CultureInfo.InvariantCulture, $"urn:credential:{institution.Domain}:{c.Application.Case}:{decision.Version}"), Language,
            In($"Recognition by {institution.LegalName}"), Subject(granted), Institution(), decision.DecidedAt);
    }

    private JsonObject Subject(JsonObject[] granted)
    {
        var subject = new JsonObject { ["id"] = "urn:epass:person:1", ["type"] = "Person" };
        if (DecidedAchievements.LearnerOf(c) is { } learner)
        {
            if (DecidedAchievements.IdentifierOf(learner) is { Length: > 0 } identifier) subject["identifier"] = ElmTerms.Identifier("person", 1, "Learner identifier", identifier);
            if (learner.GivenName is { } given) subject["givenName"] = In(given);
            if (learner.FamilyName is { } family) subject["familyName"] = In(family);
            if (learner.FullName.Length > 0) subject["fullName"] = In(learner.FullName);
            if (learner.BornOn is { } born) subject["dateOfBirth"] = ElmTerms.Day(born);
        }
        subject["hasClaim"] = new JsonArray([.. granted]);
        return subject;
    }

    private JsonObject Achievement(ImmutableArray<DecisionLine> lines)
    {
        var code = lines[0].Unit ?? throw new InvalidOperationException("A granted line names its unit.");
        var unit = rules.Unit(code);
        var originals = lines.Select(line => DecidedAchievements.Of(c, line)).OfType<Achievement>().ToImmutableArray();
        var credits = EctsCredits.FromHundredths(lines.Sum(line => line.GrantedCredits.Hundredths));
        var number = ++_number;
        var achievement = new JsonObject
        {
            ["id"] = ElmTerms.Local("learningAchievement", number),
            ["type"] = "LearningAchievement",
            ["title"] = Title(unit, code),
            ["additionalNote"] = new JsonArray([.. lines.Select(Note)]),
            ["awardedBy"] = new JsonObject
            {
                ["id"] = ElmTerms.Local("awardingProcess", number),
                ["type"] = "AwardingProcess",
                ["awardingBody"] = Institution(),
                ["awardingDate"] = ElmTerms.Day(RecognitionClock.DayOf(decision.DecidedAt)),
            },
            ["provenBy"] = new JsonArray([.. lines.SelectMany(Assessments)]),
            ["specifiedBy"] = Specification(unit, code, credits, originals, number),
        };
        if (credits.Hundredths > 0) achievement["creditReceived"] = ElmTerms.Credits(++_number, credits);
        return achievement;
    }

    private JsonObject Specification(TargetUnit? unit, UnitCode code, EctsCredits credits, ImmutableArray<Achievement> originals, int number)
    {
        var specification = new JsonObject
        {
            ["id"] = ElmTerms.Local("qualification", number),
            ["type"] = "Qualification",
            ["title"] = Title(unit, code),
            ["identifier"] = ElmTerms.Identifier("specification", number, "Course code", code.Value),
        };
        if (unit is { Credits.Hundredths: > 0 }) specification["creditPoint"] = ElmTerms.Credits(++_number, unit.Credits);
        if (credits.Hundredths > 0) specification["volumeOfLearning"] = Volume(credits);
        if ((unit?.EqfLevel ?? originals.Select(o => o.EqfLevel).FirstOrDefault(l => l is not null)) is { } level) specification["eqfLevel"] = ElmTerms.EqfLevel(level);
        JsonObject[] modes = [.. originals.SelectMany(o => o.Modes).Distinct().Select(mode => ElmTerms.Concept(ElmVocabulary.Modes[mode], ++_number))];
        if (modes.Length > 0) specification["mode"] = new JsonArray([.. modes]);
        // A slot without content of its own is filled by what was learnt elsewhere.
        var outcomes = unit is { Outcomes.IsEmpty: false } ? [.. unit.Outcomes.Select(o => o.Title)] : originals.SelectMany(o => o.Outcomes).Select(o => o.Title).ToImmutableArray();
        if (!outcomes.IsEmpty)
            specification["learningOutcome"] = new JsonArray([.. outcomes.Select(o => new JsonObject { ["id"] = ElmTerms.Local("learningOutcome", ++_number), ["type"] = "LearningOutcome", ["title"] = In(o) })]);
        return specification;
    }

    // Who assessed is not who awards: the original's awarding bodies, with what they are accredited for.
    private IEnumerable<JsonObject> Assessments(DecisionLine line)
    {
        if (DecidedAchievements.Of(c, line) is not { } original) yield break;
        var grade = line.GrantedGrade.Length > 0 ? line.GrantedGrade : "Recognised without grade";
        foreach (var type in original.AssessmentTypes)
        {
            var concept = ElmVocabulary.AssessmentTypes[type];
            var number = ++_number;
            var assessment = new JsonObject
            {
                ["id"] = ElmTerms.Local("learningAssessment", number),
                ["type"] = "LearningAssessment",
                ["title"] = In(original.Title),
                ["grade"] = new JsonObject { ["id"] = ElmTerms.Local("note", number), ["type"] = "Note", ["noteLiteral"] = In(grade) },
                ["assessedBy"] = new JsonArray([.. original.AwardingBodies.Select(Assessor)]),
                ["specifiedBy"] = new JsonObject
                {
                    ["id"] = ElmTerms.Local("learningAssessmentSpec", number),
                    ["type"] = "LearningAssessmentSpecification",
                    ["title"] = In(concept.Label),
                    ["dcType"] = ElmTerms.Concept(concept, number),
                },
            };
            if (original.Supervision != AssessmentSupervision.Unspecified) assessment["idVerification"] = ElmTerms.Concept(ElmVocabulary.Supervisions[original.Supervision], number);
            yield return assessment;
        }
    }

    private JsonObject Assessor(CredentialOrganisation body) => new()
    {
        ["id"] = ElmTerms.Local("assessor", ++_number),
        ["type"] = "Organisation",
        ["legalName"] = In(body.LegalName),
        ["identifier"] = new JsonArray([.. body.Identifiers.Select(i => (Scheme: i[..i.IndexOf(':', StringComparison.Ordinal)], Value: i[(i.IndexOf(':', StringComparison.Ordinal) + 1)..]))
            .Select(i => ElmTerms.Identifier("assessor", ++_number, i.Scheme == "schac" ? "SCHAC" : i.Scheme, i.Value))]),
    };

    private JsonObject Note(DecisionLine line)
    {
        var from = DecidedAchievements.Of(c, line)?.AwardingBodies.Select(b => b.LegalName.ToString()).FirstOrDefault(n => n.Length > 0) ?? line.AwardingBody?.Value ?? "another organisation";
        var what = string.Join(", ", new[] { line.ClaimedCredits is { } credits ? $"{credits} ECTS credits" : "", line.ClaimedGrade.Length > 0 ? $"grade {line.ClaimedGrade}" : "" }.Where(t => t.Length > 0));
        var text = string.Create(CultureInfo.InvariantCulture, $"Recognised for \"{line.AchievementTitle}\" of {from}{(what.Length > 0 ? $" ({what})" : "")}: decision {c.Application.Case}, version {decision.Version}, of {decision.Authority} on {RecognitionClock.DayOf(decision.DecidedAt):yyyy-MM-dd}. Legal basis: {decision.LegalBasis}.");
        return new() { ["id"] = ElmTerms.Local("note", ++_number), ["type"] = "Note", ["noteLiteral"] = In(text) };
    }

    // The institution's own reckoning: field reference B.5 (25 to 30 hours per credit are a property of who awards).
    private string Volume(EctsCredits credits)
    {
        var minutes = (long)credits.Hundredths * hoursPerCredit * 60 / 100;
        return string.Create(CultureInfo.InvariantCulture, $"PT{minutes / 60}H{(minutes % 60 == 0 ? "" : $"{minutes % 60}M")}");
    }

    private JsonObject Institution() => ElmTerms.Organisation(institution, qualityAssurance, Language);

    private static JsonObject Title(TargetUnit? unit, UnitCode code) => unit is null ? In(code.Value) : In(unit.Title);

    private static JsonObject In(string text) => new() { [Language] = text };

    // A text without a language is taken for one in the credential's.
    private static JsonObject In(LocalisedText text) =>
        text.ByLanguage.Count == 0 ? In("") : new(text.ByLanguage.Where(pair => pair.Key != "und" || !text.ByLanguage.ContainsKey(Language)).Select(pair => KeyValuePair.Create(pair.Key == "und" ? Language : pair.Key, (JsonNode?)pair.Value)));
}
