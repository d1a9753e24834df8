using System.Diagnostics.CodeAnalysis;

namespace MicroCreds.Domain.Identifiers;

/// <summary>Identifier of an equivalence rule, chosen by the institution and stable over its versions. 1 to 64 characters: letters, digits and <c>. _ / : -</c>, case-sensitive.</summary>
public sealed record RuleId
{
    private RuleId(string value) => Value = value;

    /// <summary>The code as the institution spells it.</summary>
    public string Value { get; }

    /// <summary>Reads a code exactly as written.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RuleId? code)
    {
        code = Code.IsValid(text) ? new(text) : null;
        return code is not null;
    }

    /// <summary>Reads a code that this node wrote itself.</summary>
    /// <exception cref="FormatException">The text is not a rule identifier.</exception>
    public static RuleId Parse(string text) => new(Code.Require(text, "rule identifier"));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
