using System.Text.Json;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.OpenBadge;
using MicroCreds.Credentials.Status;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.SelectiveDisclosure;

/// <summary>
/// The pipeline of SD-JWT credentials: the issuer's signature, the disclosures, the registered key or pinned anchor, then what was disclosed. Content comes
/// as ELM (<c>hasClaim</c>) or as Open Badge (<c>achievement</c>) inside. Source: RFC 9901; SD-JWT VC, 2.
/// </summary>
internal sealed class SdJwtVerifier(IssuerRegister register, AnchorStore anchors, SealChainCache chains, IStatusListSource statusLists)
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
            SealChain? chain = null;
            // A registered issuer signs with its registered keys, whatever a token brings.
            if (found is { Trust: null, Keys.IsEmpty: true } && token.Header.TryGetProperty("x5c", out _))
            {
                chain = CertifiedSignature.Verify(token, header.Algorithm, signer, chains, out reason, out fault);
                if (chain is null) return Refuse(report, reason, fault);
            }
            else if (!RegisteredSignature.Verify(token, header.Algorithm, signer, found, out reason, out fault)) return Refuse(report, reason, fault);
            if (!DisclosedToken.TryRestore(token.Payload, parts.Disclosures, out var disclosed, out fault)) return Refuse(report, ReasonClass.ProofInvalid, $"The disclosures do not fit the token: {fault}.");
            using (disclosed)
            {
                var by = chain is null ? $"{header.Algorithm} by {SignerCheck.Shown(signer)}" : CertifiedSignature.Words(header.Algorithm, chain);
                report.Add(new(CheckKind.Seal, CheckResult.Ok, ReasonClass.None, $"{by}; {parts.Disclosures.Count} disclosures, each of one digest.", Standard));
                var content = disclosed.RootElement;
                var credential = Read(content);
                report.Take(credential);
                var bound = chain is null ? Registered(content, signer, found, report, out var member) : Certified(content, credential, signer, chain, report, out member);
                return bound ? Judge(content, token.Payload, credential, parts, member, report) : report.End();
            }
        }
    }

    private static ElmCredential Read(JsonElement content) =>
        content.TryGetProperty("credentialSubject", out var person) && person.ValueKind == JsonValueKind.Object && person.TryGetProperty("hasClaim", out _) ? ElmCredential.Read(content) : OpenBadgeReader.Read(content);

    // False when nobody registered the signer: then nothing it says is judged.
    private static bool Registered(JsonElement content, string signer, SignerKeys found, ReportDraft report, out OrganisationId? member)
    {
        member = null;
        report.Sealer = SignerCheck.Role(signer, found.Trust);
        report.Add(SignerCheck.Registered(signer, found));
        if (found.Trust is not { } trust) return false;
        // The issuer may be described beside "iss", with or without its name; stated twice, both must agree.
        var described = BadgeToken.IssuerOf(content);
        var binding = SignerCheck.Binding(signer, described.Length > 0 ? described : signer, trust);
        report.Add(binding);
        member = binding.Result == CheckResult.Ok ? trust.Organisation : null;
        return true;
    }

    // The legal person that the certificate names must be the issuer described, and "iss" another name of the same.
    private bool Certified(JsonElement content, ElmCredential credential, string signer, SealChain chain, ReportDraft report, out OrganisationId? member)
    {
        member = null;
        report.Sealer = CredentialRoles.Sealer(chain);
        var anchored = ChainCheck.Make(chain, anchors, report.At);
        report.Add(anchored);
        if (anchored.Reason == ReasonClass.UntrustedIssuer) return false;
        report.Add(IssuerBindingCheck.Make(chain, anchors, credential.Issuer, out member));
        if (BadgeToken.IssuerOf(content) is { Length: > 0 } described && described != signer) report.Add(SignerCheck.Binding(signer, described, null));
        return true;
    }

    private CredentialReport Judge(JsonElement content, JsonElement payload, ElmCredential credential, SdJwt parts, OrganisationId? member, ReportDraft report)
    {
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
        return report.End() with { IssuerId = member, AwardingBodyId = IsOwn(credential) ? member : null };
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
