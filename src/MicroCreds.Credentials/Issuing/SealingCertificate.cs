using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Credentials.Issuing;

/// <summary>An organisation's sealing certificate with its private key on P-256. Safe to use from many threads.</summary>
public sealed class SealingCertificate
{
    internal SealingCertificate(SigningKey key, byte[] certificate, string legalIdentifier) =>
        (Key, Certificate, LegalIdentifier) = (key, certificate, legalIdentifier);

    /// <summary>The certificate in DER.</summary>
    public ReadOnlyMemory<byte> Certificate { get; }

    /// <summary>organizationIdentifier (OID 2.5.4.97) of the certificate, as written.</summary>
    public string LegalIdentifier { get; }

    internal SigningKey Key { get; }

    /// <summary>Reads a certificate and its unencrypted PKCS#8 key, each in PEM. False when they cannot be read, do not belong together, or the certificate carries no organizationIdentifier.</summary>
    public static bool TryImportPem(string certificatePem, string keyPem, [NotNullWhen(true)] out SealingCertificate? sealing)
    {
        sealing = null;
        if (!SigningKey.TryImportPem(keyPem, out var key)) return false;
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(certificatePem);
            if (VerificationKey.TryFromSubjectPublicKeyInfo(certificate.PublicKey.ExportSubjectPublicKeyInfo(), out var inside) && inside.KeyId == key.KeyId
                && Certificates.LegalIdentifier.Of(certificate) is { } identifier)
                sealing = new(key, certificate.RawData, identifier.ToString());
        }
        catch (CryptographicException)
        {
            return false;
        }
        return sealing is not null;
    }

    /// <summary>The certificate in PEM.</summary>
    public string ExportCertificatePem() => PemEncoding.WriteString("CERTIFICATE", Certificate.Span) + "\n";

    /// <summary>The key as unencrypted PKCS#8 in PEM. The caller protects the file.</summary>
    public string ExportKeyPem() => Key.ExportPem();
}
