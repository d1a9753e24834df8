using System.Globalization;
using System.Text;
using MicroCreds.Federation.V1;

namespace MicroCreds.Console.Language;

/// <summary>Text from outside, made safe to read: what a reader cannot see is spelt out.</summary>
internal static class ForeignText
{
    /// <summary>
    /// The text with every invisible, direction-changing or unpaired character written as <c>[U+202E]</c>. Such characters can make a name read as
    /// another one (Unicode TR36, "Bidirectional Text Spoofing"). Line ends and tabs stay.
    /// </summary>
    public static string Visible(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        StringBuilder? shown = null;
        var at = 0;
        while (at < text.Length)
        {
            var taken = 1;
            int? hidden = char.IsSurrogate(text[at]) ? text[at] : null;
            if (Rune.TryGetRuneAt(text, at, out var rune))
            {
                taken = rune.Utf16SequenceLength;
                hidden = IsHidden(rune) ? rune.Value : null;
            }
            if (hidden is { } value)
            {
                shown ??= new StringBuilder(text, 0, at, text.Length + 16);
                shown.Append(CultureInfo.InvariantCulture, $"[U+{value:X4}]");
            }
            else shown?.Append(text, at, taken);
            at += taken;
        }
        return shown?.ToString() ?? text;
    }

    /// <summary>The text in the reader's language, else English, else the first by tag, with the tag it has.</summary>
    public static (string Language, string Text) Pick(LocalisedText? text)
    {
        if (text is null || text.ByLanguage.Count == 0) return ("", "");
        foreach (var tag in (string[])[CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, "en"])
            if (text.ByLanguage.TryGetValue(tag, out var found)) return (tag, found);
        var first = text.ByLanguage.OrderBy(p => p.Key, StringComparer.Ordinal).First();
        return (first.Key, first.Value);
    }

    // Joiners shape letters in some scripts, yet alone they serve to disguise; an office can read past "[U+200D]".
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => true,
        UnicodeCategory.Control => rune.Value is not ('\n' or '\r' or '\t'),
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        _ => rune.Value is 0x3164 or 0xFFA0 or 0x115F or 0x1160 or 0x2800,
    };
}
