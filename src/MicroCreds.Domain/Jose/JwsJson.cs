using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Jose;

/// <summary>A payload that several keys signed.</summary>
/// <param name="Payload">The exact bytes that were signed.</param>
/// <param name="KeyIds">Thumbprints of the known keys that signed, each once, in the order of the file.</param>
public sealed record JointlyVerifiedPayload(ReadOnlyMemory<byte> Payload, ImmutableArray<string> KeyIds);

/// <summary>
/// JWS in general JSON serialisation: several ES256 signatures over one payload, as a trust list needs. Source: RFC 7515, 7.2.1.
/// Header rules are those of <see cref="CompactJws"/>; unprotected headers are refused.
/// </summary>
public static class JwsJson
{
    /// <summary>Largest text that is read, in bytes: room for a trust list of 2,000 members.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Most signatures on one text.</summary>
    public const int MaxSignatures = 32;

    /// <summary>Signs <paramref name="payload"/> with every key of <paramref name="keys"/>.</summary>
    public static string Sign(ReadOnlySpan<byte> payload, string typ, IReadOnlyList<SigningKey> keys)
    {
        var encoded = Base64Url.EncodeToString(payload);
        return Write(encoded, keys.Select(key => SignOnce(encoded, typ, key)));
    }

    /// <summary>Adds one more signature over the same payload. Signatures already there are kept as they are; they are not verified here.</summary>
    /// <returns>The new text, or <see cref="ProblemCode.StatementInvalid"/> when <paramref name="json"/> is not such a text.</returns>
    public static Result<string> AddSignature(string json, string typ, SigningKey key) =>
        TryRead(Encoding.UTF8.GetBytes(json), out var payload, out var signatures) && signatures.Length < MaxSignatures
            ? Write(payload, signatures.Add(SignOnce(payload, typ, key)))
            : JwsFault.Malformed.ToProblem(typ);

    /// <summary>
    /// Verifies that at least <paramref name="threshold"/> different keys known to <paramref name="keyOf"/> signed. Signatures of unknown keys
    /// do not count and do no harm (a key may have been retired); a wrong signature in the name of a known key refuses the whole.
    /// </summary>
    /// <returns>Payload and keys, or <see cref="ProblemCode.StatementInvalid"/> with the fact <c>fault</c>: those of <see cref="CompactJws"/> or <c>threshold</c>.</returns>
    public static Result<JointlyVerifiedPayload> Verify(ReadOnlyMemory<byte> json, string typ, int threshold, Func<string, VerificationKey?> keyOf)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        if (!TryRead(json, out var encoded, out var signatures) || !Base64UrlText.TryDecode(encoded, out var payload)) return JwsFault.Malformed.ToProblem(typ);

        var signers = ImmutableArray.CreateBuilder<string>();
        foreach (var (header, signatureText) in signatures)
        {
            if (!JwsHeader.TryRead(Encoding.UTF8.GetBytes(header), typ, out var keyId, out var fault)) return fault.Value.ToProblem(typ);
            if (!Base64UrlText.TryDecode(signatureText, out var signature)) return JwsFault.Malformed.ToProblem(typ, keyId);
            if (keyOf(keyId) is not { } key || key.KeyId != keyId) continue;
            if (!key.Verify(Encoding.ASCII.GetBytes($"{header}.{encoded}"), signature)) return JwsFault.Signature.ToProblem(typ, keyId);
            if (!signers.Contains(keyId)) signers.Add(keyId);
        }
        return signers.Count >= threshold ? new JointlyVerifiedPayload(payload, signers.ToImmutable()) : JwsFault.Threshold.ToProblem(typ);
    }

    private static Signature SignOnce(string encodedPayload, string typ, SigningKey key)
    {
        var header = JwsHeader.Encode(typ, key.KeyId);
        return new(header, Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes($"{header}.{encodedPayload}"))));
    }

    private static string Write(string encodedPayload, IEnumerable<Signature> signatures) =>
        $$"""{"payload":"{{encodedPayload}}","signatures":[{{string.Join(',', signatures.Select(s => $$"""{"protected":"{{s.Header}}","signature":"{{s.Text}}"}"""))}}]}""";

    private static bool TryRead(ReadOnlyMemory<byte> json, out string payload, out ImmutableArray<Signature> signatures)
    {
        payload = "";
        signatures = [];
        if (!StrictJson.TryParse(json, MaxBytes, out var document, out _)) return false;
        using (document)
        {
            var root = document.RootElement;
            if (!HasExactly(root, "payload", "signatures") || Text(root, "payload") is not { } encoded) return false;
            var entries = root.GetProperty("signatures");
            if (entries.ValueKind != JsonValueKind.Array || entries.GetArrayLength() is 0 or > MaxSignatures) return false;
            var builder = ImmutableArray.CreateBuilder<Signature>();
            foreach (var entry in entries.EnumerateArray())
            {
                if (!HasExactly(entry, "protected", "signature") || Text(entry, "protected") is not { } header || Text(entry, "signature") is not { } text
                    || !Base64UrlText.TryDecode(header, out _) || !Base64UrlText.TryDecode(text, out _)) return false;
                builder.Add(new(header, text));
            }
            payload = encoded;
            signatures = builder.ToImmutable();
            return Base64UrlText.TryDecode(encoded, out _);
        }
    }

    private static bool HasExactly(JsonElement element, string first, string second) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(first, out _) && element.TryGetProperty(second, out _)
        && element.EnumerateObject().Count() == 2;

    private static string? Text(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    private readonly record struct Signature(string Header, string Text);
}
