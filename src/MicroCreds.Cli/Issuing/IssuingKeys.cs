using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Cli.Pilot;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Cli.Issuing;

/// <summary>Keys of an issuer on disk, made where that is asked for, and what is written so that others trust them.</summary>
/// <param name="keyFile">The private key.</param>
/// <param name="make">Whether a key that is not there is made.</param>
/// <param name="trustFolder">Folder for what verifiers need; null for none.</param>
/// <param name="publishFolder">Folder for what the issuer publishes; null for none.</param>
internal sealed class IssuingKeys(string keyFile, bool make, string? trustFolder, string? publishFolder)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeSpan CertificateValidity = TimeSpan.FromDays(365);

    private readonly List<string> _written = [];

    /// <summary>Files written beside the credential, in order.</summary>
    public IReadOnlyList<string> Written => _written;

    private bool Missing => make && !File.Exists(keyFile);

    /// <summary>The seal.</summary>
    /// <exception cref="CommandFailure">There is none, and none may be made.</exception>
    public SealingCertificate Seal(string? certificateFile, EdcOrganisation issuer, DateTimeOffset now)
    {
        if (certificateFile is null) throw CommandFailure.Of("A seal needs a certificate.", "Name it with --certificate.", keyFile);
        if (Missing) return MakeSeal(certificateFile, issuer, now);
        if (!SealingCertificate.TryImportPem(CommandFiles.ReadText(certificateFile), CommandFiles.ReadText(keyFile), out var seal))
            throw CommandFailure.Of("Certificate and key make no seal.", "They must belong together, be on P-256, and the certificate must carry an organizationIdentifier.", certificateFile);
        if (trustFolder is not null && !File.Exists(AnchorOf(trustFolder, issuer))) throw CommandFailure.Of("A sealing certificate is trusted by that of its authority, which is not at hand.", "Put the authority's certificate into the folder yourself, or make a seal with --new-key.", trustFolder);
        return seal;
    }

    /// <summary>The issuer that signs with the key.</summary>
    /// <exception cref="CommandFailure">The key cannot be read, or the name is none that others can look up.</exception>
    public SigningIssuer Signer(string? name, EdcOrganisation organisation)
    {
        if (Missing) Write(keyFile, SigningKey.Generate().ExportPem(), secret: true);
        if (!SigningKey.TryImportPem(CommandFiles.ReadText(keyFile), out var key)) throw CommandFailure.Of("This is no private key to sign with.", "It must be EC P-256, PKCS#8 in PEM, without a password; --new-key makes one.", keyFile);
        var issuer = name == "did:key" ? SigningIssuer.ByKey(key)
            : SigningIssuer.TryCreate(name ?? $"did:web:{organisation.Domain}", key, out var named) ? named
            : throw CommandFailure.Of($"'{name}' is no name under which a key can be published.", "Give --issuer as did:web:…, https://… or did:key.", keyFile);
        if (trustFolder is not null) Write(Path.Combine(trustFolder, $"{organisation.Domain}.issuers.json"), Text(issuer.RegisterEntry(organisation.Domain)), secret: false);
        if (publishFolder is null) return issuer;
        Write(Path.Combine(publishFolder, "jwks.json"), Text(issuer.KeySet()), secret: false);
        if (issuer.DidDocument() is { } document) Write(Path.Combine(publishFolder, "did.json"), Text(document), secret: false);
        return issuer;
    }

    // The authority's key is not kept: it signs this one certificate.
    private SealingCertificate MakeSeal(string certificateFile, EdcOrganisation issuer, DateTimeOffset now)
    {
        if (trustFolder is null) throw CommandFailure.Of("Nobody could trust a seal whose authority is not written down.", "Name a folder for the authority's certificate with --trust.", keyFile);
        var authority = SealAuthority.Create($"{issuer.LegalName} seals", issuer.LegalIdentifier, now.AddDays(-1), now + CertificateValidity);
        var seal = authority.Issue(issuer.LegalName, issuer.LegalIdentifier, now.AddDays(-1), now + CertificateValidity);
        Write(keyFile, seal.ExportKeyPem(), secret: true);
        Write(certificateFile, seal.ExportCertificatePem(), secret: false);
        Write(AnchorOf(trustFolder, issuer), PemEncoding.WriteString("CERTIFICATE", authority.Certificate.Span) + "\n", secret: false);
        return seal;
    }

    private static string AnchorOf(string folder, EdcOrganisation issuer) => Path.Combine(folder, $"{issuer.Domain}.anchor.pem");

    private void Write(string path, string content, bool secret)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
            if (secret) PilotFiles.WriteSecret(path, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Of(e.Message, "Name a file in a folder you may write to.", path, e);
        }
        if (!secret) CommandFiles.Write(path, Encoding.UTF8.GetBytes(content));
        _written.Add(path);
    }

    private static string Text(JsonObject json) => json.ToJsonString(Indented) + "\n";
}
