using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace MicroCreds.Domain.Identifiers;

/// <summary>Shape shared by the codes an institution gives its own things: 1 to 64 characters, letters, digits and <c>. _ / : -</c>, starting with a letter or digit. Case-sensitive; the spelling is kept.</summary>
internal static partial class Code
{
    internal const int MaxLength = 64;

    internal static bool IsValid([NotNullWhen(true)] string? text) => text is { Length: >= 1 and <= MaxLength } && Pattern().IsMatch(text);

    internal static string Require(string text, string what) =>
        IsValid(text) ? text : throw new FormatException($"'{text}' is not a {what}.");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._/:-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
