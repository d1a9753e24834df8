using System.Text;

namespace MicroCreds.Sheets;

/// <summary>
/// Text in Windows-1252, in which Excel writes plain CSV in Western Europe. Any bytes can be read so; text of other code pages comes out as
/// nonsense, and nonsense is refused: punctuation inside words, or accented letters in a row, which Western European languages do not have.
/// </summary>
internal static class WindowsText
{
    // Accented letters side by side: "créée", "ïeë" have two; Cyrillic and Greek read as Windows-1252 have whole words.
    private const int MaxAccentedInARow = 2;

    private const string Letters = "ŠšŽžŸŒœƒªº";
    private const string Marks = "€‚„…‘’“”•–—˜™‹›¡¿«»°·§©®£¢¥±²³¹¼½¾µ¶\u00A0\u00AD´¨¸¯¬¦¤";

    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252) ?? Encoding.Latin1;

    /// <summary>The text; null when it reads as nonsense.</summary>
    internal static string? Decode(ReadOnlySpan<byte> bytes)
    {
        var text = Windows1252.GetString(bytes);
        var accented = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c < 0x80)
            {
                accented = 0;
            }
            else if (c is (>= 'À' and <= 'ÿ') and not ('×' or '÷') || Letters.Contains(c, StringComparison.Ordinal))
            {
                if (++accented > MaxAccentedInARow) return null;
            }
            else if (!Marks.Contains(c, StringComparison.Ordinal) || InsideWord(text, i))
            {
                return null;
            }
        }

        return text;
    }

    // Central European letters read as Windows-1252 are marks within words: the Polish wartość comes out as wartoœæ, złoty as z³oty.
    private static bool InsideWord(string text, int i) =>
        text[i] is not ('’' or '·' or '–' or '\u00AD') && i > 0 && char.IsLetter(text[i - 1]) && i + 1 < text.Length && char.IsLetter(text[i + 1]);
}
