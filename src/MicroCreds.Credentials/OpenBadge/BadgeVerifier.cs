using System.Text.Json;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.LinkedData;
using MicroCreds.Credentials.Status;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.OpenBadge;

/// <summary>The pipeline of Open Badges 3.0 and other W3C credentials: proof, registered key, issuer, then the content.</summary>
internal sealed class BadgeVerifier(IssuerRegister register, AnchorStore anchors, SealChainCache chains, IStatusListSource statusLists)
{
    private const string Model = "Open Badges 3.0";

    /// <summary>Verifies a credential secured as JSON Web Token.</summary>
    public CredentialReport VerifyToken(ReadOnlyMemory<byte> file, ReportDraft report)
    {
        if (!CompactToken.TryRead(CompactToken.Unwrap(file), CredentialVerifier.MaxFileBytes, out var token, out var fault)) return report.End(CheckKind.Format, ReasonClass.Malformed, $"The token cannot be read: {fault}.");
        using (token)
        {
            report.Add(new(CheckKind.Format, CheckResult.Ok, ReasonClass.None, "Credential as JSON Web Token, no name twice.", BadgeToken.Standard));
            if (BadgeToken.TryRead(token, out var reason, out fault) is not { } badge) return Refuse(report, reason, $"The token cannot be used: {fault}.");
            var found = BadgeToken.FindKeys(register, badge.Signer, badge.Header.Method);
            // A registered issuer signs with its registered keys, whatever a token brings.
            if (found is { Trust: null, Keys.IsEmpty: true } && token.Header.TryGetProperty("x5c", out _)) return VerifyCertified(token, badge, report);
            if (!RegisteredSignature.Verify(token, badge.Header.Algorithm, badge.Signer, found, out reason, out fault)) return Refuse(report, reason, fault);
            report.Add(new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, $"{badge.Header.Algorithm} by {SignerCheck.Shown(badge.Signer)}.", BadgeToken.Standard));
            report.Sealer = SignerCheck.Role(badge.Signer, found.Trust);
            var credential = OpenBadgeReader.Read(badge.Credential);
            report.Take(credential);
            if (!BindIssuer(badge.Signer, BadgeToken.IssuerOf(badge.Credential), found, report, out var member)) return report.End();
            if (badge.Contradiction.Length > 0) report.Add(new(CheckKind.IssuerBinding, CheckResult.Error, ReasonClass.IssuerBinding, $"Two meanings: {badge.Contradiction}.", BadgeToken.Standard));
            return Judge(token.Payload, credential, member, badge.Times, report);
        }
    }

    // An issuer that is not registered itself, sealed as a European Digital Credential would be: the certificate must end at a pinned anchor, and
    // name the legal person that the badge calls its issuer.
    private CredentialReport VerifyCertified(CompactToken token, BadgeToken badge, ReportDraft report)
    {
        if (CertifiedSignature.Verify(token, badge.Header.Algorithm, badge.Signer, chains, out var reason, out var fault) is not { } chain) return Refuse(report, reason, fault);
        report.Add(new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, $"{CertifiedSignature.Words(badge.Header.Algorithm, chain)}.", BadgeToken.Standard));
        report.Sealer = CredentialRoles.Sealer(chain);
        var anchored = ChainCheck.Make(chain, anchors, report.At);
        report.Add(anchored);
        if (anchored.Reason == ReasonClass.UntrustedIssuer) return report.End();
        var credential = OpenBadgeReader.Read(badge.Credential);
        report.Take(credential);
        report.Add(IssuerBindingCheck.Make(chain, anchors, credential.Issuer, out var member));
        if (badge.Signer != BadgeToken.IssuerOf(badge.Credential)) report.Add(SignerCheck.Binding(badge.Signer, BadgeToken.IssuerOf(badge.Credential), null));
        if (badge.Contradiction.Length > 0) report.Add(new(CheckKind.IssuerBinding, CheckResult.Error, ReasonClass.IssuerBinding, $"Two meanings: {badge.Contradiction}.", BadgeToken.Standard));
        return Judge(token.Payload, credential, member, badge.Times, report);
    }

    /// <summary>Verifies a credential with embedded proofs. Every proof must be the issuer's and verify: one that is wrong, or of a kind not known, refuses the whole.</summary>
    public CredentialReport VerifyProofs(JsonElement root, ReportDraft report)
    {
        if (!root.TryGetProperty("proof", out _)) return LookInto(root, report);
        report.Add(new(CheckKind.Format, CheckResult.Ok, ReasonClass.None, "W3C credential with an embedded proof, no name twice.", EmbeddedProofs.Standard));
        var issuer = BadgeToken.IssuerOf(root);
        var proofs = EmbeddedProofs.Verify(root, issuer, register, report.At);
        if (proofs.Reason != ReasonClass.None) return Refuse(report, proofs.Reason, proofs.Fault, EmbeddedProofs.Standard);
        // Nobody sees whether what is left out would say that it ends or can be revoked: a person decides.
        if (proofs.Selective) report.Add(new(CheckKind.Owner, CheckResult.Skipped, ReasonClass.Incomplete, "The learner chose what of the credential to show. What is left out cannot be seen.", EmbeddedProofs.Standard) { Holds = true });
        foreach (var made in proofs.Made) report.Add(new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, made, EmbeddedProofs.Standard));
        report.Sealer = SignerCheck.Role(proofs.Signer, proofs.Keys.Trust);
        var credential = OpenBadgeReader.Read(root);
        report.Take(credential);
        return BindIssuer(proofs.Signer, issuer, proofs.Keys, report, out var member) ? Judge(root, credential, member, null, report) : report.End();
    }

    /// <summary>Shows what a badge without proof says, and refuses it.</summary>
    public static CredentialReport LookInto(JsonElement root, ReportDraft report)
    {
        report.Add(new(CheckKind.Format, CheckResult.Ok, ReasonClass.None, "W3C credential, no name twice.", Model));
        report.Add(new(CheckKind.Seal, CheckResult.Error, ReasonClass.NoProof, "The credential carries no proof.", Model));
        var credential = OpenBadgeReader.Read(root);
        report.Take(credential);
        // What nobody signed makes no list be asked for.
        JudgeContent(root, credential, null, NoStatusLists.Instance, report);
        return report.End();
    }

    // False when nobody registered the signer: then nothing it says is judged.
    private static bool BindIssuer(string signer, string issuer, SignerKeys found, ReportDraft report, out OrganisationId? member)
    {
        report.Add(SignerCheck.Registered(signer, found));
        member = null;
        if (found.Trust is not { } trust) return false;
        var binding = SignerCheck.Binding(signer, issuer, trust);
        report.Add(binding);
        member = binding.Result == CheckResult.Ok ? trust.Organisation : null;
        return true;
    }

    private CredentialReport Judge(JsonElement root, ElmCredential credential, OrganisationId? member, TokenTimes? times, ReportDraft report)
    {
        // Open Badges know no awarding body beside the issuer; the creator of an achievement only described it.
        report.Add(credential.Achievements.IsEmpty
            ? new(CheckKind.AwardingBody, CheckResult.Skipped, ReasonClass.Incomplete, "The credential claims no achievement.", Model)
            : new(CheckKind.AwardingBody, CheckResult.Ok, ReasonClass.None, "The issuer is the awarding body.", Model));
        JudgeContent(root, credential, times, statusLists, report);
        return report.End() with { IssuerId = member, AwardingBodyId = credential.Achievements.IsEmpty ? null : member };
    }

    private static void JudgeContent(JsonElement root, ElmCredential credential, TokenTimes? times, IStatusListSource lists, ReportDraft report)
    {
        report.Add(ValidityCheck.Make(credential.Node, report.At, times?.From, times?.Until, out var validUntil));
        report.ValidUntil = validUntil;
        report.Add(StatusCheck.Make(root, lists, report.At));
        report.Add(BadgeSchemaCheck.Make(credential));
        var completeness = CompletenessCheck.Make(credential, out var missing);
        // Open Badges do not ask for the elements of Annex I: the file is in order without them, and a person decides (no automatic grant).
        report.Add(completeness.Result == CheckResult.Ok ? completeness : completeness with { Result = CheckResult.Skipped, Holds = false });
        report.Missing = missing;
        report.Add(PlausibilityCheck.Make(credential, report.At));
        report.Add(AccreditationCheck.Make(credential, report.At));
    }

    private static CredentialReport Refuse(ReportDraft report, ReasonClass reason, string evidence, string source = BadgeToken.Standard)
    {
        report.Add(new(CheckKind.Seal, CheckResult.Error, reason, evidence, source));
        return report.End();
    }
}
