using System.Collections.Immutable;
using System.Text.Json;
using MicroCreds.Credentials.Formats;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Keys;

/// <summary>
/// Documents by which an operator registers issuers that sign with keys. They were fetched beforehand, over a channel the operator trusts;
/// nothing here fetches. Read are: <c>{"issuers":[{"id","organisation","keys":[{"method","key"}],"jwks":{"keys":[…]}}]}</c>, DID documents
/// (keys of <c>assertionMethod</c> that the DID itself controls), registries of the DCC form (<c>{"registry":{"did:key:…":{…}}}</c>), and documents of Open
/// Badges 2.0: keys, badge classes, issuers and revocation lists. A key is a JWK, a multikey, or a certificate or public key in PEM.
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
            if (JsonFormat.Of(root) == CredentialFormat.OpenBadge2) return JsonFormat.HasType(root, "Assertion") ? [] : [Published(document, root, source)];
            if (root.TryGetProperty("issuers", out var issuers) && issuers.ValueKind == JsonValueKind.Array) return [.. issuers.EnumerateArray().SelectMany(i => Listed(i, source))];
            return root.TryGetProperty("registry", out var registry) && registry.ValueKind == JsonValueKind.Object
                ? [.. registry.EnumerateObject().Where(e => e.Name.StartsWith("did:key:", StringComparison.Ordinal)).Select(e => Trusted(null, new(e.Name, []), source))]
                : [];
        }
    }

    /// <summary>
    /// The keys of one issuer in a document that was fetched for it alone: its DID document, or a JWK set (RFC 7517, 5). A document that calls
    /// itself by another name than <paramref name="issuer"/> has none.
    /// </summary>
    public static ImmutableArray<CredentialKey> KeysOf(string issuer, ReadOnlyMemory<byte> document)
    {
        if (!StrictJson.TryParse(StrictJson.SkipByteOrderMark(document), MaxBytes, out var json, out _)) return [];
        using (json)
        {
            var keys = Text(json.RootElement, "id") is { } id ? id == issuer ? Methods(json.RootElement, issuer) : []
                : issuer.StartsWith("did:", StringComparison.Ordinal) ? [] : [.. KeySet(json.RootElement)];
            return [.. keys.Where(k => IssuerRegister.IsKey(k.Key))];
        }
    }

    /// <summary>Where the document of a did:web lies; null for another name. Source: did:web method, 3.2.</summary>
    public static Uri? AddressOf(string did)
    {
        if (!did.StartsWith("did:web:", StringComparison.Ordinal)) return null;
        var parts = did["did:web:".Length..].Split(':');
        if (parts.Any(p => p.Length == 0 || p.AsSpan().ContainsAny("/\\?#@"))) return null;
        var host = parts[0].Replace("%3A", ":", StringComparison.OrdinalIgnoreCase);
        var path = parts.Length == 1 ? "/.well-known" : "/" + string.Join('/', parts[1..]);
        return Uri.TryCreate($"https://{host}{path}/did.json", UriKind.Absolute, out var address) && address.UserInfo.Length == 0 && address.Fragment.Length == 0 ? address : null;
    }

    private static IEnumerable<CredentialKey> KeySet(JsonElement set) => Objects(set, "keys").Select(k => new CredentialKey(Text(k, "kid") ?? "", k.GetRawText()));

    // Open Badges 2.0, "CryptographicKey": a key is its owner's. Classes, issuers and revocation lists are only read where a badge names them.
    private static TrustedIssuer Published(ReadOnlyMemory<byte> document, JsonElement root, string source)
    {
        ImmutableArray<CredentialIssuer> owner = JsonFormat.HasType(root, "CryptographicKey") && Text(root, "owner") is { Length: > 0 } name && Text(root, "publicKeyPem") is { } pem ? [new(name, [new(Text(root, "id") ?? "", pem)])] : [];
        return new(null, [], [], source) { CredentialIssuers = owner, BadgeDocuments = [document.ToArray()] };
    }

    private static IEnumerable<TrustedIssuer> Listed(JsonElement entry, string source)
    {
        if (Text(entry, "id") is not { Length: > 0 } id) yield break;
        var organisation = OrganisationId.TryParse(Text(entry, "organisation"), out var member) ? member : null;
        var keys = Objects(entry, "keys").Select(k => new CredentialKey(Text(k, "method") ?? "", k.TryGetProperty("key", out var key) ? KeyText(key) : ""));
        var jwks = entry.TryGetProperty("jwks", out var set) ? KeySet(set) : [];
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
