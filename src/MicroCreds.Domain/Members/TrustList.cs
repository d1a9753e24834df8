using System.Collections.Immutable;
using System.Text.Json;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Members;

/// <summary>What a member is. Decides, by the institution's policy, on which legal track its credentials are.</summary>
public enum MemberKind
{
    /// <summary>Higher-education institution.</summary>
    HigherEducationInstitution,
    /// <summary>Any other provider, for example a volunteering organisation.</summary>
    OtherProvider,
}

/// <summary>Standing of a member.</summary>
public enum MemberStatus
{
    /// <summary>Announced: visible to all, not yet to be trusted.</summary>
    Announced,
    /// <summary>Active.</summary>
    Active,
    /// <summary>Suspended by a coordinator; refused until lifted.</summary>
    Suspended,
}

/// <summary>Standing of a key. Source: exchange reference C.10.</summary>
public enum KeyStatus
{
    /// <summary>Announced, not used yet.</summary>
    Announced,
    /// <summary>Signs.</summary>
    Active,
    /// <summary>Signs no more; what it signed stands.</summary>
    VerifyOnly,
    /// <summary>Revoked: refused.</summary>
    Revoked,
}

/// <summary>
/// Who belongs to the federation and by which keys each member is known: the only source of keys a node has. Signed by the coordinators as
/// JWS general JSON serialisation. A list with a smaller serial than the one held, or one that has expired, is refused.
/// </summary>
public sealed record TrustList
{
    /// <summary><c>typ</c> of the signed list; carries the version of its format.</summary>
    public const string MediaType = "microcreds-trust-list+jws";

    /// <summary>Name of the federation; inside every signed statement.</summary>
    public required string Consortium { get; init; }
    /// <summary>Number of the list, growing.</summary>
    public required long Serial { get; init; }
    /// <summary>Digest of the payload of the list before; null for the first.</summary>
    public Sha256Digest? Previous { get; init; }
    /// <summary>When it was made.</summary>
    public required DateTimeOffset IssuedAt { get; init; }
    /// <summary>When it ends to be valid, at most 30 days after.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
    /// <summary>Members, by organisation id.</summary>
    public required ImmutableArray<Member> Members { get; init; }

    /// <summary>Member with this id; null when there is none.</summary>
    public Member? Find(OrganisationId organisation) => Members.FirstOrDefault(m => m.Organisation == organisation);
}

/// <summary>One member.</summary>
public sealed record Member
{
    /// <summary>SCHAC home-organisation identifier.</summary>
    public required OrganisationId Organisation { get; init; }
    /// <summary>Name.</summary>
    public required string Name { get; init; }
    /// <summary>Kind.</summary>
    public required MemberKind Kind { get; init; }
    /// <summary>Standing.</summary>
    public required MemberStatus Status { get; init; }
    /// <summary>Day since which it is a member.</summary>
    public required DateOnly Since { get; init; }
    /// <summary>Former SCHAC identifiers (EWP: previous-schac).</summary>
    public ImmutableArray<OrganisationId> FormerIds { get; init; } = [];
    /// <summary>Addresses of its node, <c>https://host:port</c>, in order of preference.</summary>
    public ImmutableArray<string> Endpoints { get; init; } = [];
    /// <summary>SHA-256 of the public keys (SPKI) of its TLS certificates, base64url: the one in use and its successor.</summary>
    public ImmutableArray<Sha256Digest> TlsKeys { get; init; } = [];
    /// <summary>Keys with which it signs statements and receipts.</summary>
    public ImmutableArray<MemberKey> StatementKeys { get; init; } = [];
    /// <summary>DER certificates at which the chain of its seals ends.</summary>
    public ImmutableArray<byte[]> SealAnchors { get; init; } = [];
    /// <summary>Legal identifiers its seals carry (OID 2.5.4.97), e.g. <c>VATES-G12345678</c>.</summary>
    public ImmutableArray<string> LegalIdentifiers { get; init; } = [];
    /// <summary>Names under which it signs credentials with keys (did:key, did:web, https), each with its keys.</summary>
    public ImmutableArray<CredentialIssuer> CredentialIssuers { get; init; } = [];
}

/// <summary>A statement key of a member.</summary>
/// <param name="Jwk">Public key (RFC 7517), EC P-256.</param>
/// <param name="Status">Standing.</param>
public sealed record MemberKey(JsonElement Jwk, KeyStatus Status);
