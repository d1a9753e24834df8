using System.Globalization;
using System.Text;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>Texts in quotes as the canonical forms of JSON and N-Quads write them: the same escapes but for the rest of the control characters.</summary>
internal static class QuotedText
{
    /// <summary>Appends a text with its quotes.</summary>
    /// <param name="text">What is appended to.</param>
    /// <param name="value">The text.</param>
    /// <param name="control">Format of a control character without a letter of its own: <c>x4</c> (RFC 8785, 3.2.2.2) or <c>X4</c>, with which delete is escaped too (RDFC-1.0, A).</param>
    public static StringBuilder AppendQuoted(this StringBuilder text, string value, string control)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append("\\u").Append(((int)character).ToString(control, CultureInfo.InvariantCulture)),
                '\u007F' when control == "X4" => text.Append("\\u007F"),
                _ => text.Append(character),
            };
        }
        return text.Append('"');
    }
}
