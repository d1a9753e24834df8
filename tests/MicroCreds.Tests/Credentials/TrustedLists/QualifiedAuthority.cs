using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Tests.Credentials.TrustedLists;

/// <summary>An authority as a trusted list knows it, which issues certificates for qualified seals.</summary>
internal sealed class QualifiedAuthority
{
    private readonly X509Certificate2 _certificate;

    public QualifiedAuthority(string name = "Qualified Seals CA 1")
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"C=IE, O=Trust Services Ltd, CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    public byte[] Certificate => _certificate.RawData;

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 WithKey => _certificate;

    /// <summary>A certificate for qualified seals, or one that states something else.</summary>
    public SealingCertificate Issue(bool compliance = true, string? type = "0.4.0.1862.1.6.2", byte[]? serial = null, string? responder = null)
    {
        var key = SigningKey.Generate();
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(key.ExportPem());
        var name = new X500DistinguishedNameBuilder();
        name.Add("2.5.4.97", Seals.LegalIdentifier, UniversalTagNumber.UTF8String);
        name.AddCommonName("Plataforma Voluntariado");
        var request = new CertificateRequest(name.Build(), ecdsa, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.NonRepudiation, true));
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.5.5.7.1.3", Statements(compliance, type), false));
        if (responder is not null) request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([responder], []));
        using var made = request.Create(_certificate, Seals.From, Seals.Until, serial ?? [1, 2, 3, 4]);
        return new(key, made.RawData, Seals.LegalIdentifier);
    }

    private static byte[] Statements(bool compliance, string? type)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (compliance)
                using (writer.PushSequence()) writer.WriteObjectIdentifier("0.4.0.1862.1.1");
            if (type is not null)
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("0.4.0.1862.1.6");
                    using (writer.PushSequence()) writer.WriteObjectIdentifier(type);
                }
        }
        return writer.Encode();
    }
}
