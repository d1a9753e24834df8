using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Credentials.Issuing;

/// <summary>
/// A small certification authority for seals, for consortia and pilots that have no qualified seal yet. Partners pin its certificate
/// through the trust list. Its certificates are no qualified seals in the sense of Regulation (EU) 910/2014.
/// </summary>
public sealed class SealAuthority
{
    private readonly SigningKey _key;

    private SealAuthority(SigningKey key, byte[] certificate) => (_key, Certificate) = (key, certificate);

    /// <summary>The authority's self-signed certificate in DER: the anchor to pin.</summary>
    public ReadOnlyMemory<byte> Certificate { get; }

    /// <summary>Makes a new authority with a key of its own.</summary>
    /// <param name="name">Common name.</param>
    /// <param name="legalIdentifier">organizationIdentifier of who runs it, e.g. <c>VATES-G12345678</c>.</param>
    /// <param name="notBefore">Begin of validity.</param>
    /// <param name="notAfter">End of validity.</param>
    public static SealAuthority Create(string name, string legalIdentifier, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var key = SigningKey.Generate();
        using var ecdsa = SealNames.Import(key);
        var request = new CertificateRequest(SealNames.Subject(name, legalIdentifier), ecdsa, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(notBefore, notAfter);
        return new(key, certificate.RawData);
    }

    /// <summary>Makes a sealing certificate with a key of its own.</summary>
    /// <param name="legalName">Legal name of the organisation.</param>
    /// <param name="legalIdentifier">Its organizationIdentifier, e.g. <c>NTREE-17207834</c>.</param>
    /// <param name="notBefore">Begin of validity, not before the authority's.</param>
    /// <param name="notAfter">End of validity, not after the authority's.</param>
    public SealingCertificate Issue(string legalName, string legalIdentifier, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var key = SigningKey.Generate();
        using var ecdsa = SealNames.Import(key);
        using var authorityKey = SealNames.Import(_key);
        using var authority = X509CertificateLoader.LoadCertificate(Certificate.Span);
        var request = new CertificateRequest(SealNames.Subject(legalName, legalIdentifier), ecdsa, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        // RFC 5280, 4.1.2.2: a positive number of at most 20 octets.
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x01);
        using var certificate = request.Create(authority.SubjectName, X509SignatureGenerator.CreateForECDsa(authorityKey), notBefore, notAfter, serial);
        return new SealingCertificate(key, certificate.RawData, legalIdentifier);
    }
}

/// <summary>Names and keys as certificate requests want them.</summary>
internal static class SealNames
{
    // ETSI EN 319 412-3, 4.2.1: a seal's subject carries organizationName, organizationIdentifier and commonName.
    public static X500DistinguishedName Subject(string name, string legalIdentifier)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(name);
        builder.Add("2.5.4.97", legalIdentifier);
        builder.AddOrganizationName(name);
        return builder.Build();
    }

    public static ECDsa Import(SigningKey key)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(key.ExportPem());
        return ecdsa;
    }
}
