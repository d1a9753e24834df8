using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>JSON in its one canonical spelling: members by UTF-16 code units, numbers as ECMAScript writes them, no white space. Source: RFC 8785 (JCS).</summary>
internal static class CanonicalJson
{
    /// <summary>The canonical bytes of a value.</summary>
    /// <exception cref="LinkedDataException">A number is beyond what a double holds.</exception>
    public static byte[] Write(JsonElement value)
    {
        var text = new StringBuilder();
        Append(value, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A number as ECMAScript writes it. RFC 8785, 3.2.2.3.</summary>
    public static string Number(double number)
    {
        if (!double.IsFinite(number)) throw new LinkedDataException("a number is too large");
        if (number == 0) return "0";
        var (digits, exponent) = Parts(Math.Abs(number).ToString("R", CultureInfo.InvariantCulture));
        var sign = number < 0 ? "-" : "";
        return exponent switch
        {
            >= 0 and < 21 when digits.Length <= exponent + 1 => $"{sign}{digits}{new string('0', exponent + 1 - digits.Length)}",
            >= 0 and < 21 => $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}",
            < 0 and >= -6 => $"{sign}0.{new string('0', -exponent - 1)}{digits}",
            _ => string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}"),
        };
    }

    // The shortest digits that read back the same, and the power of ten of the first. The framework finds them; only its spelling differs.
    private static (string Digits, int Exponent) Parts(string round)
    {
        var (mantissa, power) = round.IndexOf('E', StringComparison.Ordinal) is var at && at < 0 ? (round, 0) : (round[..at], int.Parse(round[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        var point = mantissa.IndexOf('.', StringComparison.Ordinal) is var dot && dot < 0 ? mantissa.Length : dot;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var significant = digits.TrimStart('0');
        return (significant.TrimEnd('0'), power + point - 1 - (digits.Length - significant.Length));
    }

    private static void Append(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                var first = true;
                foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    if (!first) text.Append(',');
                    first = false;
                    text.AppendQuoted(member.Name, "x4");
                    text.Append(':');
                    Append(member.Value, text);
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                var next = false;
                foreach (var entry in value.EnumerateArray())
                {
                    if (next) text.Append(',');
                    next = true;
                    Append(entry, text);
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                text.AppendQuoted(value.GetString() ?? "", "x4");
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetDouble()));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
