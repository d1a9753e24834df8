using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Checks;

/// <summary>
/// That the seal is the issuer's: the organizationIdentifier (OID 2.5.4.97) of the sealing certificate names the same legal person as the
/// credential's issuer, and, where the anchor belongs to members, as exactly one of them.
/// </summary>
internal static class IssuerBindingCheck
{
    private const string Standard = "ETSI EN 319 412-1, 5.1.4 (organizationIdentifier)";

    public static VerificationCheck Make(SealChain chain, AnchorStore anchors, ElmOrganisation? issuer, out OrganisationId? member)
    {
        member = null;
        if (chain.SealIdentifier is not { } seal) return Refuse("The sealing certificate carries no organizationIdentifier.");
        if (issuer is null) return Refuse($"The credential names no issuer; the seal belongs to {seal}.");
        if (!issuer.LegalIdentifiers.Any(seal.Names)) return Refuse($"The seal belongs to {seal}; the issuer states {(issuer.LegalIdentifiers.IsEmpty ? "no legal identifier" : string.Join(", ", issuer.LegalIdentifiers))}.");

        var pinned = anchors.IssuersAt(chain.AnchorThumbprint);
        // An authority of a trusted list certifies anybody, and has looked at the identifier: a member is whoever carries it.
        var owners = (pinned.Any(p => p.Qualified) ? anchors.Issuers : pinned).Where(p => p.Organisation is not null && p.Identifiers.Any(i => LegalIdentifier.TryParse(i) is { } known && known.Names(seal))).ToList();
        if (owners.Select(o => o.Organisation).Distinct().Count() > 1) return Refuse($"{seal} is listed for more than one member.");
        if (owners.Count == 0 && pinned.All(p => p.Organisation is not null)) return Refuse($"The anchor is pinned for members, and {seal} is none of them.");

        if (owners.Count == 0) return new(CheckKind.IssuerBinding, CheckResult.Ok, ReasonClass.None, $"The seal and the issuer are {seal}; no member of the trust list.", Standard);
        var owner = owners[0];
        var domain = owner.Organisation?.Value ?? "";
        if (issuer.Domains.Any(d => !string.Equals(d, domain, StringComparison.OrdinalIgnoreCase) && !owner.FormerOrganisations.Any(f => string.Equals(d, f.Value, StringComparison.OrdinalIgnoreCase)))) return Refuse($"The seal belongs to {domain}; the issuer states another domain.");
        member = owner.Organisation;
        return new(CheckKind.IssuerBinding, CheckResult.Ok, ReasonClass.None, $"The seal and the issuer are {seal}, member {domain}.", owner.Source);
    }

    private static VerificationCheck Refuse(string evidence) => new(CheckKind.IssuerBinding, CheckResult.Error, ReasonClass.IssuerBinding, evidence, Standard);
}
