using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MicroCreds.Domain.Identifiers;

/// <summary>
/// Pseudonym of a learner inside one institution: HMAC-SHA-256 of the learner's identifier under a key only that institution
/// holds, as 43 characters of base64url. The same learner has unrelated keys at two institutions.
/// </summary>
public sealed record LearnerKey
{
    private LearnerKey(string value) => Value = value;

    /// <summary>The 43 characters.</summary>
    public string Value { get; }

    /// <summary>The pseudonym of the learner known by <paramref name="identifier"/>.</summary>
    public static LearnerKey For(string identifier, ReadOnlySpan<byte> institutionSecret) =>
        new(Base64Url.EncodeToString(HMACSHA256.HashData(institutionSecret, Encoding.UTF8.GetBytes(identifier))));

    /// <summary>Reads a pseudonym that this node wrote itself.</summary>
    /// <exception cref="FormatException">The text is not a pseudonym.</exception>
    public static LearnerKey Parse(string text) =>
        Sha256Digest.TryParse(text, out _) ? new(text) : throw new FormatException("The text is not a learner pseudonym.");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
