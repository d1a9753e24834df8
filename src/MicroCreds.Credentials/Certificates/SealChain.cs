using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Credentials.Keys;

namespace MicroCreds.Credentials.Certificates;

/// <summary>A sealing certificate with the path to the pinned anchor at which it ends.</summary>
internal sealed class SealChain
{
    private SealChain(IssuerKey key, X509Certificate2 leaf, ImmutableArray<ChainElement> path, string anchor)
    {
        Key = key;
        Path = path;
        AnchorThumbprint = anchor;
        SealIdentifier = LegalIdentifier.Of(leaf);
        IsQualifiedSeal = QualifiedStatements.AreOfSeal(leaf);
        AllowsSealing = leaf.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is not { } usage
            || (usage.KeyUsages & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) != 0;
    }

    /// <summary>Key of the sealing certificate.</summary>
    public IssuerKey Key { get; }

    /// <summary>From the sealing certificate to the anchor, both included; only up to where it broke when there is no anchor.</summary>
    public ImmutableArray<ChainElement> Path { get; }

    /// <summary>SHA-256 of the anchor in hexadecimal; empty when the path ends at none.</summary>
    public string AnchorThumbprint { get; }

    /// <summary>organizationIdentifier (OID 2.5.4.97) of the sealing certificate.</summary>
    public LegalIdentifier? SealIdentifier { get; }

    /// <summary>Whether the sealing certificate states that it is one for qualified seals.</summary>
    public bool IsQualifiedSeal { get; }

    /// <summary>Whether the key usage, if stated, lets the certificate sign content.</summary>
    public bool AllowsSealing { get; }

    /// <summary>
    /// Follows the issuers from the first certificate until an element is a pinned anchor (which may be the sealing certificate, an issuing
    /// authority or a root). Each step needs the issuer's signature, its right to issue and its path length. Certificates of the file only
    /// help to find the way; nothing but an anchor ends it.
    /// </summary>
    /// <returns>Null when the first certificate or its key cannot be used at all.</returns>
    public static SealChain? Build(IReadOnlyList<byte[]> certificates, AnchorStore anchors)
    {
        var candidates = new List<X509Certificate2>();
        try
        {
            foreach (var der in certificates) candidates.Add(X509CertificateLoader.LoadCertificate(der));
            if (candidates.Count == 0 || !IssuerKey.TryFrom(candidates[0], out var key)) return null;
            var (path, anchor) = Follow(candidates, anchors);
            return new(key, candidates[0], path, anchor);
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            foreach (var certificate in candidates) certificate.Dispose();
        }
    }

    private static (ImmutableArray<ChainElement> Path, string Anchor) Follow(List<X509Certificate2> candidates, AnchorStore anchors)
    {
        var path = ImmutableArray.CreateBuilder<ChainElement>();
        var current = candidates[0];
        for (var step = 0; step <= AnchorStore.MaxChainLength; step++)
        {
            var element = ChainElement.Of(current);
            path.Add(element);
            if (anchors.Contains(element.Thumbprint)) return (path.ToImmutable(), element.Thumbprint);
            var issuersBelow = step;
            var issuer = anchors.Certificates.Concat(candidates.Skip(1)).FirstOrDefault(candidate => MayIssue(candidate, current, issuersBelow));
            if (issuer is null || path.Any(seen => seen.Thumbprint == ChainElement.ThumbprintOf(issuer))) break;
            current = issuer;
        }
        return (path.ToImmutable(), "");
    }

    // RFC 5280, 6.1.4 (k), (l), (n): an issuer is a certification authority, within its path length, with the right to sign certificates.
    private static bool MayIssue(X509Certificate2 issuer, X509Certificate2 subject, int issuersBelow) =>
        issuer.SubjectName.RawData.AsSpan().SequenceEqual(subject.IssuerName.RawData)
        && issuer.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is { CertificateAuthority: true } constraints
        && (!constraints.HasPathLengthConstraint || constraints.PathLengthConstraint >= issuersBelow)
        && (issuer.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is not { } usage || (usage.KeyUsages & X509KeyUsageFlags.KeyCertSign) != 0)
        && CertificateSignature.IsBy(subject, issuer);
}

/// <summary>One certificate of a chain.</summary>
/// <param name="Thumbprint">SHA-256 in hexadecimal.</param>
/// <param name="Name">Common name or, without one, the whole subject.</param>
/// <param name="NotBefore">Begin of validity, included.</param>
/// <param name="NotAfter">End of validity, included.</param>
/// <param name="Serial">Serial number, as <see cref="RevocationList.SerialOf"/> writes it.</param>
/// <param name="NamesResponder">Whether it says that its authority answers questions about revocation (OCSP). Source: RFC 5280, 4.2.2.1; RFC 6960, 3.1.</param>
internal sealed record ChainElement(string Thumbprint, string Name, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Serial, bool NamesResponder)
{
    // Source: RFC 5280, 4.2.2.1.
    private static readonly byte[] Ocsp = [0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01];

    /// <summary>Reads what is kept of a certificate.</summary>
    public static ChainElement Of(X509Certificate2 certificate) => new(
        ThumbprintOf(certificate),
        certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
        new DateTimeOffset(certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero),
        new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero),
        RevocationList.SerialOf(certificate.SerialNumberBytes.Span),
        certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == "1.3.6.1.5.5.7.1.1") is { } access && access.RawData.AsSpan().IndexOf(Ocsp) >= 0);

    /// <summary>SHA-256 of the certificate in hexadecimal.</summary>
    public static string ThumbprintOf(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
}
