using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace MicroCreds.Domain.Identifiers;

/// <summary>Identifier the client makes for one change: a UUID (RFC 9562) in its canonical lower-case form. Sent again unchanged on every retry.</summary>
public sealed record RequestId
{
    private RequestId(string value) => Value = value;

    /// <summary>The UUID, 36 characters.</summary>
    public string Value { get; }

    /// <summary>Reads a UUID; upper-case digits are folded, since RFC 9562 compares them alike. The nil UUID is refused.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RequestId? id)
    {
        id = text is { Length: 36 } && Guid.TryParseExact(text, "D", out var guid) && guid != Guid.Empty ? new(guid.ToString("D")) : null;
        return id is not null;
    }

    /// <summary>A new identifier (UUID version 7).</summary>
    public static RequestId New() => new(Guid.CreateVersion7().ToString("D"));

    /// <summary>The identifier of one part of the change that this one is for: always the same for the same part.</summary>
    public RequestId ForPart(ReadOnlySpan<byte> part)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. Encoding.ASCII.GetBytes(Value), .. part], hash);
        // RFC 9562, 5.8: a UUID of one's own making.
        (hash[6], hash[8]) = ((byte)((hash[6] & 0x0F) | 0x80), (byte)((hash[8] & 0x3F) | 0x80));
        return new(new Guid(hash[..16], bigEndian: true).ToString("D"));
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
