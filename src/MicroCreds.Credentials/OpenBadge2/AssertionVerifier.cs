using System.Text.Json;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.OpenBadge2;

/// <summary>
/// The pipeline of Open Badges 2.0. Signed ones verify under a key that is registered for the issuer of their class; hosted ones are what stands at an
/// address, which is not asked, so a file of one proves nothing. Read-only: a person decides in every case.
/// </summary>
internal sealed class AssertionVerifier(IssuerRegister register, BadgeDocuments documents)
{
    private const string Standard = "Open Badges 2.0, \"Signed Badges\"; RFC 7515";

    private static readonly string[] Types = ["JWT", "JOSE", "JWS"];

    /// <summary>Verifies a signed assertion.</summary>
    public CredentialReport VerifyToken(ReadOnlyMemory<byte> file, ReportDraft report)
    {
        if (!CompactToken.TryRead(CompactToken.Unwrap(file), CredentialVerifier.MaxFileBytes, out var token, out var fault)) return report.End(CheckKind.Format, ReasonClass.Malformed, $"The badge cannot be read: {fault}.");
        using (token)
        {
            report.Add(Shown("signed"));
            if (TokenHeader.TryRead(token.Header, Types, out var reason, out fault) is not { } header) return Refuse(report, reason, $"The signature cannot be used: {fault}.");
            var assertion = token.Payload;
            if (!assertion.TryGetProperty("verification", out var verification) || BadgeDocuments.Text(verification, "type") is not ("signed" or "SignedBadge")) return Refuse(report, ReasonClass.UnsupportedProof, "The badge does not call itself signed.");
            if (documents.Follow(assertion, "badge") is not { } badge || BadgeDocuments.IdOf(badge, "issuer") is not { Length: > 0 } issuer)
                return Refuse(report, ReasonClass.KeyUnresolvable, $"The class {SignerCheck.Shown(BadgeDocuments.IdOf(assertion, "badge") ?? "")} is not at hand, so its issuer is not known.");
            var found = register.Find(issuer, BadgeDocuments.Text(verification, "creator"));
            if (found.Trust is null) return Refuse(report, ReasonClass.KeyUnresolvable, $"No key of {SignerCheck.Shown(issuer)} that the badge could mean is registered.");
            if (!RegisteredSignature.Verify(token, header.Algorithm, issuer, found, out reason, out fault)) return Refuse(report, reason, fault);
            report.Add(new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, $"{header.Algorithm} by {SignerCheck.Shown(issuer)}.", Standard));
            report.Sealer = SignerCheck.Role(issuer, found.Trust);
            report.Add(SignerCheck.Registered(issuer, found));
            report.Add(SignerCheck.Binding(issuer, issuer, found.Trust));
            report.Add(new(CheckKind.AwardingBody, CheckResult.Ok, ReasonClass.None, "The issuer is the awarding body.", Standard));
            Judge(assertion, Status(assertion, badge), report);
            return report.End() with { IssuerId = found.Trust.Organisation, AwardingBodyId = found.Trust.Organisation };
        }
    }

    /// <summary>Shows what a hosted assertion says, and refuses it; documents that are no badge are named.</summary>
    public CredentialReport LookInto(JsonElement root, ReportDraft report)
    {
        if (AssertionSchema.IsDocument(root)) return report.End(CheckKind.Format, ReasonClass.UnsupportedFormat, "The file is a document that belongs to an Open Badge 2.0, and not the badge.");
        report.Add(Shown("hosted"));
        report.Add(new(CheckKind.Seal, CheckResult.Error, ReasonClass.NoProof, "A hosted badge is what stands at the address of its issuer, which is not asked: the file proves nothing.", Standard));
        Judge(root, new(CheckKind.Status, CheckResult.Skipped, ReasonClass.None, "Not asked: the file is not proven.", Standard), report);
        return report.End();
    }

    private static VerificationCheck Shown(string kind) => new(CheckKind.Format, CheckResult.Skipped, ReasonClass.None, $"Open Badge 2.0, {kind}. It is read, and a person decides.", Standard);

    private void Judge(JsonElement assertion, VerificationCheck status, ReportDraft report)
    {
        var credential = AssertionTranslation.Read(assertion, documents);
        report.Take(credential);
        report.Add(ValidityCheck.Make(credential.Node, report.At, null, null, out var validUntil));
        report.ValidUntil = validUntil;
        report.Add(status);
        report.Add(AssertionSchema.Make(assertion, credential));
        var completeness = CompletenessCheck.Make(credential, out var missing);
        report.Add(completeness.Result == CheckResult.Ok ? completeness : completeness with { Result = CheckResult.Skipped, Holds = false });
        report.Missing = missing;
        report.Add(PlausibilityCheck.Make(credential, report.At));
        report.Add(AccreditationCheck.Make(credential, report.At));
    }

    // Open Badges 2.0, "RevocationList": the issuer's document names the list, and the list names assertions by id or uid.
    private VerificationCheck Status(JsonElement assertion, JsonElement badge)
    {
        if (assertion.TryGetProperty("revoked", out var revoked) && revoked.ValueKind == JsonValueKind.True) return new(CheckKind.Status, CheckResult.Error, ReasonClass.Revoked, "The badge calls itself revoked.", Standard);
        if (documents.Follow(badge, "issuer") is not { } issuer) return Unavailable("The issuer's document is not at hand, so a revocation could not be ruled out.");
        if (BadgeDocuments.IdOf(issuer, "revocationList") is not { } address) return new(CheckKind.Status, CheckResult.Ok, ReasonClass.None, "The issuer names no revocation list: it cannot revoke.", Standard);
        if (documents.Follow(issuer, "revocationList") is not { } list || !list.TryGetProperty("revokedAssertions", out var entries) || entries.ValueKind != JsonValueKind.Array)
            return Unavailable($"The list {SignerCheck.Shown(address)} is not at hand, so a revocation could not be ruled out.");
        string?[] names = [BadgeDocuments.Text(assertion, "id"), BadgeDocuments.Text(assertion, "uid")];
        return entries.EnumerateArray().Any(e => names.Any(n => n is not null && (n == (e.ValueKind == JsonValueKind.String ? e.GetString() : BadgeDocuments.Text(e, "id")) || n == BadgeDocuments.Text(e, "uid"))))
            ? new(CheckKind.Status, CheckResult.Error, ReasonClass.Revoked, $"Revoked in {SignerCheck.Shown(address)}.", Standard)
            : new(CheckKind.Status, CheckResult.Ok, ReasonClass.None, $"Not in {SignerCheck.Shown(address)}.", Standard);
    }

    private static VerificationCheck Unavailable(string evidence) => new(CheckKind.Status, CheckResult.Skipped, ReasonClass.StatusUnavailable, evidence, Standard) { Holds = true };

    private static CredentialReport Refuse(ReportDraft report, ReasonClass reason, string evidence)
    {
        report.Add(new(CheckKind.Seal, CheckResult.Error, reason, evidence, Standard));
        return report.End();
    }
}
