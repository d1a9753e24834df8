using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace MicroCreds.Domain.Jose;

/// <summary>
/// Reads JSON that arrives from outside and is relied upon: two readers must never see two meanings in the same bytes. Refuses
/// duplicate names, comments, trailing commas, anything after the value, invalid UTF-8, half surrogate pairs, a byte order mark,
/// more than <see cref="MaxDepth"/> levels and more bytes than asked for. Source: RFC 8259, 4 and 8; RFC 7493 (I-JSON), 2.
/// </summary>
public static class StrictJson
{
    /// <summary>Deepest nesting of objects and arrays that is read.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = MaxDepth,
    };

    /// <summary>Reads one JSON value. The document keeps a view of <paramref name="utf8"/>: the bytes must not change while it is in use.</summary>
    /// <param name="utf8">The bytes, without byte order mark.</param>
    /// <param name="maxBytes">Most bytes that are looked at.</param>
    /// <param name="document">The value, to be disposed.</param>
    /// <param name="fault">What is wrong, with its place; never a piece of the content.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> utf8, int maxBytes, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out string? fault)
    {
        document = null;
        fault = utf8.Length > maxBytes ? string.Create(CultureInfo.InvariantCulture, $"the text has {utf8.Length} bytes, more than {maxBytes}")
            : StartsWithByteOrderMark(utf8.Span) ? "the text begins with a byte order mark"
            : !Utf8.IsValid(utf8.Span) ? "the text is not UTF-8"
            : null;
        if (fault is not null) return false;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
            // Half surrogate pairs can only come from escapes; the reader takes them unseen and would throw when the text is read later.
            if (HasEscapeByNumber(utf8.Span)) ReadEscapedTexts(document.RootElement);
            return true;
        }
        catch (JsonException exception)
        {
            document = null;
            // A name that occurs twice is found when the object is complete, and has no place.
            var place = exception.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $" at line {line + 1}, byte {exception.BytePositionInLine}") : "";
            fault = $"not strict JSON{place}: {Kind(exception)}";
        }
        catch (InvalidOperationException)
        {
            document?.Dispose();
            document = null;
            fault = "a text holds half of a surrogate pair";
        }
        return false;
    }

    /// <summary>The bytes after a byte order mark, for formats whose files may begin with one.</summary>
    public static ReadOnlyMemory<byte> SkipByteOrderMark(ReadOnlyMemory<byte> utf8) => StartsWithByteOrderMark(utf8.Span) ? utf8[3..] : utf8;

    private static bool StartsWithByteOrderMark(ReadOnlySpan<byte> utf8) => utf8.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]);

    // The parser's own message quotes the content, which may be personal data.
    private static string Kind(JsonException exception) =>
        exception.Message.Contains("uplicate", StringComparison.Ordinal) ? "a name occurs twice in one object"
        : exception.Message.Contains("maximum configured depth", StringComparison.OrdinalIgnoreCase) ? $"nested deeper than {MaxDepth} levels"
        : "unexpected or missing character";

    private static bool HasEscapeByNumber(ReadOnlySpan<byte> text) => text.IndexOf("\\u"u8) >= 0;

    // Only texts with such an escape become strings: a picture beside them may be most of the file.
    private static void ReadEscapedTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    if (HasEscapeByNumber(JsonMarshal.GetRawUtf8PropertyName(property))) _ = property.Name;
                    ReadEscapedTexts(property.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (var entry in element.EnumerateArray()) ReadEscapedTexts(entry);
                break;
            case JsonValueKind.String when HasEscapeByNumber(JsonMarshal.GetRawUtf8Value(element)):
                _ = element.GetString();
                break;
        }
    }
}
