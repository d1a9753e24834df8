using System.Globalization;
using System.Text;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Output;

/// <summary>Values of the contract as a person reads them in a terminal.</summary>
internal static class PlainText
{
    /// <summary>The text without control characters: what a credential or a partner wrote must not steer the terminal.</summary>
    public static string Safe(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var hidden = rune.Value is not ('\n' or '\t') && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format;
            safe.Append(hidden ? "\uFFFD" : rune.ToString());
        }
        return safe.ToString();
    }

    /// <summary>A text in English, else in its first language.</summary>
    public static string Of(LocalisedText? text) =>
        text is null || text.ByLanguage.Count == 0 ? ""
        : text.ByLanguage.TryGetValue("en", out var english) ? english
        : text.ByLanguage.OrderBy(pair => pair.Key, StringComparer.Ordinal).First().Value;

    /// <summary>Hundredths of a credit as credits: <c>1.5</c>.</summary>
    public static string Credits(int hundredths) => (hundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>An enumeration value of the contract without its prefix, in words: <c>STATE_APPEAL_UPHELD</c> is <c>appeal upheld</c>.</summary>
    public static string Of<T>(T value) where T : struct, Enum => Words(value.ToString());

    /// <summary>An instant in UTC, to the second; a dash when absent.</summary>
    public static string Of(Google.Protobuf.WellKnownTypes.Timestamp? time) =>
        time is null ? "-" : time.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The text, or a dash when it is empty.</summary>
    public static string OrDash(string? text) => string.IsNullOrEmpty(text) ? "-" : Safe(text);

    private static string Words(string pascal)
    {
        var words = new StringBuilder(pascal.Length + 4);
        foreach (var character in pascal)
        {
            if (char.IsUpper(character) && words.Length > 0) words.Append(' ');
            words.Append(char.ToLowerInvariant(character));
        }
        return words.ToString();
    }
}
