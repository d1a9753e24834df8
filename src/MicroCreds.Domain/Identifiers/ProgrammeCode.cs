using System.Diagnostics.CodeAnalysis;

namespace MicroCreds.Domain.Identifiers;

/// <summary>Code of a programme of the receiving institution. 1 to 64 characters: letters, digits and <c>. _ / : -</c>, case-sensitive.</summary>
public sealed record ProgrammeCode
{
    private ProgrammeCode(string value) => Value = value;

    /// <summary>The code as the institution spells it.</summary>
    public string Value { get; }

    /// <summary>Reads a code exactly as written.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ProgrammeCode? code)
    {
        code = Code.IsValid(text) ? new(text) : null;
        return code is not null;
    }

    /// <summary>Reads a code that this node wrote itself.</summary>
    /// <exception cref="FormatException">The text is not a programme code.</exception>
    public static ProgrammeCode Parse(string text) => new(Code.Require(text, "programme code"));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
