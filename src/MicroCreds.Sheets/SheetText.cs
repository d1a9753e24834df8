using System.Text;

namespace MicroCreds.Sheets;

/// <summary>Makes text of a sheet's bytes: UTF-8 with or without a byte order mark, or Windows-1252 where the text can be nothing else.</summary>
internal static class SheetText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text; null with a sentence when the bytes are no UTF-8 text.</summary>
    internal static string? Decode(ReadOnlySpan<byte> bytes, out string problem)
    {
        problem = "";
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0])) problem = "is a workbook of an old or locked kind; save it as \"Excel workbook (.xlsx)\" without a password, or as \"CSV UTF-8\"";
        else if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) problem = "is UTF-16 text; save it as \"CSV UTF-8\"";
        else if (bytes.Contains((byte)0)) problem = "holds zero bytes and is no text; save it as \"CSV UTF-8\"";
        if (problem.Length > 0) return null;

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) bytes = bytes[3..];
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            if (WindowsText.Decode(bytes) is { } western) return western;
            var line = 1 + bytes[..Math.Clamp(e.Index, 0, bytes.Length)].Count((byte)'\n');
            problem = $"is not UTF-8: line {line} holds a byte that no UTF-8 text has, and the text is not Western European either; save it as \"CSV UTF-8\"";
            return null;
        }
    }

    /// <summary>The separator the header row uses: a semicolon when it has more semicolons than commas outside quotation marks, else a comma.</summary>
    internal static char Separator(string text)
    {
        var (commas, semicolons, quoted) = (0, 0, false);
        foreach (var c in text)
        {
            if (c == '"') quoted = !quoted;
            else if (quoted) continue;
            else if (c is '\n' or '\r') break;
            else if (c == ',') commas++;
            else if (c == ';') semicolons++;
        }

        return semicolons > commas ? ';' : ',';
    }
}
