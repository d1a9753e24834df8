using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MicroCreds.Domain.Jose;

/// <summary>Private key on the curve P-256 that signs ES256. Imported once and safe to use from many threads: keep it.</summary>
public sealed class SigningKey
{
    private const string PemLabel = "PRIVATE KEY";

    private readonly KeyPool _pool;

    private SigningKey(ECParameters parameters, VerificationKey publicKey)
    {
        _pool = new KeyPool(parameters);
        PublicKey = publicKey;
    }

    /// <summary>The public half.</summary>
    public VerificationKey PublicKey { get; }

    /// <summary>Thumbprint of the public half.</summary>
    public string KeyId => PublicKey.KeyId;

    /// <summary>A new key from the system's random generator.</summary>
    public static SigningKey Generate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return TryFrom(key, out var signingKey) ? signingKey : throw new CryptographicException("The platform made a key that is not on P-256.");
    }

    /// <summary>Reads a PEM text with one unencrypted PKCS#8 block (<c>PRIVATE KEY</c>) that holds a P-256 key.</summary>
    public static bool TryImportPem(string? pem, [NotNullWhen(true)] out SigningKey? key)
    {
        key = null;
        if (pem is null || !PemEncoding.TryFind(pem, out var fields) || !pem.AsSpan()[fields.Label].SequenceEqual(PemLabel)) return false;
        using var imported = ECDsa.Create();
        try
        {
            imported.ImportFromPem(pem.AsSpan()[fields.Location]);
            return TryFrom(imported, out key);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The key as unencrypted PKCS#8 in PEM, ending with a line feed. The caller protects the file.</summary>
    public string ExportPem()
    {
        var key = _pool.Rent();
        try
        {
            return PemEncoding.WriteString(PemLabel, key.ExportPkcs8PrivateKey()) + "\n";
        }
        finally
        {
            _pool.Return(key);
        }
    }

    /// <summary>ES256 signature of <paramref name="message"/>: 64 bytes, r then s (RFC 7518, 3.4).</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var key = _pool.Rent();
        try
        {
            return key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            _pool.Return(key);
        }
    }

    /// <summary>
    /// A secret that follows from this key and a purpose: whoever holds the key has it too, and it tells nothing of the key or of the secrets for other
    /// purposes. Source: RFC 5869 (HKDF with SHA-256, the private scalar as input, no salt).
    /// </summary>
    /// <param name="purpose">Name of the one use of the secret.</param>
    /// <param name="length">Bytes, 1 to 8,160.</param>
    public byte[] Derive(ReadOnlySpan<byte> purpose, int length)
    {
        var key = _pool.Rent();
        var parameters = default(ECParameters);
        try
        {
            parameters = key.ExportParameters(includePrivateParameters: true);
            var secret = new byte[length];
            HKDF.DeriveKey(HashAlgorithmName.SHA256, parameters.D, secret, salt: [], info: purpose);
            return secret;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
            _pool.Return(key);
        }
    }

    /// <summary>The public thumbprint; the private part is never written.</summary>
    public override string ToString() => KeyId;

    private static bool TryFrom(ECDsa imported, [NotNullWhen(true)] out SigningKey? key)
    {
        key = VerificationKey.TryFrom(imported.ExportParameters(includePrivateParameters: false), out var publicKey)
            ? new(imported.ExportParameters(includePrivateParameters: true), publicKey)
            : null;
        return key is not null;
    }
}
