using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MicroCreds.Domain.Identifiers;

/// <summary>Identifier of a recognition case: 128 random bits as 32 lower-case hexadecimal digits. Says nothing about learner, date or institution.</summary>
public sealed record CaseId
{
    private CaseId(string value) => Value = value;

    /// <summary>The 32 digits.</summary>
    public string Value { get; }

    /// <summary>A new identifier from the system's random generator.</summary>
    public static CaseId New() => new(RandomNumberGenerator.GetHexString(32, lowercase: true));

    /// <summary>Reads an identifier exactly as written.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CaseId? id)
    {
        id = text is { Length: 32 } && text.All(char.IsAsciiHexDigitLower) ? new(text) : null;
        return id is not null;
    }

    /// <summary>Reads an identifier that this node wrote itself.</summary>
    /// <exception cref="FormatException">The text is not a case identifier.</exception>
    public static CaseId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a case identifier.");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
