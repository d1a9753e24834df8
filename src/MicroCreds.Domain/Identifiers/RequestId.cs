using System.Diagnostics.CodeAnalysis;

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

    /// <inheritdoc/>
    public override string ToString() => Value;
}
