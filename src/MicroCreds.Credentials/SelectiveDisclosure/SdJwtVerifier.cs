using System.Text.Json;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.OpenBadge;
using MicroCreds.Credentials.Status;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.SelectiveDisclosure;

/// <summary>
/// The pipeline of SD-JWT credentials: the issuer's signature, the disclosures, the registered key, then what was disclosed. Content comes as
/// ELM (<c>hasClaim</c>) or as Open Badge (<c>achievement</c>) inside. Source: RFC 9901; SD-JWT VC, 2.
/// </summary>
internal sealed class SdJwtVerifier(IssuerRegister register, IStatusListSource statusLists)
{
    private const string Standard = "RFC 9901 (SD-JWT), 7.1; SD-JWT VC, 2.2";

    private static readonly string[] Types = ["DC+SD-JWT", "VC+SD-JWT"];

    /// <summary>Verifies one file.</summary>
    public CredentialReport Verify(ReadOnlyMemory<byte> file, ReportDraft report)
    {
        var fault = "it has no tilde, or too many parts";
        if (SdJwt.Split(CompactToken.Unwrap(file)) is not { } parts || !CompactToken.TryRead(parts.Token, CredentialVerifier.MaxFileBytes, out var token, out fault))
            return report.End(CheckKind.Format, ReasonClass.Malformed, $"The token cannot be read: {fault}.");
        using (token)
        {
            var type = TokenHeader.Text(token.Header, "typ");
            var named = TokenHeader.Text(token.Payload, "vct") is { Length: > 0 } && type is not null && Types.Contains(type.ToUpperInvariant());
            report.Add(named
                ? new(CheckKind.Format, CheckResult.Ok, ReasonClass.None, "SD-JWT credential, no name twice.", Standard)
                : new(CheckKind.Format, CheckResult.Error, ReasonClass.UnsupportedFormat, "The SD-JWT does not say that it is a credential (typ), or of which type (vct).", Standard));
            // Drafts of old carry other types: they are refused above, and still looked into so that the report names everything.
            if (TokenHeader.TryRead(token.Header, [.. Types, (type ?? "").ToUpperInvariant()], out var reason, out fault) is not { } header) return Refuse(report, reason, $"The token cannot be used: {fault}.");
            var signer = TokenHeader.Text(token.Payload, "iss") ?? BadgeToken.IssuerOf(token.Payload);
            var found = BadgeToken.FindKeys(register, signer, header.Method);
            if (found.Keys.IsEmpty) return Refuse(report, ReasonClass.KeyUnresolvable, $"No key of {SignerCheck.Shown(signer)} that the token could mean is registered.");
            if (!found.Keys.Any(k => k.Fits(header.Algorithm))) return Refuse(report, ReasonClass.WeakAlgorithm, $"The algorithm {header.Algorithm} does not fit the issuer's key.");
            if (!found.Keys.Any(k => k.Verify(header.Algorithm, token.Message.Span, token.Signature)))
                return Refuse(report, ReasonClass.ProofInvalid, "The signature does not fit the content: it was changed after signing, or signed by someone else.");
            if (!DisclosedToken.TryRestore(token.Payload, parts.Disclosures, out var disclosed, out fault)) return Refuse(report, ReasonClass.ProofInvalid, $"The disclosures do not fit the token: {fault}.");
            using (disclosed)
            {
                report.Add(new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, $"{header.Algorithm} by {SignerCheck.Shown(signer)}; {parts.Disclosures.Count} disclosures, each of one digest.", Standard));
                return Judge(disclosed.RootElement, token.Payload, parts, signer, found.Trust, report);
            }
        }
    }

    private CredentialReport Judge(JsonElement content, JsonElement payload, SdJwt parts, string signer, TrustedIssuer? trust, ReportDraft report)
    {
        var subject = content.TryGetProperty("credentialSubject", out var person) ? person : default;
        var credential = subject.ValueKind == JsonValueKind.Object && subject.TryGetProperty("hasClaim", out _) ? ElmCredential.Read(content) : OpenBadgeReader.Read(content);
        report.Take(credential);
        report.Sealer = SignerCheck.Role(signer, trust);
        report.Add(SignerCheck.Registered(signer, trust));
        if (trust is null) return report.End();
        // The issuer may be described beside "iss", with or without its name; stated twice, both must agree.
        var described = BadgeToken.IssuerOf(content);
        var binding = SignerCheck.Binding(signer, described.Length > 0 ? described : signer, trust);
        report.Add(binding);
        var bound = binding.Result == CheckResult.Ok;
        report.Add(credential.Achievements.IsEmpty
            ? new(CheckKind.AwardingBody, CheckResult.Skipped, ReasonClass.Incomplete, "No achievement was disclosed.", Standard)
            : IsOwn(credential)
                ? new(CheckKind.AwardingBody, CheckResult.Ok, ReasonClass.None, "The issuer is the awarding body.", Standard)
                : new(CheckKind.AwardingBody, CheckResult.Error, ReasonClass.IssuerBinding, "An awarding body named is not the issuer, and no mandate is known.", Standard) { Holds = true });
        if (TokenTimes.TryRead(payload) is not { } times) return report.End(CheckKind.Validity, ReasonClass.SchemaInvalid, "nbf or exp is not a time.");
        report.Add(ValidityCheck.Make(credential.Node, report.At, times.From, times.Until, out var validUntil));
        report.ValidUntil = validUntil;
        report.Add(StatusCheck.Make(content, statusLists, report.At));
        var faults = credential.Achievements.SelectMany(a => a.Faults).ToList();
        report.Add(faults.Count == 0
            ? new(CheckKind.Schema, CheckResult.Ok, ReasonClass.None, "Typed values keep their type.", Standard)
            : new(CheckKind.Schema, CheckResult.Error, ReasonClass.SchemaInvalid, $"{string.Join("; ", faults)}.", Standard));
        report.Add(CompletenessCheck.Make(credential, out var missing));
        report.Missing = missing;
        report.Add(PlausibilityCheck.Make(credential, report.At));
        report.Add(AccreditationCheck.Make(credential, report.At));
        report.Add(KeyBindingCheck.Make(parts, payload, report.At));
        return report.End() with { IssuerId = bound ? trust.Organisation : null, AwardingBodyId = bound && IsOwn(credential) ? trust.Organisation : null };
    }

    // ELM inside names the awarding body itself; only the issuer's own is the member's.
    private static bool IsOwn(ElmCredential credential) =>
        !credential.Achievements.IsEmpty && credential.Issuer is { } issuer && credential.Achievements.All(a => a.AwardingBodies.All(b => ReferenceEquals(b, issuer) || b.IsSameAs(issuer)));

    private static CredentialReport Refuse(ReportDraft report, ReasonClass reason, string evidence)
    {
        report.Add(new(CheckKind.Seal, CheckResult.Error, reason, evidence, Standard));
        return report.End();
    }
}
