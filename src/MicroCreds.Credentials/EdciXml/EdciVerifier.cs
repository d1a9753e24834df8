using System.Xml.Linq;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.XmlSignature;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.EdciXml;

/// <summary>
/// The pipeline of Europass credentials in XML, sealed with XAdES, which the Commission's service made until 2023. Read-only: they are shown with every
/// check, and a person decides. Source: Europass EDCI; ETSI EN 319 132-1.
/// </summary>
internal sealed class EdciVerifier(AnchorStore anchors, SealChainCache chains)
{
    private const string Model = "Europass EDCI data model 1.2; ETSI EN 319 132-1 (XAdES)";

    /// <summary>Verifies a file.</summary>
    public CredentialReport Verify(ReadOnlyMemory<byte> file, ReportDraft report)
    {
        if (!BoundedXml.TryParse(file, CredentialVerifier.MaxFileBytes, out var document, out var fault)) return report.End(CheckKind.Format, ReasonClass.Malformed, $"The XML cannot be read: {fault}.");
        report.Add(new(CheckKind.Format, CheckResult.Skipped, ReasonClass.None, "Europass credential in XML, an edition that is no longer issued. It is read, and a person decides.", Model));
        if (!XmlSeal.TryRead(document, allowLegacy: false, out var seal, out var reason, out fault))
        {
            report.Add(new(CheckKind.Seal, CheckResult.Error, reason, $"The seal cannot be used: {fault}.", XmlSeal.Standard));
            if (reason == ReasonClass.NoProof && Credential(document.Root) is { } unsealed) Judge(EdciTranslation.Read(unsealed), report);
            return report.End();
        }
        if (Credential(seal.Content) is not { } sealedCredential) return Refuse(report, ReasonClass.UnsupportedFormat, "The seal is over no credential, or over several; submit them one by one.");
        if (seal.Certificates.IsEmpty || chains.Get([.. seal.Certificates]) is not { } chain) return Refuse(report, ReasonClass.KeyUnresolvable, "The sealing certificate is missing, or it or its key cannot be used.");
        if (!chain.Key.Fits(seal.Algorithm)) return Refuse(report, ReasonClass.WeakAlgorithm, $"The algorithm {seal.Algorithm} does not fit the sealing certificate's key.");
        if (!seal.IsBy(chain.Key)) return Refuse(report, ReasonClass.ProofInvalid, "The signature does not fit the content: it was changed after sealing, or sealed by someone else.");
        report.Add(new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, $"{seal.Algorithm} by {chain.Path[0].Name} ({chain.Path[0].Thumbprint[..16]}){(seal.ClaimedTime.Length > 0 ? $", who dates it {SignerCheck.Shown(seal.ClaimedTime)}" : "")}.", XmlSeal.Standard));

        report.Sealer = CredentialRoles.Sealer(chain);
        var credential = EdciTranslation.Read(sealedCredential);
        var anchored = ChainCheck.Make(chain, anchors, report.At);
        report.Add(anchored);
        if (anchored.Reason == ReasonClass.UntrustedIssuer) return report.End();
        report.Add(IssuerBindingCheck.Make(chain, anchors, credential.Issuer, out var member));
        report.Add(AwardingBodyCheck.Make(credential, anchors, out var issuerAwards));
        Judge(credential, report);
        return report.End() with { IssuerId = member, AwardingBodyId = issuerAwards ? member : null };
    }

    // A presentation is sealed around the credential that it shows.
    private static XElement? Credential(XElement? root) =>
        root is null || root.Name.LocalName == "europassCredential" ? root
        : root.Descendants().Where(e => e.Name.LocalName == "europassCredential").Take(2).ToList() is [var one] ? one : null;

    private static void Judge(ElmCredential credential, ReportDraft report)
    {
        report.Take(credential);
        report.Add(ValidityCheck.Make(credential.Node, report.At, null, null, out var validUntil));
        report.ValidUntil = validUntil;
        report.Add(new(CheckKind.Status, CheckResult.Skipped, ReasonClass.None, "This edition has no status lists: its issuer cannot revoke it.", Model));
        report.Add(Schema(credential));
        var completeness = CompletenessCheck.Make(credential, out var missing);
        report.Add(completeness.Result == CheckResult.Ok ? completeness : completeness with { Result = CheckResult.Skipped, Holds = false });
        report.Missing = missing;
        report.Add(PlausibilityCheck.Make(credential, report.At));
        report.Add(AccreditationCheck.Make(credential, report.At));
    }

    private static VerificationCheck Schema(ElmCredential credential)
    {
        var faults = ((string[])["issuer", "credentialSubject", "issued"]).Where(name => credential.Node.One(name) is null).Select(name => $"{name} is missing").Concat(credential.Achievements.SelectMany(a => a.Faults)).ToList();
        return faults.Count == 0
            ? new(CheckKind.Schema, CheckResult.Ok, ReasonClass.None, "All parts that the schema demands are there.", Model)
            : new(CheckKind.Schema, CheckResult.Error, ReasonClass.SchemaInvalid, $"{string.Join("; ", faults)}.", Model);
    }

    private static CredentialReport Refuse(ReportDraft report, ReasonClass reason, string evidence)
    {
        report.Add(new(CheckKind.Seal, CheckResult.Error, reason, evidence, XmlSeal.Standard));
        return report.End();
    }
}
