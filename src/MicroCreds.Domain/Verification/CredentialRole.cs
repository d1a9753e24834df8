using System.Collections.Immutable;

namespace MicroCreds.Domain.Verification;

/// <summary>Part that an organisation has in a credential. They are often, and need not be, the same organisation. Source: field reference B.6.</summary>
public enum RoleKind
{
    /// <summary>Who made the proof: the owner of the sealing certificate, or of the registered key.</summary>
    Sealer,
    /// <summary>Whom the credential names as issuer.</summary>
    Issuer,
    /// <summary>Who awards.</summary>
    AwardingBody,
    /// <summary>Who assessed, where that is stated.</summary>
    Assessor,
}

/// <summary>An organisation in one of its parts.</summary>
/// <param name="Kind">Part.</param>
/// <param name="Name">Name, as its certificate or the credential says.</param>
/// <param name="Identifiers">Identifiers with their scheme.</param>
/// <param name="Basis">By what it has the part: a certificate, a statement in the credential, a mandate. No personal data.</param>
public sealed record CredentialRole(RoleKind Kind, string Name, ImmutableArray<string> Identifiers, string Basis);
