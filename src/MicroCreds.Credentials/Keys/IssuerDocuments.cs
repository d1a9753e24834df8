using System.Collections.Immutable;
using System.Text.Json;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Keys;

/// <summary>
/// Documents by which an operator registers issuers that sign with keys. They were fetched beforehand, over a channel the operator trusts;
/// nothing here fetches. Read are: <c>{"issuers":[{"id","organisation","keys":[{"method","key"}],"jwks":{"keys":[…]}}]}</c>, DID documents
/// (keys of <c>assertionMethod</c> that the DID itself controls), and registries of the DCC form (<c>{"registry":{"did:key:…":{…}}}</c>).
/// </summary>
public static class IssuerDocuments
{
    /// <summary>Largest document, in bytes.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>The issuers that a document registers; empty when it is none of these documents.</summary>
    /// <param name="document">The file's bytes.</param>
    /// <param name="source">Where it comes from, for the source of checks.</param>
    public static ImmutableArray<TrustedIssuer> Read(ReadOnlyMemory<byte> document, string source)
    {
        if (!StrictJson.TryParse(StrictJson.SkipByteOrderMark(document), MaxBytes, out var json, out _)) return [];
        using (json)
        {
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return [];
            if (Text(root, "id") is { } did && did.StartsWith("did:", StringComparison.Ordinal)) return [Trusted(null, new(did, Methods(root, did)), source)];
            if (root.TryGetProperty("issuers", out var issuers) && issuers.ValueKind == JsonValueKind.Array) return [.. issuers.EnumerateArray().SelectMany(i => Listed(i, source))];
            return root.TryGetProperty("registry", out var registry) && registry.ValueKind == JsonValueKind.Object
                ? [.. registry.EnumerateObject().Where(e => e.Name.StartsWith("did:key:", StringComparison.Ordinal)).Select(e => Trusted(null, new(e.Name, []), source))]
                : [];
        }
    }

    private static IEnumerable<TrustedIssuer> Listed(JsonElement entry, string source)
    {
        if (Text(entry, "id") is not { Length: > 0 } id) yield break;
        var organisation = OrganisationId.TryParse(Text(entry, "organisation"), out var member) ? member : null;
        var keys = Objects(entry, "keys").Select(k => new CredentialKey(Text(k, "method") ?? "", k.TryGetProperty("key", out var key) ? KeyText(key) : ""));
        var jwks = entry.TryGetProperty("jwks", out var set) ? Objects(set, "keys").Select(k => new CredentialKey(Text(k, "kid") ?? "", k.GetRawText())) : [];
        yield return Trusted(organisation, new(id, [.. keys, .. jwks]), source);
    }

    // W3C Controlled Identifiers 1.0, 2.3.2: only keys of assertionMethod may sign credentials; a key of another controller is that one's.
    private static ImmutableArray<CredentialKey> Methods(JsonElement document, string did)
    {
        var allowed = document.TryGetProperty("assertionMethod", out var assertion) && assertion.ValueKind == JsonValueKind.Array
            ? assertion.EnumerateArray().Where(m => m.ValueKind == JsonValueKind.String).Select(m => Absolute(m.GetString() ?? "", did)).ToHashSet() : [];
        var referenced = Objects(document, "verificationMethod").Where(m => allowed.Contains(Absolute(Text(m, "id") ?? "", did)));
        return [.. referenced.Concat(Objects(document, "assertionMethod")).Where(m => (Text(m, "controller") ?? did) == did)
            .Select(m => new CredentialKey(Absolute(Text(m, "id") ?? "", did), Text(m, "publicKeyMultibase") ?? (m.TryGetProperty("publicKeyJwk", out var jwk) ? KeyText(jwk) : "")))
            .Where(k => k.Key.Length > 0).DistinctBy(k => k.Method)];
    }

    private static string Absolute(string method, string did) => method.StartsWith('#') ? did + method : method;

    private static string KeyText(JsonElement key) => key.ValueKind switch { JsonValueKind.String => key.GetString() ?? "", JsonValueKind.Object => key.GetRawText(), _ => "" };

    private static TrustedIssuer Trusted(OrganisationId? organisation, CredentialIssuer issuer, string source) => new(organisation, [], [], source) { CredentialIssuers = [issuer] };

    private static IEnumerable<JsonElement> Objects(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array
            ? array.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object) : [];

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
