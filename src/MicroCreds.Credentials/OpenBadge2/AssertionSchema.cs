using System.Text.Json;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Formats;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.OpenBadge2;

/// <summary>What Open Badges 2.0 demand of an assertion. Source: Open Badges 2.0, "Assertion", "Extensions", "JSON-LD contexts".</summary>
internal static class AssertionSchema
{
    private const string Model = "Open Badges 2.0";
    private const string Context = "https://w3id.org/openbadges/v2";
    private const string ExtensionContexts = "https://w3id.org/openbadges/extensions/";

    private static readonly string[] Classes =
    [
        "Assertion", "BadgeClass", "Issuer", "Profile", "CryptographicKey", "RevocationList", "Endorsement", "Criteria", "Evidence", "Image", "AlignmentObject", "VerificationObject",
        "IdentityObject", "Extension", "HostedBadge", "SignedBadge",
    ];

    /// <summary>Whether an object is a document that belongs to badges and is none itself.</summary>
    public static bool IsDocument(JsonElement root) => JsonFormat.Texts(root, "type").ToList() is { Count: > 0 } types && !types.Contains("Assertion") && types.TrueForAll(Classes.Contains);

    public static VerificationCheck Make(JsonElement assertion, ElmCredential credential)
    {
        // A context may give other meanings to all words; one that nobody knows is an error, not a detail.
        if (JsonFormat.Texts(assertion, "@context").FirstOrDefault(c => c != Context && !c.StartsWith(ExtensionContexts, StringComparison.Ordinal)) is not null)
            return Unknown();
        if (JsonFormat.HasType(assertion, "Assertion") && assertion.TryGetProperty("@context", out var contexts) && (contexts.ValueKind == JsonValueKind.Object || (contexts.ValueKind == JsonValueKind.Array && contexts.EnumerateArray().Any(c => c.ValueKind != JsonValueKind.String))))
            return Unknown();
        VerificationCheck Unknown() => new(CheckKind.Schema, CheckResult.Error, ReasonClass.ContextUnknown, "A context is neither that of Open Badges 2.0 nor of one of its extensions.", Model);
        var faults = Faults(assertion).Concat(credential.Achievements.SelectMany(a => a.Faults)).ToList();
        return faults.Count == 0
            ? new(CheckKind.Schema, CheckResult.Ok, ReasonClass.None, "All parts that the standard demands are there.", Model)
            : new(CheckKind.Schema, CheckResult.Error, ReasonClass.SchemaInvalid, $"{string.Join("; ", faults)}.", Model);
    }

    private static IEnumerable<string> Faults(JsonElement assertion)
    {
        var types = JsonFormat.Texts(assertion, "type").ToList();
        if (types.Count == 0) yield return "$.type is missing";
        // A class of somebody's own is an absolute IRI.
        if (types.Exists(t => !Classes.Contains(t) && !Uri.IsWellFormedUriString(t, UriKind.Absolute))) yield return "$.type names a class that Open Badges do not know";
        if (types.Contains("Assertion"))
        {
            foreach (var name in (string[])["id", "recipient", "badge", "verification", "issuedOn"])
                if (!assertion.TryGetProperty(name, out _)) yield return $"$.{name} is missing";
            if (assertion.TryGetProperty("recipient", out var recipient) && (BadgeDocuments.Text(recipient, "identity") is null || BadgeDocuments.Text(recipient, "type") is null)) yield return "$.recipient names nobody";
            if (BadgeDocuments.Text(assertion, "image") is { } image && !image.StartsWith("http://", StringComparison.Ordinal) && !image.StartsWith("https://", StringComparison.Ordinal)) yield return "$.image is not the address of a picture";
        }
        foreach (var extension in assertion.EnumerateObject().Where(m => m.Name.StartsWith("extensions:", StringComparison.Ordinal)))
        {
            var own = JsonFormat.Texts(extension.Value, "type").ToList();
            if (!own.Contains("Extension") || !own.Exists(t => t.StartsWith("extensions:", StringComparison.Ordinal))) yield return $"$.{extension.Name} is not typed as an extension";
        }
    }
}
