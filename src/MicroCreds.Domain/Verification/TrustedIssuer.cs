using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Verification;

/// <summary>An organisation whose seals this node accepts, and by what. Comes from the trust list or from the operator's pinned anchors, never from a credential.</summary>
/// <param name="Organisation">The member, or null for an anchor the operator pinned without a member (its credentials verify, and bind to no organisation).</param>
/// <param name="Identifiers">Legal identifiers that a seal's organizationIdentifier (OID 2.5.4.97) or an issuer's eIDAS identifier may carry, e.g. <c>VATES-G12345678</c>.</param>
/// <param name="Anchors">DER certificates at which a chain may end.</param>
/// <param name="Source">Where this comes from, for the check's source: <c>trust list serial 7</c>, <c>pinned file x.pem</c>.</param>
public sealed record TrustedIssuer(
    OrganisationId? Organisation,
    ImmutableArray<string> Identifiers,
    ImmutableArray<ReadOnlyMemory<byte>> Anchors,
    string Source)
{
    /// <summary>Former identifiers of the member, by which credentials of before its change still name it.</summary>
    public ImmutableArray<OrganisationId> FormerOrganisations { get; init; } = [];

    /// <summary>Names under which it signs credentials with keys (Open Badges, JSON Web Tokens, SD-JWT), beside its seals.</summary>
    public ImmutableArray<CredentialIssuer> CredentialIssuers { get; init; } = [];

    /// <summary>When its anchors count, by the status that a trusted list gives the service; empty: always.</summary>
    public ImmutableArray<TrustPeriod> Periods { get; init; } = [];

    /// <summary>
    /// Whether it is an authority of a trusted list: it vouches for qualified seals alone, of whomever they name, and members are known by the legal
    /// identifiers in them.
    /// </summary>
    public bool Qualified { get; init; }

    /// <summary>Whether its anchors count at a time.</summary>
    public bool CountsAt(DateTimeOffset at) => Periods.IsEmpty || Periods.Any(p => at >= p.From && at < p.Until);

    /// <summary>Documents of Open Badges 2.0 that were fetched beforehand (badge classes, issuers, revocation lists), which assertions name by their address. JSON.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> BadgeDocuments { get; init; } = [];
}

/// <summary>A period in which trust was given.</summary>
/// <param name="From">Begin, included.</param>
/// <param name="Until">End, excluded.</param>
public sealed record TrustPeriod(DateTimeOffset From, DateTimeOffset Until);
