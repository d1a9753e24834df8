using System.Buffers;
using System.Text.Json;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Statements;

/// <summary>A verified receipt: the audience of a stream holds everything up to a number.</summary>
/// <param name="Parties">The stream; the receipt is signed by its audience, for its issuer.</param>
/// <param name="UpTo">How far: epoch, last number and its digest, which commits to every statement before it.</param>
/// <param name="IssuedAt">When, as the audience says.</param>
public sealed record Receipt(StreamParties Parties, StreamHead UpTo, DateTimeOffset IssuedAt);

/// <summary>
/// Signs and reads receipts: one signature for everything received so far. A receipt says that statements are durably kept, not that they
/// are agreed with. Source: exchange reference C.6.
/// </summary>
public static class ReceiptCodec
{
    /// <summary><c>typ</c> of a receipt; carries the version of its format.</summary>
    public const string MediaType = "ects-receipt+jwt";

    /// <summary>Largest receipt, in bytes of the compact JWS.</summary>
    public const int MaxBytes = 4 * 1024;

    /// <summary>Signs a receipt with a key of the stream's audience. Kept as it is and given again unchanged: never signed twice.</summary>
    /// <exception cref="ArgumentException">Nothing was received yet.</exception>
    public static string Sign(StreamParties parties, StreamHead upTo, DateTimeOffset issuedAt, SigningKey key)
    {
        if (upTo is not { Sequence: > 0, Head: { } head }) throw new ArgumentException("There is nothing to receipt in an empty stream.", nameof(upTo));
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("iss", parties.Audience.Value);
            json.WriteStartArray("aud");
            json.WriteStringValue(parties.Issuer.Value);
            json.WriteEndArray();
            json.WriteString("consortium", parties.Consortium);
            json.WriteString("stream", parties.Stream);
            json.WriteNumber("epoch", upTo.Epoch);
            json.WriteNumber("up_to_seq", upTo.Sequence);
            json.WriteString("head", head.Value);
            json.WriteNumber("iat", issuedAt.ToUnixTimeSeconds());
            json.WriteEndObject();
        }
        return CompactJws.Sign(buffer.WrittenSpan, MediaType, key);
    }

    /// <summary>Verifies a receipt that must be for the stream of <paramref name="parties"/>.</summary>
    /// <param name="receipt">Compact JWS.</param>
    /// <param name="parties">Stream expected.</param>
    /// <param name="keyOf">A statement key of the stream's audience with a thumbprint, or null.</param>
    /// <returns>The receipt, or <see cref="ProblemCode.StatementInvalid"/> with the fact <c>fault</c>, the same as for statements.</returns>
    public static Result<Receipt> Read(string receipt, StreamParties parties, Func<string, VerificationKey?> keyOf)
    {
        if (receipt.Length > MaxBytes) return ClaimReader.Refuse(MediaType, "size", $"it has more than {MaxBytes} bytes", ("limit_bytes", $"{MaxBytes}"));
        if (CompactJws.Verify(receipt, MediaType, keyOf).Failed(out var problem, out var verified)) return problem;
        if (!StrictJson.TryParse(verified.Payload, MaxBytes, out var document, out var fault)) return ClaimReader.Refuse(MediaType, "malformed", fault);
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) return ClaimReader.Refuse(MediaType, "malformed", "the payload is not an object");
            var claims = new ClaimReader(document.RootElement, MediaType);
            claims.Exactly("iss", parties.Audience.Value);
            claims.ExactlyOne("aud", parties.Issuer.Value);
            claims.Exactly("consortium", parties.Consortium);
            claims.Exactly("stream", parties.Stream);
            var upTo = new StreamHead(claims.SmallNumber("epoch", 1), claims.Number("up_to_seq", 1), claims.DigestOrNull("head"));
            if (upTo.Head is null) claims.Failed("head", 0);
            var issuedAt = claims.Instant("iat");
            return claims.Fault is null ? new Receipt(parties, upTo, issuedAt) : claims.Problem;
        }
    }
}
