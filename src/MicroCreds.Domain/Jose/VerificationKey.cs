using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MicroCreds.Domain.Jose;

/// <summary>
/// Public key on the curve P-256, known by its thumbprint. Imported once and safe to use from many threads: keep it.
/// Source: RFC 7517 (JWK), RFC 7518, 6.2 (EC keys), RFC 7638 (thumbprint).
/// </summary>
public sealed class VerificationKey
{
    /// <summary>Length of an ES256 signature in bytes: r and s of 32 bytes each (RFC 7518, 3.4).</summary>
    public const int SignatureLength = 64;

    internal const int CoordinateLength = 32;
    private const string CurveOid = "1.2.840.10045.3.1.7";

    private readonly KeyPool _pool;

    private VerificationKey(byte[] x, byte[] y, KeyPool pool)
    {
        _pool = pool;
        Jwk = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(x)}}","y":"{{Base64Url.EncodeToString(y)}}"}""";
        KeyId = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Jwk)));
    }

    /// <summary>RFC 7638 thumbprint: SHA-256 of <see cref="Jwk"/> as 43 characters of base64url. Used as <c>kid</c>.</summary>
    public string KeyId { get; }

    /// <summary>The key as JWK with the required members only, in the order the thumbprint demands.</summary>
    public string Jwk { get; }

    /// <summary>Reads a JWK. Other members than <c>kty</c>, <c>crv</c>, <c>x</c> and <c>y</c> are ignored, but a private <c>d</c> is refused.</summary>
    public static bool TryFromJwk(JsonElement jwk, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        return jwk.ValueKind == JsonValueKind.Object
            && Text(jwk, "kty") == "EC" && Text(jwk, "crv") == "P-256" && !jwk.TryGetProperty("d", out _)
            && Base64UrlText.TryDecode(Text(jwk, "x"), out var x) && Base64UrlText.TryDecode(Text(jwk, "y"), out var y)
            && TryFromCoordinates(x, y, out key);
    }

    /// <summary>Reads a JWK written as text, at most 2 KiB.</summary>
    public static bool TryFromJwk(string? json, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        if (json is null || !StrictJson.TryParse(Encoding.UTF8.GetBytes(json), 2048, out var document, out _)) return false;
        using (document) return TryFromJwk(document.RootElement, out key);
    }

    /// <summary>Reads an X.509 SubjectPublicKeyInfo (DER) that holds a P-256 key and nothing else.</summary>
    public static bool TryFromSubjectPublicKeyInfo(ReadOnlySpan<byte> der, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        using var imported = ECDsa.Create();
        try
        {
            imported.ImportSubjectPublicKeyInfo(der, out var read);
            return read == der.Length && TryFrom(imported.ExportParameters(includePrivateParameters: false), out key);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Whether <paramref name="signature"/> (64 bytes, r then s) is this key's ES256 signature of <paramref name="message"/>.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength) return false;
        var key = _pool.Rent();
        try
        {
            return key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            _pool.Return(key);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => KeyId;

    internal static bool TryFrom(ECParameters parameters, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        return parameters.Curve.IsNamed && IsP256(parameters.Curve) && parameters.Q is { X: { } x, Y: { } y } && TryFromCoordinates(x, y, out key);
    }

    private static bool IsP256(ECCurve curve) =>
        curve.Oid.Value is { } oid ? oid == CurveOid : curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256";

    private static bool TryFromCoordinates(byte[] x, byte[] y, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        if (x.Length != CoordinateLength || y.Length != CoordinateLength) return false;
        try
        {
            key = new(x, y, new KeyPool(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }));
        }
        catch (CryptographicException)
        {
            // The point does not lie on the curve.
        }
        return key is not null;
    }

    private static string? Text(JsonElement jwk, string name) =>
        jwk.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
