using System.Collections.Immutable;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials;

/// <summary>Keeps apart who sealed, who issues, who awards and who assessed, and says by what each has its part.</summary>
internal static class CredentialRoles
{
    // More organisations than this are nobody's reading.
    private const int MaxRoles = 20;

    /// <summary>The roles of a credential, the sealer first.</summary>
    public static ImmutableArray<CredentialRole> Of(ElmCredential credential, CredentialRole? sealer)
    {
        var issuer = credential.Issuer;
        var roles = ImmutableArray.CreateBuilder<CredentialRole>();
        if (sealer is not null) roles.Add(sealer);
        if (issuer is not null) roles.Add(Role(RoleKind.Issuer, issuer, "named as issuer in the credential"));
        foreach (var body in Apart(credential.Achievements.SelectMany(a => a.AwardingBodies)))
            roles.Add(Role(RoleKind.AwardingBody, body, issuer is not null && (ReferenceEquals(body, issuer) || body.IsSameAs(issuer)) ? "is the issuer"
                : credential.MandateShown ? "the issuer shows a mandate, asserted by the sealer alone" : "named in the credential; no mandate is shown"));
        foreach (var assessor in Apart(credential.Achievements.SelectMany(a => a.Assessors)))
            roles.Add(Role(RoleKind.Assessor, assessor, "named as assessor in the credential"));
        return roles.Count <= MaxRoles ? roles.ToImmutable() : [.. roles.Take(MaxRoles)];
    }

    /// <summary>The owner of the sealing certificate at the head of a chain.</summary>
    public static CredentialRole Sealer(SealChain chain) => Sealer(chain.Path[0].Name, chain.SealIdentifier?.ToString() ?? "", $"sealing certificate {chain.Path[0].Thumbprint[..16]}");

    /// <summary>Who made a proof.</summary>
    public static CredentialRole Sealer(string name, string identifier, string basis) => new(RoleKind.Sealer, name, identifier.Length > 0 ? [identifier] : [], basis);

    private static IEnumerable<ElmOrganisation> Apart(IEnumerable<ElmOrganisation> organisations)
    {
        var met = new List<ElmOrganisation>();
        foreach (var one in organisations)
        {
            if (met.Any(m => ReferenceEquals(m, one) || m.IsSameAs(one))) continue;
            met.Add(one);
            yield return one;
        }
    }

    private static CredentialRole Role(RoleKind kind, ElmOrganisation organisation, string basis) =>
        new(kind, Name(organisation.Described), [.. organisation.Described.Identifiers.Take(10)], basis);

    private static string Name(CredentialOrganisation described) => described.LegalName.ToString() is { Length: > 0 } name ? name : described.Id;
}
