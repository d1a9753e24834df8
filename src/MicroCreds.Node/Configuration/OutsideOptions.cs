using System.ComponentModel.DataAnnotations;

namespace MicroCreds.Node.Configuration;

/// <summary>
/// What the node fetches from outside, for all institutions hosted here: nothing but what stands here. Fetching is apart from verification, which
/// answers from what is held.
/// </summary>
public sealed class OutsideOptions
{
    /// <summary>Issuers whose keys are fetched.</summary>
    public List<OutsideIssuerOptions> Issuers { get; set; } = [];

    /// <summary>Beginnings of addresses, <c>https://host/path/</c>, under which status lists are fetched once a credential points to one.</summary>
    public List<string> StatusLists { get; set; } = [];

    /// <summary>Trusted lists of authorities for qualified seals (ETSI TS 119 612).</summary>
    public List<OutsideTrustedListOptions> TrustedLists { get; set; } = [];

    /// <summary>Lists of revoked certificates of authorities whose seals are accepted.</summary>
    public List<OutsideRevocationListOptions> RevocationLists { get; set; } = [];

    /// <summary>PEM files with authorities that may vouch for hosts beside those of the system.</summary>
    public List<string> Authorities { get; set; } = [];

    /// <summary>Networks that are not public and may be connected to all the same, for example <c>10.20.0.0/16</c>.</summary>
    public List<string> PrivateNetworks { get; set; } = [];

    /// <summary>Hours for which a status list is relied upon after its host last confirmed it.</summary>
    [Range(1, 24 * 31)]
    public int StatusListHours { get; set; } = 24;

    /// <summary>Hours for which keys and lists of authorities are relied upon after their host last confirmed them.</summary>
    [Range(1, 24 * 31)]
    public int KeyHours { get; set; } = 24 * 7;
}

/// <summary>An issuer whose keys are fetched.</summary>
public sealed class OutsideIssuerOptions
{
    /// <summary>Its name as credentials write it: <c>did:web:uni-a.example</c>, or an https address.</summary>
    [Required]
    public string Id { get; set; } = "";

    /// <summary>SCHAC of the organisation it speaks for; empty when it is no member.</summary>
    public string Organisation { get; set; } = "";

    /// <summary>Where its JWK set or DID document lies; empty for did:web, whose name says it.</summary>
    public string Address { get; set; } = "";
}

/// <summary>A trusted list.</summary>
public sealed class OutsideTrustedListOptions
{
    /// <summary>Where it is fetched; or else <see cref="File"/>.</summary>
    public string Address { get; set; } = "";

    /// <summary>A copy on this machine, looked at again every five minutes; or else <see cref="Address"/>.</summary>
    public string File { get; set; } = "";

    /// <summary>PEM files with the certificates of the scheme operator, as its state publishes them.</summary>
    [MinLength(1)]
    public List<string> Signers { get; set; } = [];
}

/// <summary>A revocation list (RFC 5280).</summary>
public sealed class OutsideRevocationListOptions
{
    /// <summary>Where it is fetched; or else <see cref="File"/>.</summary>
    public string Address { get; set; } = "";

    /// <summary>A copy on this machine, looked at again every five minutes; or else <see cref="Address"/>.</summary>
    public string File { get; set; } = "";

    /// <summary>PEM file with the authority's certificate.</summary>
    [Required]
    public string Authority { get; set; } = "";
}
