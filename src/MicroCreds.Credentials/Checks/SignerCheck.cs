using System.Globalization;
using MicroCreds.Credentials.Keys;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Checks;

/// <summary>Who signed with a key: that the key is registered, and that its owner is the issuer named. The counterpart of chain and binding of a seal.</summary>
internal static class SignerCheck
{
    private const string Register = "register of issuers";

    /// <summary>That the signer is registered, by the coordinators or the operator, and that its keys count now: keys that could not be confirmed in time may have been withdrawn, and a person looks.</summary>
    public static VerificationCheck Registered(string signer, SignerKeys found) => found.Trust is not { } trust
        ? new(CheckKind.CertificateChain, CheckResult.Error, ReasonClass.UntrustedIssuer, $"{Shown(signer)} is registered nowhere: the file is whole, and nobody vouches for its issuer.", Register)
        : found.StaleSince is { } since
        ? new(CheckKind.CertificateChain, CheckResult.Skipped, ReasonClass.KeyUnresolvable, string.Create(CultureInfo.InvariantCulture, $"The key was {Shown(signer)}'s when its keys were last confirmed. They were relied upon until {since.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z, and whether the key still counts could not be asked since."), trust.Source) { Holds = true }
        : new(CheckKind.CertificateChain, CheckResult.Ok, ReasonClass.None, $"The key is registered for {Shown(signer)}.", trust.Source);

    /// <summary>That the signer is the issuer of the credential, character by character.</summary>
    public static VerificationCheck Binding(string signer, string issuer, TrustedIssuer? trust) => issuer.Length > 0 && issuer == signer
        ? new(CheckKind.IssuerBinding, CheckResult.Ok, ReasonClass.None, trust?.Organisation is { } owner ? $"The signer is the issuer, member {owner}." : "The signer is the issuer; no member of the trust list.", trust?.Source ?? Register)
        : new(CheckKind.IssuerBinding, CheckResult.Error, ReasonClass.IssuerBinding, $"Signed by {Shown(signer)}; the credential names {(issuer.Length > 0 ? Shown(issuer) : "no issuer")}.", Register);

    /// <summary>The signer as the one who made the proof.</summary>
    public static CredentialRole Role(string signer, TrustedIssuer? trust) => CredentialRoles.Sealer(Shown(signer), "", trust is null ? "a key that nobody registered" : $"key registered by {trust.Source}");

    /// <summary>A name for evidence. Names come from the file; a long one must not fill the report.</summary>
    public static string Shown(string name) => name.Length == 0 ? "an unnamed issuer" : name.Length <= 120 ? name : $"{name[..117]}...";
}
