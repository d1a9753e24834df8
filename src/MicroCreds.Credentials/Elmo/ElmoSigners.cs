using System.Collections.Immutable;
using System.Xml.Linq;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.XmlSignature;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Elmo;

/// <summary>Who signed a transcript, as far as the registers say.</summary>
/// <param name="Checks">Seal, chain and binding.</param>
/// <param name="Known">Whether a registered key or a pinned anchor vouches for the file.</param>
/// <param name="Member">The member that issued it, if it is one.</param>
/// <param name="Sealer">Who signed; null when nobody vouches for the file.</param>
internal sealed record ElmoSigner(ImmutableArray<VerificationCheck> Checks, bool Known, OrganisationId? Member, CredentialRole? Sealer);

/// <summary>
/// Finds whose key signed a transcript: one that is registered for a name of the issuer (many institutions may share the key of a national contact
/// point), or a certificate under the anchor of the member whose domain the issuer states.
/// </summary>
internal sealed class ElmoSigners(IssuerRegister register, AnchorStore anchors, SealChainCache chains)
{
    private const string Register = "register of issuers";

    // A student of several institutions has two or three; each name may cost a verification.
    private const int MaxIssuers = 10;

    /// <summary>Judges the signature against every issuer that the transcript names.</summary>
    public ElmoSigner Find(XElement elmo, XmlSeal seal, DateTimeOffset at)
    {
        var reports = elmo.Many("report").DistinctBy(r => string.Join('\n', ElmoIssuer.Names(r))).ToList();
        if (reports.Count > MaxIssuers) return Refused(ReasonClass.UnsupportedProof, "The transcript names too many issuers.");
        var names = reports.ConvertAll(r => ElmoIssuer.Names(r).ToList());
        var registered = names.ConvertAll(n => n.Select(name => register.Find(name, null)).Where(f => f.Trust is not null).ToList());
        if (registered.Exists(r => r.Count > 0)) return ByRegister(reports, names, registered, seal);
        return ByChain(reports, names, seal, at);
    }

    private static ElmoSigner ByRegister(List<XElement> reports, List<List<string>> names, List<List<SignerKeys>> registered, XmlSeal seal)
    {
        var first = SignerCheck.Shown(names.SelectMany(n => n).FirstOrDefault() ?? "");
        if (!registered.SelectMany(r => r).SelectMany(r => r.Keys).Any(seal.IsBy)) return Refused(ReasonClass.ProofInvalid, $"The signature is by no key that is registered for {first}: the file was changed after signing, or signed by someone else.");
        var owners = registered.SelectMany(r => r).Select(r => r.Trust).OfType<TrustedIssuer>().Where(t => t.Organisation is not null).DistinctBy(t => t.Organisation).ToList();
        var source = registered.SelectMany(r => r).Select(r => r.Trust?.Source).FirstOrDefault() ?? Register;
        // Every issuer named must have that key; and where one name is a member's, no other may be another's.
        var bound = registered.TrueForAll(r => r.Count > 0 && r.TrueForAll(known => known.Keys.Any(seal.IsBy)))
            && owners.Count <= 1 && reports.TrueForAll(r => owners.Count == 0 || ElmoIssuer.Domains(r).All(d => Names(owners[0], d)));
        return new(
        [
            Seal(seal, $"a key registered for {first}"),
            new(CheckKind.CertificateChain, CheckResult.Ok, ReasonClass.None, $"The key is registered for {first}.", source),
            bound ? new(CheckKind.IssuerBinding, CheckResult.Ok, ReasonClass.None, owners.Count == 1 ? $"The signer is the issuer, member {owners[0].Organisation}." : "The signer is registered for the issuer; no member of the trust list.", source)
                : new(CheckKind.IssuerBinding, CheckResult.Error, ReasonClass.IssuerBinding, "The key is not registered for every issuer and every domain that the transcript names.", source),
        ], true, bound && owners.Count == 1 ? owners[0].Organisation : null, SignerCheck.Role(names.SelectMany(n => n).FirstOrDefault() ?? "", registered.SelectMany(r => r).Select(r => r.Trust).OfType<TrustedIssuer>().First()));
    }

    private ElmoSigner ByChain(List<XElement> reports, List<List<string>> names, XmlSeal seal, DateTimeOffset at)
    {
        var issuer = SignerCheck.Shown(names.SelectMany(n => n).FirstOrDefault() ?? "");
        if (seal.Certificates.IsEmpty || chains.Get([.. seal.Certificates]) is not { AnchorThumbprint.Length: > 0 } chain)
            return seal.Legacy ? Refused(ReasonClass.WeakAlgorithm, $"The signature uses SHA-1, and no key is registered for {issuer}.") : Refused(ReasonClass.KeyUnresolvable, $"No key is registered for {issuer}, and the certificate of the signature ends at no pinned anchor.");
        if (!seal.IsBy(chain.Key)) return Refused(ReasonClass.ProofInvalid, "The signature does not fit the certificate: the file was changed after signing, or signed by someone else.");
        var seen = Seal(seal, $"{chain.Path[0].Name} ({chain.Path[0].Thumbprint[..16]})");
        var anchored = ChainCheck.Make(chain, anchors, at);
        if (anchored.Reason == ReasonClass.UntrustedIssuer) return new([seen, anchored], false, null, null);
        // An authority counts for the members that carry the identifier it certified, those of a trusted list for all; a certificate that is pinned itself, for whoever it was pinned for.
        var pinned = anchors.IssuersAt(chain.AnchorThumbprint);
        var owners = (pinned.Any(p => p.Qualified) ? anchors.Issuers : pinned)
            .Where(p => p.Organisation is not null && (chain.Path.Length == 1 || (chain.SealIdentifier is { } own && p.Identifiers.Any(i => LegalIdentifier.TryParse(i) is { } known && known.Names(own))))).ToList();
        var owner = owners.Find(o => reports.TrueForAll(r => ElmoIssuer.Domains(r).ToList() is { Count: > 0 } domains && domains.TrueForAll(d => Names(o, d))));
        return new(
        [
            seen,
            anchored,
            owner is not null ? new(CheckKind.IssuerBinding, CheckResult.Ok, ReasonClass.None, $"The signer is the issuer, member {owner.Organisation}.", owner.Source)
                : owners.Count > 0 ? new(CheckKind.IssuerBinding, CheckResult.Error, ReasonClass.IssuerBinding, $"Signed by {owners[0].Organisation}; the transcript names {issuer}.", Register)
                : new(CheckKind.IssuerBinding, CheckResult.Skipped, ReasonClass.IssuerBinding, $"The certificate ends at a trusted anchor, and nothing says that it may sign for {issuer}: a person must compare them.", Register) { Holds = true },
        ], true, owner?.Organisation, CredentialRoles.Sealer(chain));
    }

    private static bool Names(TrustedIssuer owner, string domain) =>
        owner.FormerOrganisations.Append(owner.Organisation).Any(o => string.Equals(o?.Value, domain, StringComparison.OrdinalIgnoreCase));

    private static VerificationCheck Seal(XmlSeal seal, string signer) => seal.Legacy
        ? new(CheckKind.Seal, CheckResult.Error, ReasonClass.WeakAlgorithm, $"Whole as signed by {signer}, but with SHA-1, which can be forged: a person must ask the issuer.", XmlSeal.Standard) { Holds = true }
        : new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, $"{seal.Algorithm} by {signer}.", XmlSeal.Standard);

    private static ElmoSigner Refused(ReasonClass reason, string evidence) => new([new(CheckKind.Seal, CheckResult.Error, reason, evidence, XmlSeal.Standard)], false, null, null);
}
