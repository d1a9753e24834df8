using System.Collections.Immutable;

namespace MicroCreds.Domain.Verification;

/// <summary>A name under which an issuer signs credentials with a key instead of a certificate, and its keys. Registered by the coordinators or the operator.</summary>
/// <param name="Id">The name as credentials write it in <c>issuer</c>: <c>did:key:…</c>, <c>did:web:…</c> or an https address. Compared character by character.</param>
/// <param name="Keys">Its keys. Empty for <c>did:key</c>, where the name is the key.</param>
public sealed record CredentialIssuer(string Id, ImmutableArray<CredentialKey> Keys)
{
    /// <summary>Until when keys that lie outside were relied upon, when they could not be confirmed since: what they sign is held for a person. Null for keys that count.</summary>
    public DateTimeOffset? StaleSince { get; init; }
}

/// <summary>A registered public key of an issuer.</summary>
/// <param name="Method">How proofs name the key: the id of a verification method (<c>did:web:uni.example#key-1</c>) or a <c>kid</c>. May be empty where proofs name none.</param>
/// <param name="Key">The key: a JWK (RFC 7517) as JSON, or a multikey (<c>z6Mk…</c>). Ed25519, P-256, P-384 or RSA of 2048 bits and more.</param>
public sealed record CredentialKey(string Method, string Key);
