using System.Globalization;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Credits;

namespace MicroCreds.Credentials.Issuing;

/// <summary>Parts that every credential of the European Learning Model v3 is written of. Ids are local to the file.</summary>
internal static class ElmTerms
{
    /// <summary>The credential around its subject.</summary>
    public static JsonObject Credential(string id, string language, JsonObject title, JsonObject subject, JsonObject issuer, DateTimeOffset issued) => new()
    {
        ["@context"] = new JsonArray("https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap"),
        ["id"] = id,
        ["type"] = new JsonArray("VerifiableCredential", "EuropeanDigitalCredential"),
        ["credentialProfiles"] = Concept(ElmVocabulary.GenericProfile, ElmVocabulary.Snb + "credential/25831c2", "Generic"),
        ["displayParameter"] = new JsonObject
        {
            ["id"] = "urn:epass:displayParameter:1",
            ["type"] = "DisplayParameter",
            ["title"] = title,
            ["primaryLanguage"] = Language(language),
            ["language"] = Language(language),
        },
        ["credentialSchema"] = new JsonObject { ["id"] = ElmVocabulary.GenericSchema, ["type"] = "ShaclValidator2017" },
        ["credentialSubject"] = subject,
        ["issuer"] = issuer,
        ["issued"] = Time(issued),
        ["issuanceDate"] = Time(issued),
        ["validFrom"] = Time(issued),
    };

    /// <summary>The organisation that issues and awards, with its quality assurance.</summary>
    public static JsonObject Organisation(EdcOrganisation organisation, IEnumerable<EdcQualityAssurance> qualityAssurance, string language)
    {
        var written = new JsonObject
        {
            ["id"] = "urn:epass:org:1",
            ["type"] = "Organisation",
            ["legalName"] = new JsonObject { [language] = organisation.LegalName },
            ["eIDASIdentifier"] = new JsonObject
            {
                ["id"] = "urn:epass:legalIdentifier:1",
                ["type"] = "LegalIdentifier",
                ["notation"] = organisation.LegalIdentifier,
                ["spatial"] = Country(organisation.CountryCode),
            },
            ["identifier"] = Identifier("organisation", 1, "SCHAC", organisation.Domain.Value),
            ["homepage"] = new JsonObject { ["id"] = "urn:epass:webResource:1", ["type"] = "WebResource", ["contentURL"] = organisation.HomePage },
            ["location"] = new JsonObject
            {
                ["id"] = "urn:epass:location:1",
                ["type"] = "Location",
                ["address"] = new JsonObject { ["id"] = "urn:epass:address:1", ["type"] = "Address", ["countryCode"] = Country(organisation.CountryCode) },
            },
        };
        JsonObject[] assured = [.. qualityAssurance.Select((assurance, at) => new JsonObject
        {
            ["id"] = assurance.Id,
            ["type"] = "Accreditation",
            ["dcType"] = Concept(Local("accreditationType", at + 1), ElmVocabulary.Snb + "accreditation/25831c2", assurance.Type),
            ["title"] = new JsonObject { [language] = assurance.Title },
            ["accreditingAgent"] = new JsonObject { ["id"] = Local("accreditingAgent", at + 1), ["type"] = "Organisation", ["legalName"] = new JsonObject { [language] = assurance.Agent } },
        })];
        if (assured.Length > 0) written["accreditation"] = new JsonArray([.. assured]);
        return written;
    }

    /// <summary>ECTS credits.</summary>
    public static JsonObject Credits(int number, EctsCredits credits) => new()
    {
        ["id"] = Local("creditPoint", number),
        ["type"] = "CreditPoint",
        ["framework"] = Concept(ElmVocabulary.EctsFramework, ElmVocabulary.Snb + "education-credit/25831c2", "European Credit Transfer System"),
        ["point"] = credits.ToString(),
    };

    /// <summary>A level of the European Qualifications Framework.</summary>
    public static JsonObject EqfLevel(int level) =>
        Concept(string.Create(CultureInfo.InvariantCulture, $"{ElmVocabulary.EqfBase}{level}"), ElmVocabulary.EqfBase + "25831c2", string.Create(CultureInfo.InvariantCulture, $"Level {level}"));

    /// <summary>An entry of a list; one without a known IRI gets an id of its own, by <paramref name="number"/>.</summary>
    public static JsonObject Concept(ElmVocabulary.Concept concept, int number) => Concept(concept.Code.Length > 0 ? concept.Iri : Local("concept", number), concept.SchemeIri, concept.Label);

    /// <summary>A concept.</summary>
    public static JsonObject Concept(string iri, string scheme, string label) => new()
    {
        ["id"] = iri,
        ["type"] = "Concept",
        ["inScheme"] = new JsonObject { ["id"] = scheme, ["type"] = "ConceptScheme" },
        ["prefLabel"] = new JsonObject { ["en"] = label },
    };

    /// <summary>A country by its ISO 3166-1 alpha-3 code.</summary>
    public static JsonObject Country(string alpha3) => Concept(ElmVocabulary.CountryBase + alpha3, ElmVocabulary.CountryBase.TrimEnd('/'), alpha3);

    /// <summary>A language by its ISO 639-1 code.</summary>
    /// <exception cref="ArgumentException">The list does not know it.</exception>
    public static JsonObject Language(string alpha2)
    {
        var code = ElmVocabulary.Languages.FirstOrDefault(pair => pair.Value == alpha2).Key ?? throw new ArgumentException($"'{alpha2}' is not a language code this writer knows.", nameof(alpha2));
        return Concept(ElmVocabulary.LanguageBase + code, ElmVocabulary.LanguageBase.TrimEnd('/'), alpha2);
    }

    /// <summary>An identifier of something that is not an organisation's legal one.</summary>
    public static JsonObject Identifier(string of, int number, string scheme, string notation) => new()
    {
        ["id"] = Local($"identifier:{of}", number),
        ["type"] = "Identifier",
        ["schemeName"] = scheme,
        ["notation"] = notation,
    };

    /// <summary>An id that is local to the file.</summary>
    public static string Local(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"urn:epass:{kind}:{number}");

    /// <summary>A time, to the second.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A day, as the model writes days.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd'T00:00:00Z'", CultureInfo.InvariantCulture);
}
