using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MicroCreds.Domain.Identifiers;

/// <summary>SHA-256 digest of exact bytes, written as 43 characters of base64url without padding.</summary>
public sealed record Sha256Digest
{
    private Sha256Digest(string value) => Value = value;

    /// <summary>The 43 characters.</summary>
    public string Value { get; }

    /// <summary>Digest of <paramref name="bytes"/>.</summary>
    public static Sha256Digest Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return new(Base64Url.EncodeToString(hash));
    }

    /// <summary>Reads a digest exactly as written.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Sha256Digest? digest)
    {
        digest = text is { Length: 43 } && Base64Url.IsValid(text, out var length) && length == SHA256.HashSizeInBytes ? new(text) : null;
        return digest is not null;
    }

    /// <summary>Reads a digest that this node wrote itself.</summary>
    /// <exception cref="FormatException">The text is not a digest.</exception>
    public static Sha256Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is not a SHA-256 digest in base64url.");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
