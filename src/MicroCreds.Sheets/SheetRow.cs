using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Documents;

namespace MicroCreds.Sheets;

/// <summary>One row of a sheet. Reading a cell that is wrong notes it, named as <c>sheet:row:column</c>, and answers as an empty one.</summary>
internal sealed partial class SheetRow(string sheet, int number, string[] header, string[] cells, SheetViolations violations)
{
    /// <summary>Reads an identifier exactly as written.</summary>
    internal delegate bool Parser<T>(string? text, out T? value);

    /// <summary>Number of the row; the header is row 1.</summary>
    internal int Number { get; } = number;

    /// <summary>Whether every cell read so far was right.</summary>
    internal bool Right { get; private set; } = true;

    /// <summary>Name of a cell.</summary>
    internal string Cell(string column) => $"{sheet}:{Number}:{column}";

    /// <summary>Names of the columns.</summary>
    internal ImmutableArray<string> Header => [.. header];

    /// <summary>The cells as read.</summary>
    internal ImmutableArray<string> Cells => [.. cells];

    /// <summary>Why the row is not right; empty when it is.</summary>
    internal ImmutableArray<CellFault> Faults { get; private set; } = [];

    /// <summary>Whether the row has the shape the header gives it, so that its cells can be read.</summary>
    internal bool Shaped { get; private set; } = true;

    /// <summary>Notes that the row has no shape that could be read.</summary>
    internal void WrongAsAWhole(string description)
    {
        (Right, Shaped) = (false, false);
        Faults = Faults.Add(new("", "", description));
        violations.Add($"{sheet}:{Number}", description);
    }

    /// <summary>Notes a wrong cell.</summary>
    internal void Wrong(string column, string description)
    {
        Right = false;
        Faults = Faults.Add(new(column, Short(Raw(column)), description));
        violations.Add(Cell(column), description);
    }

    /// <summary>A text of at most <paramref name="maxLength"/> characters; empty when missing.</summary>
    internal string Text(string column, int maxLength, bool required = false)
    {
        var text = Raw(column);
        if (text.Length > maxLength) Wrong(column, $"has {text.Length} characters; at most {maxLength}");
        else if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))) Wrong(column, "holds a control character");
        else if (required && text.Length == 0) Wrong(column, "is required");
        else return text;
        return "";
    }

    /// <summary>A value with a parser of its own; null when missing or wrong.</summary>
    internal T? Value<T>(string column, Parser<T> parse, string expected, bool required = false) where T : class
    {
        var text = Raw(column);
        if (text.Length == 0)
        {
            if (required) Wrong(column, "is required");
            return null;
        }

        if (parse(text, out var value)) return value;
        Wrong(column, $"'{Short(text)}' is not {expected}");
        return null;
    }

    /// <summary>A word of an enumeration; null when missing.</summary>
    internal T? Word<T>(string column, params T[] without) where T : struct, Enum => Words(column, without) is [var one] ? one : null;

    /// <summary>Words of an enumeration, split by <c>|</c>; empty when missing.</summary>
    internal ImmutableArray<T> Words<T>(string column, params T[] without) where T : struct, Enum
    {
        var words = ImmutableArray.CreateBuilder<T>();
        foreach (var text in Split(column))
        {
            if (SnakeCase.TryParse<T>(text, out var value) && !without.Contains(value.Value)) words.Add(value.Value);
            else Wrong(column, $"'{Short(text)}' is none of {string.Join(", ", Enum.GetValues<T>().Except(without).Select(SnakeCase.Of))}");
        }

        return words.ToImmutable();
    }

    /// <summary>The parts of a cell split by <c>|</c>, without empty ones.</summary>
    internal string[] Split(string column) => Raw(column).Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary><c>yes</c> or <c>no</c>; no when missing.</summary>
    internal bool Yes(string column)
    {
        var text = Raw(column);
        if (text.Equals("yes", StringComparison.OrdinalIgnoreCase)) return true;
        if (text.Length > 0 && !text.Equals("no", StringComparison.OrdinalIgnoreCase)) Wrong(column, $"'{Short(text)}' is neither yes nor no");
        return false;
    }

    /// <summary>A day as <c>YYYY-MM-DD</c>; null when missing.</summary>
    internal DateOnly? Day(string column)
    {
        var text = Raw(column);
        if (text.Length == 0) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        Wrong(column, $"'{Short(text)}' is not a day; write it as YYYY-MM-DD, for example 2026-09-01");
        return null;
    }

    /// <summary>ECTS credits with a decimal point; null when missing.</summary>
    internal EctsCredits? Credits(string column, bool required = false)
    {
        if (Decimal(column, required) is not { } text) return null;
        if (EctsCredits.TryParse(text, out var credits)) return credits;
        Wrong(column, $"'{Short(text)}' is not an amount of ECTS credits; 0 to 360 with at most two decimals, for example 1.5");
        return null;
    }

    /// <summary>A number with at most three decimals, in thousandths; null when missing.</summary>
    internal int? Thousandths(string column)
    {
        if (Decimal(column, required: false) is not { } text) return null;
        if (ThreeDecimals().IsMatch(text)) return (int)(decimal.Parse(text, CultureInfo.InvariantCulture) * 1000);
        Wrong(column, $"'{Short(text)}' is not a number from 0 to 99999 with at most three decimals, for example 7.5");
        return null;
    }

    /// <summary>A whole number; null when missing.</summary>
    internal int? Whole(string column, int from, int to, bool required = false)
    {
        var text = Raw(column);
        if (text.Length == 0)
        {
            if (required) Wrong(column, "is required");
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= from && value <= to) return value;
        Wrong(column, $"'{Short(text)}' is not a whole number from {from} to {to}");
        return null;
    }

    private string? Decimal(string column, bool required)
    {
        var text = Raw(column);
        if (text.Length == 0)
        {
            if (required) Wrong(column, "is required");
            return null;
        }

        if (!CommaDecimal().IsMatch(text)) return text;
        // 1,500 may mean one and a half or fifteen hundred; only its author knows.
        Wrong(column, $"'{Short(text)}' has a decimal comma; write {text.Replace(',', '.')}");
        return null;
    }

    private string Raw(string column)
    {
        var index = Array.IndexOf(header, column);
        return index >= 0 && index < cells.Length ? cells[index] : "";
    }

    private static string Short(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");

    [GeneratedRegex(@"^[0-9]{1,5}(\.[0-9]{1,3})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex ThreeDecimals();

    [GeneratedRegex(@"^[0-9]{1,9},[0-9]{1,9}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CommaDecimal();
}
