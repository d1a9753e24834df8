using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Certificates;

/// <summary>The pinned anchors of all trusted issuers, read once.</summary>
internal sealed class AnchorStore
{
    /// <summary>Most certificates between a sealing certificate and its anchor; public hierarchies have two or three.</summary>
    public const int MaxChainLength = 8;

    private readonly Dictionary<string, ImmutableArray<TrustedIssuer>> _issuers = new(StringComparer.Ordinal);

    /// <summary>Reads the anchors of <paramref name="issuers"/>, and keeps what is known of revoked certificates.</summary>
    /// <exception cref="CryptographicException">An anchor is not a certificate: the trust list or the operator's file is wrong.</exception>
    public AnchorStore(IReadOnlyList<TrustedIssuer> issuers, RevocationBook revocations)
    {
        Revocations = revocations;
        Issuers = [.. issuers];
        var certificates = ImmutableArray.CreateBuilder<X509Certificate2>();
        foreach (var issuer in issuers)
        {
            foreach (var der in issuer.Anchors)
            {
                var certificate = X509CertificateLoader.LoadCertificate(der.Span);
                var thumbprint = ChainElement.ThumbprintOf(certificate);
                if (_issuers.TryGetValue(thumbprint, out var known))
                {
                    _issuers[thumbprint] = known.Add(issuer);
                    certificate.Dispose();
                    continue;
                }
                _issuers[thumbprint] = [issuer];
                certificates.Add(certificate);
            }
        }
        Certificates = certificates.ToImmutable();
    }

    /// <summary>Revoked certificates.</summary>
    public RevocationBook Revocations { get; }

    /// <summary>All trusted issuers.</summary>
    public ImmutableArray<TrustedIssuer> Issuers { get; }

    /// <summary>Every anchor once.</summary>
    public ImmutableArray<X509Certificate2> Certificates { get; }

    /// <summary>Whether a certificate is pinned.</summary>
    public bool Contains(string thumbprint) => _issuers.ContainsKey(thumbprint);

    /// <summary>Those who share an anchor: several members may be sealed by one public authority.</summary>
    public ImmutableArray<TrustedIssuer> IssuersAt(string thumbprint) => _issuers.TryGetValue(thumbprint, out var issuers) ? issuers : [];
}
