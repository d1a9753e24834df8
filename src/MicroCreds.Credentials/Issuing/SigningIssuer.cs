using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.Keys;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Issuing;

/// <summary>
/// An issuer that signs credentials with a key instead of a sealing certificate: its name, its key on P-256, and what others need to trust both.
/// Safe to use from many threads.
/// </summary>
public sealed class SigningIssuer
{
    private SigningIssuer(string id, string method, SigningKey key) => (Id, Method, Key) = (id, method, key);

    /// <summary>Name that credentials carry as <c>issuer</c>.</summary>
    public string Id { get; }

    /// <summary>Name of the key, as proofs carry it: the issuer's with the key's thumbprint as fragment, or that of a did:key.</summary>
    public string Method { get; }

    internal SigningKey Key { get; }

    private bool IsDidKey => Id.StartsWith("did:key:", StringComparison.Ordinal);

    /// <summary>An issuer whose name is its key.</summary>
    public static SigningIssuer ByKey(SigningKey key)
    {
        using var jwk = JsonDocument.Parse(key.PublicKey.Jwk);
        var x = Base64Url.DecodeFromChars(jwk.RootElement.GetProperty("x").GetString());
        var y = Base64Url.DecodeFromChars(jwk.RootElement.GetProperty("y").GetString());
        // did:key method, 3.1: multicodec p256-pub (0x1200 as varint), then the compressed point.
        var text = Multikey.Encode([0x80, 0x24, (byte)(2 + (y[^1] & 1)), .. x]);
        return new($"did:key:{text}", $"did:key:{text}#{text}", key);
    }

    /// <summary>An issuer by the name it has published its key under. False unless that is a <c>did:web</c> or an https address without fragment.</summary>
    public static bool TryCreate(string id, SigningKey key, [NotNullWhen(true)] out SigningIssuer? issuer)
    {
        var named = (id.StartsWith("did:web:", StringComparison.Ordinal) && id.Length > "did:web:".Length) || (id.StartsWith("https://", StringComparison.Ordinal) && Uri.TryCreate(id, UriKind.Absolute, out _));
        issuer = named && id.Length <= 1024 && !id.Contains('#', StringComparison.Ordinal) && !id.Any(char.IsWhiteSpace) ? new(id, $"{id}#{key.KeyId}", key) : null;
        return issuer is not null;
    }

    /// <summary>How the trust list and the register of issuers name this issuer with its key.</summary>
    public CredentialIssuer Registration => new(Id, IsDidKey ? [] : [new(Method, Key.PublicKey.Jwk)]);

    /// <summary>The document by which an operator registers this issuer (<see cref="IssuerDocuments"/>).</summary>
    /// <param name="organisation">The member it signs for.</param>
    public JsonObject RegisterEntry(OrganisationId organisation) => new()
    {
        ["issuers"] = new JsonArray(new JsonObject
        {
            ["id"] = Id,
            ["organisation"] = organisation.Value,
            ["keys"] = new JsonArray([.. Registration.Keys.Select(key => new JsonObject { ["method"] = key.Method, ["key"] = JsonNode.Parse(key.Key) })]),
        }),
    };

    /// <summary>The DID document to publish where the did:web points to, with the key for issuing (W3C Controlled Identifiers 1.0, 2.2.3); null for other names.</summary>
    public JsonObject? DidDocument() => !Id.StartsWith("did:web:", StringComparison.Ordinal) ? null : new()
    {
        ["@context"] = new JsonArray("https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"),
        ["id"] = Id,
        ["verificationMethod"] = new JsonArray(new JsonObject { ["id"] = Method, ["type"] = "JsonWebKey", ["controller"] = Id, ["publicKeyJwk"] = JsonNode.Parse(Key.PublicKey.Jwk) }),
        ["assertionMethod"] = new JsonArray(Method),
    };

    /// <summary>The key set to publish (RFC 7517, 5; SD-JWT VC names it in <c>/.well-known/jwt-vc-issuer</c>).</summary>
    public JsonObject KeySet()
    {
        var jwk = JsonNode.Parse(Key.PublicKey.Jwk)?.AsObject() ?? [];
        (jwk["kid"], jwk["use"], jwk["alg"]) = (Method, "sig", "ES256");
        return new() { ["keys"] = new JsonArray(jwk) };
    }
}
