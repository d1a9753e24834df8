using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.OpenBadge;

namespace MicroCreds.Credentials.OpenBadge2;

/// <summary>
/// An assertion of Open Badges 2.0 with its class and issuer, put into the terms of Open Badges 3.0 and read from there. The recipient is mostly a
/// salted digest of an e-mail address: the learner has to show the address. Source: Open Badges 3.0, "Upgrading from 2.0".
/// </summary>
internal static class AssertionTranslation
{
    private static readonly string[] Alignments = ["targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode"];

    /// <summary>Reads an assertion. Never fails: what is missing, or not at hand, stays missing.</summary>
    public static ElmCredential Read(JsonElement assertion, BadgeDocuments documents)
    {
        var badge = documents.Follow(assertion, "badge");
        var issuer = badge is { } known ? documents.Follow(known, "issuer") : null;
        var translated = new JsonObject
        {
            ["id"] = BadgeDocuments.Text(assertion, "id"),
            ["type"] = "Assertion",
            ["issuer"] = new JsonObject
            {
                ["id"] = badge is { } one ? BadgeDocuments.IdOf(one, "issuer") ?? "" : "", ["type"] = "Profile", ["name"] = Copy(issuer, "name"), ["url"] = Copy(issuer, "url"),
            },
            ["validFrom"] = BadgeDocuments.Text(assertion, "issuedOn"),
            ["validUntil"] = BadgeDocuments.Text(assertion, "expires"),
            ["credentialSubject"] = new JsonObject
            {
                ["identifier"] = assertion.TryGetProperty("recipient", out var recipient)
                    ? new JsonObject { ["hashed"] = Copy(recipient, "hashed") ?? JsonValue.Create(false), ["identityHash"] = BadgeDocuments.Text(recipient, "identity") } : null,
                ["achievement"] = new JsonObject
                {
                    ["id"] = BadgeDocuments.IdOf(assertion, "badge"),
                    ["type"] = "Achievement",
                    ["name"] = Copy(badge, "name"),
                    ["criteria"] = badge is { } c && c.TryGetProperty("criteria", out var criteria) && criteria.ValueKind == JsonValueKind.Object ? new JsonObject { ["narrative"] = Copy(criteria, "narrative") } : null,
                    ["inLanguage"] = Copy(badge, "@language"),
                    ["alignment"] = Alignment(badge),
                },
            },
        };
        return OpenBadgeReader.Read(JsonSerializer.SerializeToElement(translated));
    }

    // Only these members: a class of version 2 must not speak the words of version 3, such as levels and credits, that its edition does not know.
    private static JsonArray Alignment(JsonElement? badge) => new(
    [
        .. (badge is { } known && known.TryGetProperty("alignment", out var alignment) ? alignment.ValueKind == JsonValueKind.Array ? alignment.EnumerateArray().ToList() : [alignment] : [])
            .Where(a => a.ValueKind == JsonValueKind.Object).Select(a => (JsonNode)new JsonObject(Alignments.Select(name => KeyValuePair.Create(name, (JsonNode?)Copy(a, name))))),
    ]);

    private static JsonValue? Copy(JsonElement? element, string name) => element is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var member) ? member.ValueKind switch
    {
        JsonValueKind.String => JsonValue.Create(member.GetString()),
        JsonValueKind.True or JsonValueKind.False => JsonValue.Create(member.GetBoolean()),
        _ => null,
    } : null;
}
