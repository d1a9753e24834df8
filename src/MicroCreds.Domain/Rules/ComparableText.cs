using System.Text;

namespace MicroCreds.Domain.Rules;

/// <summary>How codes and titles are compared: the spelling is kept, the comparison forgives what people forgive.</summary>
internal static class ComparableText
{
    /// <summary>A code without case, spaces, dots, hyphens and underscores: <c>CR/EST-101</c> and <c>cr/est101</c> are one code.</summary>
    internal static string Code(string code)
    {
        var kept = new StringBuilder(code.Length);
        foreach (var c in code)
        {
            if (!char.IsWhiteSpace(c) && c is not ('.' or '-' or '_')) kept.Append(char.ToUpperInvariant(c));
        }

        return kept.ToString();
    }

    /// <summary>A title without case and surplus space.</summary>
    internal static string Title(string title) =>
        string.Join(' ', title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();

    /// <summary>Whether a title matches a pattern of <see cref="RuleCondition.AchievementTitle"/>.</summary>
    internal static bool TitleMatches(string pattern, string title) =>
        pattern.EndsWith('*') ? Title(title).StartsWith(Title(pattern[..^1]), StringComparison.Ordinal) : Title(title) == Title(pattern);
}
