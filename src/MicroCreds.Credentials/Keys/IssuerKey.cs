using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Credentials.Keys;

/// <summary>
/// Public key of an issuer, from a sealing certificate or from the register of issuers, for exactly the algorithms allowed. Safe from many
/// threads: platform keys are used by one thread at a time, and imported again only when more threads verify at once than ever before.
/// </summary>
internal sealed class IssuerKey
{
    private const int MinimumRsaBits = 2048;

    /// <summary>RSA with SHA-1, which only old transcripts carry (RFC 8812 registers it so that it can be named, and refused). No header of a token may name it.</summary>
    public const string LegacyRsa = "RS1";

    private readonly byte[] _publicKey;
    private readonly Kind _kind;
    private readonly ConcurrentQueue<AsymmetricAlgorithm> _idle = new();

    private IssuerKey(byte[] publicKey, Kind kind) => (_publicKey, _kind) = (publicKey, kind);

    private enum Kind { Rsa, P256, P384, Ed25519 }

    /// <summary>Algorithms that seals may use (RFC 7518, 3.1).</summary>
    public static bool IsAllowed(string? algorithm) => algorithm is "RS256" or "PS256" or "ES256" or "ES384";

    /// <summary>The key of a certificate; false for a kind or size that no allowed algorithm fits.</summary>
    public static bool TryFrom(X509Certificate2 certificate, [NotNullWhen(true)] out IssuerKey? key)
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

    /// <summary>A key of Ed25519; false when the bytes are no point of the curve.</summary>
    public static bool TryFromEd25519(byte[] bytes, [NotNullWhen(true)] out IssuerKey? key)
    {
        key = Ed25519.IsKey(bytes) ? new(bytes, Kind.Ed25519) : null;
        return key is not null;
    }

    /// <summary>A key on a NIST curve; false when the point is not on it.</summary>
    public static bool TryFromPoint(EllipticPoint curve, byte[] x, byte[] y, [NotNullWhen(true)] out IssuerKey? key)
    {
        key = null;
        if (x.Length != curve.Length || y.Length != curve.Length) return false;
        try
        {
            using var ecdsa = ECDsa.Create(new ECParameters { Curve = curve.Curve, Q = new ECPoint { X = x, Y = y } });
            key = new(ecdsa.ExportSubjectPublicKeyInfo(), curve == EllipticPoint.P256 ? Kind.P256 : Kind.P384);
        }
        catch (CryptographicException)
        {
            // Not on the curve.
        }
        return key is not null;
    }

    /// <summary>Reads a public JWK of the kinds allowed (RFC 7517; RFC 7518, 6; RFC 8037). A private part, or a use other than signatures, is refused.</summary>
    public static bool TryFromJwk(JsonElement jwk, [NotNullWhen(true)] out IssuerKey? key)
    {
        key = null;
        if (jwk.ValueKind != JsonValueKind.Object || jwk.TryGetProperty("d", out _) || (Text(jwk, "use") ?? "sig") != "sig") return false;
        byte[]? Part(string name) => Base64UrlText.TryDecode(Text(jwk, name), out var bytes) ? bytes : null;
        return (Text(jwk, "kty"), Text(jwk, "crv")) switch
        {
            ("OKP", "Ed25519") => Part("x") is { } x && TryFromEd25519(x, out key),
            ("EC", "P-256") => Part("x") is { } x && Part("y") is { } y && TryFromPoint(EllipticPoint.P256, x, y, out key),
            ("EC", "P-384") => Part("x") is { } x && Part("y") is { } y && TryFromPoint(EllipticPoint.P384, x, y, out key),
            ("RSA", null) => Part("n") is { } n && Part("e") is { } e && TryFromModulus(n, e, out key),
            _ => false,
        };
    }

    /// <summary>Reads a certificate or a public key in PEM (RFC 7468). Of a certificate the key alone counts; that it is registered is its validity.</summary>
    public static bool TryFromPem(string text, [NotNullWhen(true)] out IssuerKey? key)
    {
        key = null;
        try
        {
            using var certificate = text.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal) ? X509Certificate2.CreateFromPem(text) : null;
            if (certificate is not null) return TryFrom(certificate, out key);
            using var rsa = RSA.Create();
            rsa.ImportFromPem(text);
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return parameters is { Modulus: { } modulus, Exponent: { } exponent } && TryFromModulus(modulus, exponent, out key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Neither of them, or more than one.
            return false;
        }
    }

    /// <summary>Whether the algorithm named in a header is one of this kind of key.</summary>
    public bool Fits(string algorithm) =>
        (algorithm, _kind) is ("RS256" or "RS384" or "RS512" or "PS256" or LegacyRsa, Kind.Rsa) or ("ES256", Kind.P256) or ("ES384", Kind.P384) or ("EdDSA" or "Ed25519", Kind.Ed25519);

    /// <summary>Whether <paramref name="signature"/> is this key's over <paramref name="message"/>, under an algorithm that fits.</summary>
    public bool Verify(string algorithm, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!Fits(algorithm)) return false;
        if (_kind == Kind.Ed25519) return Ed25519.Verify(_publicKey, message, signature);
        var key = _idle.TryDequeue(out var idle) ? idle : Import();
        try
        {
            return key switch
            {
                RSA rsa => rsa.VerifyData(message, signature, HashOf(algorithm), algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
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

    private static HashAlgorithmName HashOf(string algorithm) => algorithm switch
    {
        "RS384" => HashAlgorithmName.SHA384,
        "RS512" => HashAlgorithmName.SHA512,
        LegacyRsa => HashAlgorithmName.SHA1,
        _ => HashAlgorithmName.SHA256,
    };

    private AsymmetricAlgorithm Import()
    {
        AsymmetricAlgorithm key = _kind == Kind.Rsa ? RSA.Create() : ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_publicKey, out _);
        return key;
    }

    private static bool TryFromModulus(byte[] modulus, byte[] exponent, [NotNullWhen(true)] out IssuerKey? key)
    {
        key = null;
        try
        {
            using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
            if (rsa.KeySize >= MinimumRsaBits) key = new(rsa.ExportSubjectPublicKeyInfo(), Kind.Rsa);
        }
        catch (CryptographicException)
        {
            // No RSA key.
        }
        return key is not null;
    }

    private static string? Text(JsonElement jwk, string name) =>
        !jwk.TryGetProperty(name, out var member) ? null : member.ValueKind == JsonValueKind.String ? member.GetString() : "";

    private static string? CurveOf(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        return curve.IsNamed ? curve.Oid.Value ?? curve.Oid.FriendlyName : null;
    }
}
