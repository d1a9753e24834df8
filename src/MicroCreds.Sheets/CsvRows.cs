using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace MicroCreds.Sheets;

/// <summary>Rows of a CSV file (RFC 4180), with comma or semicolon between cells.</summary>
internal static class CsvRows
{
    /// <summary>The rows of the text, the header first.</summary>
    internal static IEnumerable<RawRow> Read(string text)
    {
        var badQuotes = false;
        using var reader = new StringReader(text);
        using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = SheetText.Separator(text).ToString(),
            HasHeaderRecord = false,
            IgnoreBlankLines = false,
            BadDataFound = _ => badQuotes = true,
        });
        for (var number = 1; parser.Read(); number++)
        {
            var cells = new string[Math.Min(parser.Count, SheetRows.MaxColumns + 1)];
            for (var i = 0; i < cells.Length; i++) cells[i] = FormulaText.Unguard(parser[i].Trim());
            var quotes = badQuotes || parser.RawRecord.AsSpan().Count('"') % 2 == 1;
            yield return new(number, cells, parser.Count, quotes ? "a quotation mark stands alone; write a cell that holds one as \"a \"\"word\"\" in quotes\"" : "");
            badQuotes = false;
        }
    }
}
