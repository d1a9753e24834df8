using System.Text.Json;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Formats;

/// <summary>Tells JSON documents apart by their types, contexts and members.</summary>
internal static class JsonFormat
{
    private static readonly string[] LearningTypes = ["VerifiableCredential", "OpenBadgeCredential", "AchievementCredential", "EndorsementCredential"];

    /// <summary>Names the format of a JSON document.</summary>
    public static CredentialFormat Of(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return CredentialFormat.Unknown;
        if (JadesSeal.IsEnvelope(root)) return CredentialFormat.EuropeanDigitalCredential;
        var wrapped = root.TryGetProperty("credential", out var inner) && HasType(inner, "EuropeanDigitalCredential");
        if (wrapped || HasType(root, "EuropeanDigitalCredential")) return root.TryGetProperty("proof", out _) ? CredentialFormat.ElmEmbeddedProof : CredentialFormat.ElmUnsigned;
        if (IsCredential(root)) return OfCredential(root);
        if (IsBadge2(root)) return CredentialFormat.OpenBadge2;
        return OfSupport(root);
    }

    /// <summary>Whether an object calls itself a verifiable credential.</summary>
    public static bool IsCredential(JsonElement root) => HasType(root, "VerifiableCredential");

    /// <summary>Whether an object calls itself a verifiable presentation.</summary>
    public static bool IsPresentation(JsonElement root) => HasType(root, "VerifiablePresentation");

    /// <summary>Whether an object is of a type, among others.</summary>
    public static bool HasType(JsonElement element, string type) => Texts(element, "type").Contains(type);

    /// <summary>The texts of a member that is one text or an array.</summary>
    public static IEnumerable<string> Texts(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var member)) yield break;
        if (member.ValueKind == JsonValueKind.String) yield return member.GetString() ?? "";
        if (member.ValueKind != JsonValueKind.Array) yield break;
        foreach (var entry in member.EnumerateArray())
            if (entry.ValueKind == JsonValueKind.String) yield return entry.GetString() ?? "";
    }

    private static CredentialFormat OfCredential(JsonElement root)
    {
        if (HasType(root, "ClrCredential")) return CredentialFormat.ComprehensiveLearnerRecord;
        if (root.TryGetProperty("credentialSubject", out var subject) && (HasType(subject, "BitstringStatusList") || HasType(subject, "StatusList2021") || HasType(subject, "RevocationList2020")))
            return CredentialFormat.StatusList;
        if (root.TryGetProperty("proof", out _))
            return Texts(root, "type").All(LearningTypes.Contains) ? CredentialFormat.OpenBadgeDataIntegrity : CredentialFormat.OtherCredential;
        if (!HasType(root, "OpenBadgeCredential") && !HasType(root, "AchievementCredential")) return CredentialFormat.Unknown;
        // A context for signatures says that the credential was to be signed.
        return Texts(root, "@context").Any(c => c.StartsWith("https://w3id.org/security/", StringComparison.Ordinal)) ? CredentialFormat.OpenBadgeDataIntegrity : CredentialFormat.OpenBadgeUnsigned;
    }

    private static bool IsBadge2(JsonElement root)
    {
        var contexts = Texts(root, "@context").ToList();
        if (contexts.Any(c => c.StartsWith("https://w3id.org/openbadges/", StringComparison.Ordinal))) return true;
        if (contexts.Count > 0) return false;
        // Test documents bring the whole vocabulary along instead of naming it.
        return root.TryGetProperty("@context", out var inline) && inline.ValueKind == JsonValueKind.Object && inline.TryGetProperty("obi", out var badges)
            && badges.ValueKind == JsonValueKind.String && badges.GetString() == "https://w3id.org/openbadges#";
    }

    private static CredentialFormat OfSupport(JsonElement root)
    {
        bool Has(string name) => root.TryGetProperty(name, out _);
        if (root.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && (id.GetString() ?? "").StartsWith("did:", StringComparison.Ordinal) && (Has("verificationMethod") || Has("assertionMethod")))
            return CredentialFormat.DidDocument;
        if (Has("vct") && Has("claims")) return CredentialFormat.SdJwtTypeMetadata;
        if (Has("$schema")) return CredentialFormat.JsonSchema;
        if (Has("status_list") || (Has("lst") && Has("bits"))) return CredentialFormat.TokenStatusList;
        // DCC registry; DEQAR in CTDL; ROR answer and record.
        if ((Has("registry") && Has("meta")) || (Has("Credential") && Has("PublishForOrganizationIdentifier")) || (Has("took") && Has("hits")) || (Has("locations") && Has("names") && Has("types")))
            return CredentialFormat.TrustRegister;
        return Has("@context") && root.EnumerateObject().Count() == 1 ? CredentialFormat.JsonLdContext : CredentialFormat.Unknown;
    }
}
