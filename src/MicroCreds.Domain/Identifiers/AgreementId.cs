using System.Diagnostics.CodeAnalysis;

namespace MicroCreds.Domain.Identifiers;

/// <summary>
/// Identifier of a learning agreement, chosen by whoever records it, for example the number of the mobility. 1 to 40 characters: letters, digits and
/// <c>. _ / : -</c>, case-sensitive. It is shown in decisions, so it names no person.
/// </summary>
public sealed record AgreementId
{
    /// <summary>Most characters, so that a component of a version can be named by a <see cref="RuleId"/>.</summary>
    public const int MaxLength = 40;

    private AgreementId(string value) => Value = value;

    /// <summary>The identifier as it was given.</summary>
    public string Value { get; }

    /// <summary>Reads an identifier exactly as written.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AgreementId? id)
    {
        id = text is { Length: <= MaxLength } && Code.IsValid(text) ? new(text) : null;
        return id is not null;
    }

    /// <summary>Reads an identifier that this node wrote itself.</summary>
    /// <exception cref="FormatException">The text is not an agreement identifier.</exception>
    public static AgreementId Parse(string text) => TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not an agreement identifier.");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
