using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials;

/// <summary>
/// Verifies European Digital Credentials (ELM v3, sealed with JAdES) and looks into unsealed ELM files. Holds one set of trusted issuers:
/// when the trust list changes, a new verifier is made and swapped in. Safe to use from many threads; keeps keys and chains it has seen.
/// </summary>
/// <remarks>
/// The pipeline ends where going on would judge words that nobody trusted said: at an unreadable file, a broken or missing seal that is
/// no unsealed ELM file, and an unknown anchor. A wrong binding or an expired certificate does not end it, so that one report names everything.
/// </remarks>
public sealed class CredentialVerifier : ICredentialVerifier
{
    /// <summary>Largest file that is read, in bytes. Logos in base64 bring real credentials to half a megabyte.</summary>
    public const int MaxFileBytes = 2 * 1024 * 1024;

    private readonly AnchorStore _anchors;
    private readonly SealChainCache _chains;
    private readonly IStatusListSource _statusLists;

    /// <summary>A verifier that trusts <paramref name="issuers"/> and knows no status list.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">An anchor is not a certificate.</exception>
    public CredentialVerifier(IReadOnlyList<TrustedIssuer> issuers) : this(issuers, NoStatusLists.Instance)
    {
    }

    /// <summary>A verifier that trusts <paramref name="issuers"/> and asks <paramref name="statusLists"/>.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">An anchor is not a certificate.</exception>
    public CredentialVerifier(IReadOnlyList<TrustedIssuer> issuers, IStatusListSource statusLists)
    {
        _anchors = new AnchorStore(issuers);
        _chains = new SealChainCache(_anchors);
        _statusLists = statusLists;
    }

    /// <inheritdoc/>
    public CredentialReport Verify(ReadOnlyMemory<byte> file, DateTimeOffset at)
    {
        var report = new Findings(file.Span, at);
        if (file.Length > MaxFileBytes)
            return report.End(CheckKind.Format, ReasonClass.Malformed, string.Create(CultureInfo.InvariantCulture, $"The file has {file.Length} bytes, more than {MaxFileBytes}."));
        var text = StrictJson.SkipByteOrderMark(file);
        var start = text.Span.TrimStart(" \t\r\n"u8);
        if (start.IsEmpty) return report.End(CheckKind.Format, ReasonClass.Malformed, "The file is empty.");
        if (start[0] != (byte)'{') return report.End(CheckKind.Format, ReasonClass.UnsupportedFormat, "The file is not a JSON object; this node reads European Digital Credentials in JSON.");
        if (!StrictJson.TryParse(text, MaxFileBytes, out var document, out var fault)) return report.End(CheckKind.Format, ReasonClass.Malformed, $"The file cannot be read: {fault}.");
        using (document)
        {
            return JadesSeal.IsEnvelope(document.RootElement) ? VerifySealed(document.RootElement, report) : LookInto(document.RootElement, report);
        }
    }

    private CredentialReport VerifySealed(JsonElement root, Findings report)
    {
        report.Format = CredentialFormat.EuropeanDigitalCredential;
        if (!JadesSeal.TryRead(root, out var seal, out var reason, out var fault))
        {
            report.Passed(CheckKind.Format, "JWS in general JSON serialisation.");
            return report.End(CheckKind.Seal, reason, $"The seal cannot be used: {fault}.");
        }
        if (!StrictJson.TryParse(seal.Payload, MaxFileBytes, out var payload, out var payloadFault))
            return report.End(CheckKind.Format, ReasonClass.Malformed, $"The credential inside the seal cannot be read: {payloadFault}.");
        using (payload)
        {
            report.Passed(CheckKind.Format, "European Digital Credential: JSON inside a JAdES seal, no name twice.");
            if (_chains.Get(seal.Certificates) is not { } chain)
                return report.End(CheckKind.Seal, ReasonClass.KeyUnresolvable, "The sealing certificate or its key cannot be used.");
            if (!chain.Key.Fits(seal.Algorithm))
                return report.End(CheckKind.Seal, ReasonClass.WeakAlgorithm, $"The algorithm {seal.Algorithm} does not fit the sealing certificate's key.");
            if (!chain.Key.Verify(seal.Algorithm, seal.Message.Span, seal.Signature))
                return report.End(CheckKind.Seal, ReasonClass.ProofInvalid, "The signature does not fit the content: it was changed after sealing, or sealed by someone else.");
            report.Passed(CheckKind.Seal, $"{seal.Algorithm} by {chain.Path[0].Name} ({chain.Path[0].Thumbprint[..16]}){(seal.ClaimedTime.Length > 0 ? $", who dates it {seal.ClaimedTime}" : "")}.");

            var credential = ElmCredential.Read(payload.RootElement);
            report.Take(credential);
            var anchored = ChainCheck.Make(chain, _anchors, report.At);
            report.Add(anchored);
            if (anchored.Reason == ReasonClass.UntrustedIssuer) return report.End();

            report.Add(IssuerBindingCheck.Make(chain, _anchors, credential.Issuer, out var member));
            report.Add(AwardingBodyCheck.Make(credential, _anchors, out var issuerAwards));
            JudgeContent(payload.RootElement, credential, report);
            return report.End() with { IssuerId = member, AwardingBodyId = issuerAwards ? member : null };
        }
    }

    // A file without seal proves nothing, but a person may want to see what it says and what it lacks.
    private CredentialReport LookInto(JsonElement root, Findings report)
    {
        var content = root.TryGetProperty("credential", out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? wrapped : root;
        if (!IsElm(content)) return report.End(CheckKind.Format, ReasonClass.UnsupportedFormat, "The JSON is no European Digital Credential.");
        report.Format = CredentialFormat.ElmUnsigned;
        report.Passed(CheckKind.Format, "Credential of the European Learning Model without a seal.");
        report.Add(content.TryGetProperty("proof", out _)
            ? new(CheckKind.Seal, CheckResult.Error, ReasonClass.UnsupportedProof, "The file carries a proof of a type that this node does not verify.", "JAdES (ETSI TS 119 182-1)")
            : new(CheckKind.Seal, CheckResult.Error, ReasonClass.NoProof, "The file carries no seal.", "JAdES (ETSI TS 119 182-1)"));
        var credential = ElmCredential.Read(content);
        report.Take(credential);
        JudgeContent(content, credential, report);
        return report.End();
    }

    private void JudgeContent(JsonElement root, ElmCredential credential, Findings report)
    {
        report.Add(ValidityCheck.Make(credential.Node, report.At, out var validUntil));
        report.ValidUntil = validUntil;
        report.Add(StatusCheck.Make(root, _statusLists, report.At));
        report.Add(SchemaCheck.Make(credential));
        report.Add(CompletenessCheck.Make(credential, out var missing));
        report.Missing = missing;
        report.Add(PlausibilityCheck.Make(credential, report.At));
        report.Add(AccreditationCheck.Make(credential, report.At));
    }

    private static bool IsElm(JsonElement content) => content.TryGetProperty("type", out var type) && type.ValueKind switch
    {
        JsonValueKind.String => type.GetString() == "EuropeanDigitalCredential",
        JsonValueKind.Array => type.EnumerateArray().Any(t => t.ValueKind == JsonValueKind.String && t.GetString() == "EuropeanDigitalCredential"),
        _ => false,
    };

    /// <summary>The report while it is being written.</summary>
    private sealed class Findings(ReadOnlySpan<byte> file, DateTimeOffset at)
    {
        private readonly ImmutableArray<VerificationCheck>.Builder _checks = ImmutableArray.CreateBuilder<VerificationCheck>();
        private readonly Sha256Digest _digest = Sha256Digest.Of(file);
        private ElmCredential? _credential;

        public DateTimeOffset At { get; } = at;

        public CredentialFormat Format { get; set; }

        public DateTimeOffset? ValidUntil { get; set; }

        public ImmutableArray<string> Missing { get; set; } = [];

        public void Add(VerificationCheck check) => _checks.Add(check);

        public void Passed(CheckKind kind, string evidence) => _checks.Add(new(kind, CheckResult.Ok, ReasonClass.None, evidence, SourceOf(kind)));

        public void Take(ElmCredential credential) => _credential = credential;

        public CredentialReport End(CheckKind kind, ReasonClass reason, string evidence)
        {
            _checks.Add(new(kind, CheckResult.Error, reason, evidence, SourceOf(kind)));
            return End();
        }

        public CredentialReport End()
        {
            var achievements = _credential?.Achievements ?? [];
            return new()
            {
                Format = Format,
                Digest = _digest,
                CheckedAt = At,
                Checks = _checks.ToImmutable(),
                Verdict = _checks.Any(c => c.Result == CheckResult.Error && !c.Holds) ? Verdict.Reject : _checks.Any(c => c.Holds) ? Verdict.Hold : Verdict.Accept,
                CredentialId = _credential?.Node.Id ?? "",
                Issuer = _credential?.Issuer?.Described,
                Holder = _credential?.Holder,
                Achievement = achievements.IsEmpty ? null : achievements[0].Achievement,
                FurtherAchievements = achievements.Length > 1 ? [.. achievements.Skip(1).Select(a => a.Achievement)] : [],
                IssuedAt = _credential?.Issued?.Instant,
                ValidUntil = ValidUntil,
                MissingElements = Missing,
            };
        }

        private static string SourceOf(CheckKind kind) => kind == CheckKind.Format ? "RFC 8259; RFC 7515, 7.2.1" : "JAdES (ETSI TS 119 182-1); RFC 7797";
    }
}
