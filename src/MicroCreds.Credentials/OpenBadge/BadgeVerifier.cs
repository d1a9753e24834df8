using System.Text.Json;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Status;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.OpenBadge;

/// <summary>The pipeline of Open Badges 3.0 and other W3C credentials: proof, registered key, issuer, then the content.</summary>
internal sealed class BadgeVerifier(IssuerRegister register, IStatusListSource statusLists)
{
    private const string Model = "Open Badges 3.0";

    /// <summary>Verifies a credential secured as JSON Web Token.</summary>
    public CredentialReport VerifyToken(ReadOnlyMemory<byte> file, ReportDraft report)
    {
        if (!CompactToken.TryRead(file, CredentialVerifier.MaxFileBytes, out var token, out var fault)) return report.End(CheckKind.Format, ReasonClass.Malformed, $"The token cannot be read: {fault}.");
        using (token)
        {
            report.Add(new(CheckKind.Format, CheckResult.Ok, ReasonClass.None, "Credential as JSON Web Token, no name twice.", BadgeToken.Standard));
            if (BadgeToken.TryRead(token, out var reason, out fault) is not { } badge) return Refuse(report, reason, $"The token cannot be used: {fault}.");
            var found = badge.FindKeys(register);
            if (found.Keys.IsEmpty) return Refuse(report, ReasonClass.KeyUnresolvable, $"No key of {Shown(badge.Signer)} that the token could mean is registered.");
            if (!found.Keys.Any(k => k.Fits(badge.Algorithm))) return Refuse(report, ReasonClass.WeakAlgorithm, $"The algorithm {badge.Algorithm} does not fit the issuer's key.");
            if (!found.Keys.Any(k => k.Verify(badge.Algorithm, token.Message.Span, token.Signature)))
                return Refuse(report, ReasonClass.ProofInvalid, "The signature does not fit the content: it was changed after signing, or signed by someone else.");
            report.Add(new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, $"{badge.Algorithm} by {Shown(badge.Signer)}.", BadgeToken.Standard));
            var credential = OpenBadgeReader.Read(badge.Credential);
            report.Take(credential);
            if (!IsRegistered(found.Trust, badge.Signer, report)) return report.End();
            var member = BindIssuer(badge.Signer, BadgeToken.IssuerOf(badge.Credential), found.Trust, report);
            if (badge.Contradiction.Length > 0) report.Add(new(CheckKind.IssuerBinding, CheckResult.Error, ReasonClass.IssuerBinding, $"Two meanings: {badge.Contradiction}.", BadgeToken.Standard));
            return Judge(token.Payload, credential, member, badge.From, badge.Until, report);
        }
    }

    /// <summary>Shows what a badge without proof says, and refuses it.</summary>
    public CredentialReport LookInto(JsonElement root, ReportDraft report)
    {
        report.Add(new(CheckKind.Format, CheckResult.Ok, ReasonClass.None, "Open Badge 3.0, no name twice.", Model));
        report.Add(new(CheckKind.Seal, CheckResult.Error, ReasonClass.NoProof, "The Open Badge carries no proof.", Model));
        var credential = OpenBadgeReader.Read(root);
        report.Take(credential);
        JudgeContent(root, credential, null, null, report);
        return report.End();
    }

    private static bool IsRegistered(TrustedIssuer? trust, string signer, ReportDraft report)
    {
        report.Add(trust is null
            ? new(CheckKind.CertificateChain, CheckResult.Error, ReasonClass.UntrustedIssuer, $"{Shown(signer)} is registered nowhere: the file is whole, and nobody vouches for its issuer.", "register of issuers")
            : new(CheckKind.CertificateChain, CheckResult.Ok, ReasonClass.None, $"The key is registered for {Shown(signer)}.", trust.Source));
        return trust is not null;
    }

    private static OrganisationId? BindIssuer(string signer, string issuer, TrustedIssuer? trust, ReportDraft report)
    {
        var bound = issuer.Length > 0 && issuer == signer;
        report.Add(bound
            ? new(CheckKind.IssuerBinding, CheckResult.Ok, ReasonClass.None, trust?.Organisation is { } owner ? $"The signer is the issuer, member {owner}." : "The signer is the issuer; no member of the trust list.", trust?.Source ?? Model)
            : new(CheckKind.IssuerBinding, CheckResult.Error, ReasonClass.IssuerBinding, $"Signed by {Shown(signer)}; the credential names {(issuer.Length > 0 ? Shown(issuer) : "no issuer")}.", Model));
        return bound ? trust?.Organisation : null;
    }

    private CredentialReport Judge(JsonElement root, ElmCredential credential, OrganisationId? member, DateTimeOffset? from, DateTimeOffset? until, ReportDraft report)
    {
        // Open Badges know no awarding body beside the issuer; the creator of an achievement only described it.
        report.Add(credential.Achievements.IsEmpty
            ? new(CheckKind.AwardingBody, CheckResult.Skipped, ReasonClass.Incomplete, "The credential claims no achievement.", Model)
            : new(CheckKind.AwardingBody, CheckResult.Ok, ReasonClass.None, "The issuer is the awarding body.", Model));
        JudgeContent(root, credential, from, until, report);
        return report.End() with { IssuerId = member, AwardingBodyId = credential.Achievements.IsEmpty ? null : member };
    }

    private void JudgeContent(JsonElement root, ElmCredential credential, DateTimeOffset? from, DateTimeOffset? until, ReportDraft report)
    {
        report.Add(ValidityCheck.Make(credential.Node, report.At, from, until, out var validUntil));
        report.ValidUntil = validUntil;
        report.Add(StatusCheck.Make(root, statusLists, report.At));
        report.Add(BadgeSchemaCheck.Make(credential));
        var completeness = CompletenessCheck.Make(credential, out var missing);
        // Open Badges do not ask for the elements of Annex I: the file is in order without them, and a person decides (no automatic grant).
        report.Add(completeness.Result == CheckResult.Ok ? completeness : completeness with { Result = CheckResult.Skipped, Holds = false });
        report.Missing = missing;
        report.Add(PlausibilityCheck.Make(credential, report.At));
        report.Add(AccreditationCheck.Make(credential, report.At));
    }

    private static CredentialReport Refuse(ReportDraft report, ReasonClass reason, string evidence)
    {
        report.Add(new(CheckKind.Seal, CheckResult.Error, reason, evidence, BadgeToken.Standard));
        return report.End();
    }

    // Names come from the file; a long one must not fill the report.
    private static string Shown(string name) => name.Length == 0 ? "an unnamed issuer" : name.Length <= 120 ? name : $"{name[..117]}...";
}
