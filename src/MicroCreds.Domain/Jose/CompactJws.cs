using System.Buffers.Text;
using System.Text;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Jose;

/// <summary>A payload whose signature was verified.</summary>
/// <param name="Payload">The exact bytes that were signed.</param>
/// <param name="KeyId">Thumbprint of the key that signed.</param>
public sealed record VerifiedPayload(ReadOnlyMemory<byte> Payload, string KeyId);

/// <summary>
/// JWS in compact serialisation with exactly one algorithm, ES256, and exactly one header shape. Source: RFC 7515, 3.1 and 7.1.
/// The text as received is what is kept, hashed and sent on; it is never made again from its parts.
/// </summary>
public static class CompactJws
{
    /// <summary>Largest text that is read, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Signs <paramref name="payload"/> for the purpose <paramref name="typ"/>. The key's thumbprint becomes <c>kid</c>.</summary>
    public static string Sign(ReadOnlySpan<byte> payload, string typ, SigningKey key)
    {
        var input = $"{JwsHeader.Encode(typ, key.KeyId)}.{Base64Url.EncodeToString(payload)}";
        return $"{input}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>Verifies a text that must have been signed for the purpose <paramref name="typ"/>.</summary>
    /// <param name="compact">The text.</param>
    /// <param name="typ">The <c>typ</c> demanded.</param>
    /// <param name="keyOf">The signer's key with a thumbprint, from a trusted source, or null.</param>
    /// <returns>Payload and key, or <see cref="ProblemCode.StatementInvalid"/> with the fact <c>fault</c>: <c>malformed</c>, <c>header</c>, <c>algorithm</c>, <c>type</c>, <c>key_unknown</c> or <c>signature</c>.</returns>
    public static Result<VerifiedPayload> Verify(string compact, string typ, Func<string, VerificationKey?> keyOf) =>
        compact.Length > MaxBytes ? JwsFault.Malformed.ToProblem(typ) : Verify(Encoding.UTF8.GetBytes(compact), typ, keyOf);

    /// <inheritdoc cref="Verify(string, string, Func{string, VerificationKey})"/>
    public static Result<VerifiedPayload> Verify(ReadOnlySpan<byte> compact, string typ, Func<string, VerificationKey?> keyOf)
    {
        var first = compact.IndexOf((byte)'.');
        var second = compact.LastIndexOf((byte)'.');
        if (compact.Length > MaxBytes || first <= 0 || second <= first) return JwsFault.Malformed.ToProblem(typ);
        if (!JwsHeader.TryRead(compact[..first], typ, out var keyId, out var fault)) return fault.Value.ToProblem(typ);
        if (!Base64UrlText.TryDecode(compact[(first + 1)..second], out var payload) || !Base64UrlText.TryDecode(compact[(second + 1)..], out var signature))
            return JwsFault.Malformed.ToProblem(typ, keyId);
        if (keyOf(keyId) is not { } key || key.KeyId != keyId) return JwsFault.KeyUnknown.ToProblem(typ, keyId);
        return key.Verify(compact[..second], signature) ? new VerifiedPayload(payload, keyId) : JwsFault.Signature.ToProblem(typ, keyId);
    }
}
