using System.Collections.Immutable;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Checks;

/// <summary>
/// That the issuer acts for every awarding body: it is the same organisation, or evidence of the type Mandate stands in the credential. The
/// mandate is the sealer's own assertion. A member of the trust list can seal for itself, so a mandate in its name makes a person look.
/// </summary>
internal static class AwardingBodyCheck
{
    private const string Model = "European Learning Model v3, profile EDC-issuedByMandate";

    public static VerificationCheck Make(ElmCredential credential, AnchorStore anchors, out bool issuerAwards)
    {
        issuerAwards = false;
        ImmutableArray<ElmOrganisation> bodies = [.. credential.Achievements.SelectMany(a => a.AwardingBodies)];
        if (credential.Issuer is not { } issuer || bodies.IsEmpty)
            return new(CheckKind.AwardingBody, CheckResult.Skipped, ReasonClass.Incomplete, "No achievement names an awarding body.", Model) { Holds = true };

        var others = bodies.Where(b => !b.IsSameAs(issuer)).ToList();
        var names = string.Join(", ", others.Select(o => o.Described.LegalName.ToString()).Distinct());
        if (others.Count == 0)
        {
            issuerAwards = true;
            return new(CheckKind.AwardingBody, CheckResult.Ok, ReasonClass.None, "The issuer is the awarding body.", Model);
        }
        if (!credential.MandateShown)
            return new(CheckKind.AwardingBody, CheckResult.Error, ReasonClass.IssuerBinding, $"The awarding body is {names}, not the issuer, and no mandate is shown.", Model) { Holds = true };
        if (others.Any(o => anchors.Issuers.Any(i => i is { Organisation: not null, Anchors.IsEmpty: false } or { Organisation: not null, CredentialIssuers.IsEmpty: false } && IsMember(o, i))))
            return new(CheckKind.AwardingBody, CheckResult.Error, ReasonClass.IssuerBinding, $"The awarding body {names} is a member with a seal of its own, but another organisation sealed under a mandate that only it asserts.", Model) { Holds = true };
        return new(CheckKind.AwardingBody, CheckResult.Ok, ReasonClass.None, $"The awarding body is {names}; the issuer shows a mandate, which is asserted by the sealer alone.", Model);
    }

    private static bool IsMember(ElmOrganisation body, TrustedIssuer issuer) =>
        issuer.Identifiers.Any(i => LegalIdentifier.TryParse(i) is { } known && body.LegalIdentifiers.Any(known.Names))
        || body.Domains.Any(d => string.Equals(d, issuer.Organisation?.Value, StringComparison.OrdinalIgnoreCase));
}
