using System.Globalization;
using System.Text.Json;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.EdciXml;
using MicroCreds.Credentials.Elmo;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Formats;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.LearnerRecord;
using MicroCreds.Credentials.OpenBadge;
using MicroCreds.Credentials.OpenBadge2;
using MicroCreds.Credentials.SelectiveDisclosure;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials;

/// <summary>
/// Verifies European Digital Credentials (ELM v3, sealed with JAdES; EDCI in XML), transcripts in ELMO, Open Badges 3.0 (JSON Web Token, Data Integrity) and 2.0,
/// learner records (CLR 2.0) and SD-JWT credentials, and looks into unsealed files. Holds one set of trusted issuers: when the trust list changes, a new verifier is made and swapped in. Safe to use from many threads; keeps keys and chains it has seen.
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
    private readonly BadgeVerifier _badges;
    private readonly SdJwtVerifier _sdJwts;
    private readonly ElmoVerifier _transcripts;
    private readonly EdciVerifier _europass;
    private readonly AssertionVerifier _assertions;
    private readonly LearnerRecordVerifier _records;
    private readonly IStatusListSource _statusLists;

    /// <summary>A verifier that trusts <paramref name="issuers"/> and knows no status list.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">An anchor is not a certificate.</exception>
    public CredentialVerifier(IReadOnlyList<TrustedIssuer> issuers) : this(issuers, NoStatusLists.Instance)
    {
    }

    /// <summary>A verifier that trusts <paramref name="issuers"/> and asks <paramref name="statusLists"/>.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">An anchor is not a certificate.</exception>
    public CredentialVerifier(IReadOnlyList<TrustedIssuer> issuers, IStatusListSource statusLists) : this(issuers, statusLists, RevocationBook.Empty)
    {
    }

    /// <summary>A verifier that also knows which certificates were revoked.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">An anchor is not a certificate.</exception>
    public CredentialVerifier(IReadOnlyList<TrustedIssuer> issuers, IStatusListSource statusLists, RevocationBook revocations)
    {
        _anchors = new AnchorStore(issuers, revocations);
        _chains = new SealChainCache(_anchors);
        var register = new IssuerRegister(issuers);
        _badges = new BadgeVerifier(register, _anchors, _chains, statusLists);
        _sdJwts = new SdJwtVerifier(register, _anchors, _chains, statusLists);
        _transcripts = new ElmoVerifier(new ElmoSigners(register, _anchors, _chains));
        _europass = new EdciVerifier(_anchors, _chains);
        _assertions = new AssertionVerifier(register, BadgeDocuments.Read(issuers.SelectMany(i => i.BadgeDocuments)));
        _records = new LearnerRecordVerifier(_badges);
        _statusLists = statusLists;
    }

    /// <inheritdoc/>
    public CredentialReport Verify(ReadOnlyMemory<byte> file, DateTimeOffset at)
    {
        var report = new ReportDraft(file.Span, at);
        if (file.Length > MaxFileBytes)
            return report.End(CheckKind.Format, ReasonClass.Malformed, string.Create(CultureInfo.InvariantCulture, $"The file has {file.Length} bytes, more than {MaxFileBytes}."));
        var text = StrictJson.SkipByteOrderMark(file);
        return text.Span.TrimStart(" \t\r\n"u8) switch
        {
            [] => report.End(CheckKind.Format, ReasonClass.Malformed, "The file is empty."),
            [(byte)'{', ..] => VerifyJson(text, report),
            _ => VerifyOther(file, report),
        };
    }

    private CredentialReport VerifyJson(ReadOnlyMemory<byte> text, ReportDraft report)
    {
        if (JadesEnvelope.TryOpen(text, out var envelope))
        {
            report.Format = CredentialFormat.EuropeanDigitalCredential;
            using (envelope) return VerifySealed(envelope.Root, envelope, report);
        }
        if (!StrictJson.TryParse(text, MaxFileBytes, out var document, out var fault))
        {
            report.Format = FormatDetector.OfBrokenJson(text.Span);
            return report.End(CheckKind.Format, ReasonClass.Malformed, $"The file cannot be read: {fault}.");
        }
        using (document)
        {
            report.Format = JsonFormat.Of(document.RootElement);
            return report.Format switch
            {
                CredentialFormat.EuropeanDigitalCredential => VerifySealed(document.RootElement, null, report),
                CredentialFormat.ElmUnsigned or CredentialFormat.ElmEmbeddedProof => LookInto(document.RootElement, report),
                CredentialFormat.OpenBadgeDataIntegrity or CredentialFormat.OtherCredential => _badges.VerifyProofs(document.RootElement, report),
                CredentialFormat.ComprehensiveLearnerRecord => _records.Verify(document.RootElement, report),
                CredentialFormat.OpenBadge2 => _assertions.LookInto(document.RootElement, report),
                CredentialFormat.OpenBadgeUnsigned => BadgeVerifier.LookInto(document.RootElement, report),
                _ => Refuse(report),
            };
        }
    }

    private CredentialReport VerifyOther(ReadOnlyMemory<byte> file, ReportDraft report)
    {
        report.Format = FormatDetector.OfBytes(file);
        return report.Format switch
        {
            CredentialFormat.OpenBadgeJwt => _badges.VerifyToken(file, report),
            CredentialFormat.SdJwt => _sdJwts.Verify(file, report),
            CredentialFormat.BakedOpenBadge => VerifyBaked(file, report),
            CredentialFormat.Elmo => _transcripts.Verify(file, report),
            CredentialFormat.EdciXml => _europass.Verify(file, report),
            CredentialFormat.OpenBadge2 => _assertions.VerifyToken(file, report),
            _ => Refuse(report),
        };
    }

    // Read-only: what comes in a picture is shown and never granted without a person, so one check stays open.
    private CredentialReport VerifyBaked(ReadOnlyMemory<byte> picture, ReportDraft report)
    {
        if (BakedPicture.Extract(picture, out var fault) is not { } inside) return report.End(CheckKind.Format, ReasonClass.Malformed, $"The picture cannot be used: {fault}.");
        report.Add(new(CheckKind.Format, CheckResult.Skipped, ReasonClass.None, "A credential inside a picture. The picture shows what it likes; only the credential counts, and a person decides.", "Open Badges 3.0, 5.3; Open Badges 2.0, \"Baking\""));
        var format = FormatDetector.Detect(inside);
        if (format == CredentialFormat.OpenBadgeJwt) return _badges.VerifyToken(inside, report);
        if (inside.AsSpan().TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
        {
            return format == CredentialFormat.OpenBadge2 ? _assertions.VerifyToken(inside, report)
                : inside.AsSpan().StartsWith("http"u8) ? report.End(CheckKind.Seal, ReasonClass.NoProof, "The picture carries only the address of a hosted badge, which is not asked.")
                : Unknown();
        }
        if (!StrictJson.TryParse(inside, MaxFileBytes, out var document, out fault)) return report.End(CheckKind.Format, ReasonClass.Malformed, $"The credential inside cannot be read: {fault}.");
        using (document)
        {
            return format switch
            {
                CredentialFormat.OpenBadgeDataIntegrity or CredentialFormat.OpenBadgeUnsigned => _badges.VerifyProofs(document.RootElement, report),
                CredentialFormat.OpenBadge2 => _assertions.LookInto(document.RootElement, report),
                _ => Unknown(),
            };
        }

        CredentialReport Unknown() => report.End(CheckKind.Format, ReasonClass.UnsupportedFormat, "The credential inside the picture is of a format that this node does not verify there.");
    }

    // Every format has a name; those without a verifier are refused in words, never passed over.
    private static CredentialReport Refuse(ReportDraft report) => report.Format switch
    {
        CredentialFormat.DeclaredXml => report.End(CheckKind.Format, ReasonClass.Malformed, "The XML has a document type declaration, which may define entities or load files: it is not read."),
        var format => report.End(CheckKind.Format, ReasonClass.UnsupportedFormat, $"The file is {FormatWords.Of(format)}; this node does not verify it."),
    };

    private CredentialReport VerifySealed(JsonElement root, JadesEnvelope? opened, ReportDraft report)
    {
        if (!JadesSeal.TryRead(root, opened, out var seal, out var reason, out var fault))
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
            report.Sealer = CredentialRoles.Sealer(chain);
            report.Passed(CheckKind.Seal, $"{seal.Algorithm} by {chain.Path[0].Name} ({chain.Path[0].Thumbprint[..16]}){(seal.ClaimedTime.Length > 0 ? $", who dates it {seal.ClaimedTime}" : "")}.");

            var credential = ElmCredential.Read(payload.RootElement);
            report.Take(credential);
            var anchored = ChainCheck.Make(chain, _anchors, report.At);
            report.Add(anchored);
            if (anchored.Reason == ReasonClass.UntrustedIssuer) return report.End();

            report.Add(IssuerBindingCheck.Make(chain, _anchors, credential.Issuer, out var member));
            report.Add(AwardingBodyCheck.Make(credential, _anchors, out var issuerAwards));
            JudgeContent(payload.RootElement, credential, _statusLists, report);
            return report.End() with { IssuerId = member, AwardingBodyId = issuerAwards ? member : null };
        }
    }

    // A file without seal proves nothing, but a person may want to see what it says and what it lacks.
    private static CredentialReport LookInto(JsonElement root, ReportDraft report)
    {
        var content = root.TryGetProperty("credential", out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? wrapped : root;
        report.Passed(CheckKind.Format, "Credential of the European Learning Model without a seal.");
        report.Add(report.Format == CredentialFormat.ElmEmbeddedProof
            ? new(CheckKind.Seal, CheckResult.Error, ReasonClass.UnsupportedProof, "The file carries a proof of a type that this node does not verify.", "JAdES (ETSI TS 119 182-1)")
            : new(CheckKind.Seal, CheckResult.Error, ReasonClass.NoProof, "The file carries no seal.", "JAdES (ETSI TS 119 182-1)"));
        var credential = ElmCredential.Read(content);
        report.Take(credential);
        // What nobody sealed makes no list be asked for.
        JudgeContent(content, credential, NoStatusLists.Instance, report);
        return report.End();
    }

    private static void JudgeContent(JsonElement root, ElmCredential credential, IStatusListSource statusLists, ReportDraft report)
    {
        report.Add(ValidityCheck.Make(credential.Node, report.At, null, null, out var validUntil));
        report.ValidUntil = validUntil;
        report.Add(StatusCheck.Make(root, statusLists, report.At));
        report.Add(SchemaCheck.Make(credential));
        report.Add(CompletenessCheck.Make(credential, out var missing));
        report.Missing = missing;
        report.Add(PlausibilityCheck.Make(credential, report.At));
        report.Add(AccreditationCheck.Make(credential, report.At));
    }
}
