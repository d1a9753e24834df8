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
            if (Counts(c)) kept.Append(char.ToUpperInvariant(c));
        }

        return kept.ToString();
    }

    /// <summary>A number that two codes have in common when <see cref="SameCode"/> holds for them; other codes may share it too.</summary>
    internal static ulong CodeHash(string code)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var c in code)
        {
            if (Counts(c)) hash = (hash ^ char.ToUpperInvariant(c)) * 1_099_511_628_211UL;
        }

        return hash;
    }

    /// <summary>Whether two spellings are one code, as <see cref="Code"/> compares them.</summary>
    internal static bool SameCode(string one, string other)
    {
        if ((object)one == other) return true;
        var (i, j) = (0, 0);
        while (true)
        {
            while (i < one.Length && !Counts(one[i])) i++;
            while (j < other.Length && !Counts(other[j])) j++;
            if (i == one.Length || j == other.Length) return i == one.Length && j == other.Length;
            if (one[i] != other[j] && char.ToUpperInvariant(one[i]) != char.ToUpperInvariant(other[j])) return false;
            i++;
            j++;
        }
    }

    /// <summary>A title without case and surplus space.</summary>
    internal static string Title(string title) => HasSurplusSpace(title) ? WithoutSurplusSpace(title).ToUpperInvariant() : title.ToUpperInvariant();

    /// <summary>Whether a title matches a pattern of <see cref="RuleCondition.AchievementTitle"/>.</summary>
    internal static bool TitleMatches(string pattern, string title) =>
        pattern.EndsWith('*') ? Title(title).StartsWith(Title(pattern[..^1]), StringComparison.Ordinal) : Title(title) == Title(pattern);

    private static string WithoutSurplusSpace(string title) =>
        string.Join(' ', title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static bool HasSurplusSpace(string title)
    {
        var after = true;
        foreach (var c in title)
        {
            if (char.IsWhiteSpace(c) && (after || c != ' ')) return true;
            after = c == ' ';
        }

        return after;
    }

    private static bool Counts(char c) => !char.IsWhiteSpace(c) && c is not ('.' or '-' or '_');
}
