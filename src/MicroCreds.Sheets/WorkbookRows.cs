using System.Globalization;
using ExcelDataReader;

namespace MicroCreds.Sheets;

/// <summary>Rows of the sheet on which a reader stands. Cells become the text that a CSV file would hold: numbers with a point, days as YYYY-MM-DD.</summary>
internal static class WorkbookRows
{
    /// <summary>The rows, the header first, numbered as the spreadsheet shows them.</summary>
    internal static IEnumerable<RawRow> Read(IExcelDataReader reader)
    {
        var merged = new HashSet<int>((reader.MergeCells ?? []).SelectMany(range => Enumerable.Range(range.FromRow, Math.Min(range.ToRow, SheetReader.MaxRows + 1) - range.FromRow + 1)));
        for (var number = 1; reader.Read(); number++)
        {
            var cells = new string[Math.Min(reader.FieldCount, SheetRows.MaxColumns + 1)];
            var fault = merged.Contains(number - 1) ? "holds merged cells, of which only the first has a value; unmerge them and fill in each" : "";
            for (var i = 0; i < cells.Length; i++) cells[i] = Text(reader, i);
            // What a sheet is wide is the width of its widest row; empty cells at the right are no cells of this row.
            var count = Array.FindLastIndex(cells, c => c.Length > 0) + 1;
            yield return new(number, cells[..count], count, fault);
            if (number > SheetReader.MaxRows + 1) yield break;
        }
    }

    private static string Text(IExcelDataReader reader, int column) => reader.GetValue(column) switch
    {
        null => "",
        string text => FormulaText.Unguard(text.Trim()),
        bool yes => yes ? "yes" : "no",
        DateTime { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        double number => Number(number, reader.GetNumberFormatString(column)),
        int number => number.ToString(CultureInfo.InvariantCulture),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
    };

    // A cell shown as 0688 under the format 0000 holds the number 688, and one shown as 80% holds 0.8: what is shown is what is meant.
    private static string Number(double number, string? format)
    {
        if (Math.Abs(number) >= 1e15) return number.ToString("R", CultureInfo.InvariantCulture);
        // Fifteen digits, as a spreadsheet shows: 0.1 + 0.2 is 0.3.
        var exact = (decimal)number;
        if (format?.Contains('%', StringComparison.Ordinal) == true) exact *= 100;
        return format is { Length: > 1 and <= 20 } && format.All(c => c == '0') && exact == decimal.Truncate(exact) && exact >= 0
            ? exact.ToString(format, CultureInfo.InvariantCulture) : exact.ToString("0.############", CultureInfo.InvariantCulture);
    }
}
