using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MicroCreds.Credentials.Certificates;

/// <summary>
/// Public key of a sealing certificate, for exactly the algorithms allowed on seals. Safe from many threads: platform keys are
/// used by one thread at a time, and imported again only when more threads verify at once than ever before.
/// </summary>
internal sealed class SealKey
{
    private const int MinimumRsaBits = 2048;
    private readonly byte[] _publicKey;
    private readonly Kind _kind;
    private readonly ConcurrentQueue<AsymmetricAlgorithm> _idle = new();

    private SealKey(byte[] publicKey, Kind kind) => (_publicKey, _kind) = (publicKey, kind);

    private enum Kind { Rsa, P256, P384 }

    /// <summary>Algorithms that seals may use (RFC 7518, 3.1).</summary>
    public static bool IsAllowed(string? algorithm) => algorithm is "RS256" or "PS256" or "ES256" or "ES384";

    /// <summary>The key of a certificate; false for a kind or size that no allowed algorithm fits.</summary>
    public static bool TryFrom(X509Certificate2 certificate, [NotNullWhen(true)] out SealKey? key)
    {
        key = null;
        try
        {
            using var rsa = certificate.GetRSAPublicKey();
            using var ecdsa = rsa is null ? certificate.GetECDsaPublicKey() : null;
            Kind? kind = rsa is { KeySize: >= MinimumRsaBits } ? Kind.Rsa : ecdsa is null ? null : CurveOf(ecdsa) switch
            {
                "1.2.840.10045.3.1.7" or "nistP256" or "ECDSA_P256" => Kind.P256,
                "1.3.132.0.34" or "nistP384" or "ECDSA_P384" => Kind.P384,
                _ => null,
            };
            if (kind is { } known) key = new(certificate.PublicKey.ExportSubjectPublicKeyInfo(), known);
        }
        catch (CryptographicException)
        {
            // A key the platform cannot read fits no allowed algorithm.
        }
        return key is not null;
    }

    /// <summary>Whether the algorithm named in a header is one of this kind of key.</summary>
    public bool Fits(string algorithm) => (algorithm, _kind) is ("RS256" or "PS256", Kind.Rsa) or ("ES256", Kind.P256) or ("ES384", Kind.P384);

    /// <summary>Whether <paramref name="signature"/> is this key's over <paramref name="message"/>, under an algorithm that fits.</summary>
    public bool Verify(string algorithm, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!Fits(algorithm)) return false;
        var key = _idle.TryDequeue(out var idle) ? idle : Import();
        try
        {
            return key switch
            {
                RSA rsa => rsa.VerifyData(message, signature, HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
                ECDsa ecdsa => signature.Length == (_kind == Kind.P256 ? 64 : 96) && ecdsa.VerifyData(
                    message, signature, _kind == Kind.P256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            _idle.Enqueue(key);
        }
    }

    private AsymmetricAlgorithm Import()
    {
        AsymmetricAlgorithm key = _kind == Kind.Rsa ? RSA.Create() : ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_publicKey, out _);
        return key;
    }

    private static string? CurveOf(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        return curve.IsNamed ? curve.Oid.Value ?? curve.Oid.FriendlyName : null;
    }
}
