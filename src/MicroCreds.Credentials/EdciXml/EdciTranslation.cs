using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.XmlSignature;

namespace MicroCreds.Credentials.EdciXml;

/// <summary>
/// A Europass credential in XML put into the JSON of its successor, ELM v3, and read from there: the same model under other names. Objects named by
/// <c>idref</c> stand in lists at the end of the file, where the reader finds them by their id. Source: Europass EDCI data model 1.2 (genericschema.xsd).
/// </summary>
internal static class EdciTranslation
{
    /// <summary>Namespace of the envelope's own members.</summary>
    public static readonly XNamespace Envelope = "http://data.europa.eu/europass/model/credentials/w3c#";

    // By the name of the element, with that of its parent before a slash where one name means two things.
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["wasDerivedFrom"] = "provenBy",
        ["wasInfluencedBy"] = "influencedBy",
        ["wasAwardedBy"] = "awardedBy",
        ["awardingProcess/date"] = "awardingDate",
        ["assessmentSpecification/type"] = "dcType",
        ["idVerificationMethod"] = "idVerification",
        ["givenNames"] = "givenName",
        ["nationalId"] = "nationalID",
        ["legalIdentifier"] = "registration",
        ["hasLocation"] = "location",
        ["hasAddress"] = "address",
        ["country"] = "countryCode",
        ["learningSettingType"] = "learningSetting",
        ["relatedEscoSkill"] = "relatedESCOSkill",
        ["learningOutcome/prefLabel"] = "title",
        ["hasEQFLevel"] = "eqfLevel",
        ["EQFLevel"] = "eqfLevel",
        ["hasNQFLevel"] = "nqfLevel",
        ["iscedFCode"] = "thematicArea",
        ["iscedFcode"] = "thematicArea",
        ["hasEducationSubject"] = "educationSubject",
        ["entryRequirementsNote"] = "entryRequirement",
        ["hasAccreditation"] = "accreditation",
        ["accreditation/type"] = "dcType",
        ["usesGradingScheme"] = "gradingScheme",
        ["partialQualification"] = "isPartialQualification",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // An element becomes an object in an array: two levels for one.
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = (BoundedXml.MaxDepth * 2) + 8 };

    // Elements that only hold a list.
    private static readonly FrozenDictionary<string, string> Lists = new Dictionary<string, string>
    {
        ["achievements"] = "hasClaim", ["learningOutcomes"] = "learningOutcome",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads a credential. Never fails: what is missing stays missing.</summary>
    public static ElmCredential Read(XElement credential)
    {
        var document = Translate(credential) as JsonObject ?? [];
        // Whole achievements stand inside others, and not in a list of their own.
        if (document["credentialSubject"] is JsonArray { Count: > 0 } subjects && subjects[0] is JsonObject subject)
        {
            subjects.Clear();
            document["credentialSubject"] = subject;
            if (subject.Remove("hasClaim", out var claims)) subject["hasClaim"] = new JsonArray([.. Flatten(claims)]);
        }
        document["id"] = (string?)credential.Attribute(Envelope + "id") ?? (string?)credential.Attribute("id");
        return ElmCredential.Read(JsonSerializer.SerializeToElement(document, Deep));
    }

    private static IEnumerable<JsonNode> Flatten(JsonNode? claims)
    {
        foreach (var claim in Taken(claims))
        {
            claim.Remove("hasPart", out var parts);
            yield return claim;
            foreach (var part in Taken(parts))
            {
                part.Remove("learningAchievement", out var inside);
                foreach (var achievement in Flatten(inside)) yield return achievement;
            }
        }
    }

    // Out of their list, so that they may stand in another.
    private static List<JsonObject> Taken(JsonNode? list)
    {
        if (list is not JsonArray array) return [];
        List<JsonObject> taken = [.. array.OfType<JsonObject>()];
        array.Clear();
        return taken;
    }

    private static JsonNode? Translate(XElement element)
    {
        if ((string?)element.Attribute("idref") is { } reference) return new JsonObject { ["id"] = reference.Trim() };
        var children = element.Elements().ToList();
        if (children.Count > 0 && children.TrueForAll(c => c.Name.LocalName == "text")) return Texts(children);
        var iri = ((string?)element.Attribute("uri"))?.Trim();
        if (element.Name.LocalName == "ectsCreditPoints" || element.Name.LocalName == "hasECTSCreditPoints" || element.Name.LocalName == "ECTSCreditPoints")
            return new JsonObject { ["framework"] = new JsonObject { ["id"] = ElmVocabulary.EctsFramework }, ["point"] = element.Value.Trim() };
        if (children.Count == 0) return Leaf(element, iri);
        var node = new JsonObject { ["id"] = iri ?? ((string?)element.Attribute("id"))?.Trim() };
        foreach (var child in children)
        {
            var name = child.Name.LocalName;
            if (name == "id" && !child.HasElements) node["id"] = child.Value.Trim();
            else if (Lists.TryGetValue(name, out var list)) child.Elements().ToList().ForEach(c => Add(node, list, Translate(c)));
            else Add(node, name == "targetName" ? "prefLabel" : NameOf(element, child), Translate(child));
        }
        return node;
    }

    private static JsonNode? Leaf(XElement element, string? iri)
    {
        var text = element.Value.Trim();
        if (iri is not null) return element.Name.LocalName == "homepage" ? new JsonObject { ["contentURL"] = iri } : new JsonObject { ["id"] = iri, ["prefLabel"] = text.Length > 0 ? text : null };
        if (text is "true" or "false") return JsonValue.Create(text == "true");
        // Identifiers carry their scheme or their country as attributes.
        if (element.Attributes().Any(a => a.Name.LocalName is "schemeID" or "spatialID") || element.Name.LocalName is "identifier" or "vatIdentifier" or "taxIdentifier" or "registration" or "legalIdentifier" or "nationalId" || element.Name.LocalName.EndsWith("Level", StringComparison.Ordinal) || element.Name.LocalName.StartsWith("iscedF", StringComparison.Ordinal))
            return new JsonObject
            {
                ["notation"] = text, ["schemeName"] = (string?)element.Attribute("schemeName") ?? (string?)element.Attribute("schemeID"),
                ["spatial"] = (string?)element.Attribute("spatialID") is { } country ? new JsonObject { ["notation"] = country } : null,
            };
        return text.Length > 0 ? JsonValue.Create(text) : null;
    }

    private static string NameOf(XElement parent, XElement child)
    {
        var name = child.Name.LocalName;
        return Names.TryGetValue($"{parent.Name.LocalName}/{name}", out var here) || Names.TryGetValue(name, out here) ? here : name is "ectsCreditPoints" or "hasECTSCreditPoints" or "ECTSCreditPoints" ? "creditPoint" : name;
    }

    private static JsonObject Texts(List<XElement> texts)
    {
        var node = new JsonObject();
        foreach (var text in texts)
            if (text.Value.Trim() is { Length: > 0 } value) node.TryAdd((string?)text.Attribute("lang") is { Length: > 0 } language ? language.ToLowerInvariant() : "und", value);
        return node;
    }

    private static void Add(JsonObject node, string name, JsonNode? value)
    {
        if (value is null) return;
        if (node[name] is JsonArray known) known.Add(value);
        else node[name] = new JsonArray(value);
    }
}
