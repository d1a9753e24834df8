using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace MicroCreds.Sheets;

/// <summary>Reads a sheet into rows of named cells. Rows are numbered as a spreadsheet shows them: the header is row 1.</summary>
internal static class SheetRows
{
    private const int MaxColumns = 100;

    /// <summary>The rows that hold anything, the misshapen ones too; what is wrong with the file, its header or the shape of a row goes to <paramref name="violations"/>.</summary>
    internal static List<SheetRow> Read(SheetFile file, SheetLayout layout, SheetViolations violations)
    {
        var rows = new List<SheetRow>();
        if (SheetText.Decode(file.Content.Span, out var problem) is not { } text)
        {
            violations.Break(file.Name, problem);
            return rows;
        }

        var badQuotes = false;
        using var reader = new StringReader(text);
        using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = SheetText.Separator(text).ToString(),
            HasHeaderRecord = false,
            IgnoreBlankLines = false,
            BadDataFound = _ => badQuotes = true,
        });
        if (!parser.Read() || Header(parser, file, layout, violations) is not { } header)
        {
            if (!violations.Broken) violations.Break($"{file.Name}:1", $"has no header row; expected {string.Join(", ", layout.Required)}");
            return rows;
        }

        for (var number = 2; parser.Read(); number++)
        {
            if (number > SheetReader.MaxRows + 1)
            {
                violations.Break($"{file.Name}:{number}", $"the sheet has more than {SheetReader.MaxRows} rows; split it into several tables");
                break;
            }

            badQuotes = false;
            var cells = Enumerable.Range(0, Math.Min(parser.Count, MaxColumns + 1)).Select(i => parser[i].Trim()).ToArray();
            if (Array.TrueForAll(cells, c => c.Length == 0) && parser.Count <= MaxColumns) continue;
            var quotes = parser.RawRecord.Count(c => c == '"');
            if (badQuotes || quotes % 2 == 1)
            {
                Whole("a quotation mark stands alone; write a cell that holds one as \"a \"\"word\"\" in quotes\"");
                continue;
            }

            if (Array.FindIndex(cells, header.Length <= cells.Length ? header.Length : cells.Length, c => c.Length > 0) >= 0)
            {
                Whole($"has {cells.Length} cells, the header has {header.Length}; put a cell that holds the separator in quotation marks, and write decimals with a point");
                continue;
            }

            rows.Add(new SheetRow(file.Name, number, header, cells, violations));

            void Whole(string description)
            {
                var row = new SheetRow(file.Name, number, header, cells, violations);
                row.WrongAsAWhole(description);
                rows.Add(row);
            }
        }

        return rows;
    }

    private static string[]? Header(CsvParser parser, SheetFile file, SheetLayout layout, SheetViolations violations)
    {
        if (parser.Count > MaxColumns)
        {
            violations.Break($"{file.Name}:1", $"the header has {parser.Count} columns; at most {MaxColumns} are read");
            return null;
        }

        var names = Enumerable.Range(0, parser.Count).Select(i => parser[i].Trim().ToLowerInvariant()).ToArray();
        // A spreadsheet leaves empty columns at the right; they may stay as long as their cells are empty.
        var header = names[..(Array.FindLastIndex(names, n => n.Length > 0) + 1)];
        if (header.Length == 0) return null;
        var good = true;
        for (var i = 0; i < header.Length; i++)
        {
            var cell = $"{file.Name}:1:{(header[i].Length > 64 ? header[i][..64] : header[i])}";
            if (header[i].Length == 0) Wrong($"{file.Name}:1", $"column {i + 1} has no name");
            else if (!layout.Columns.Contains(header[i])) Wrong(cell, $"is no column of this sheet; the nearest is {layout.Nearest(header[i])}");
            else if (Array.IndexOf(header, header[i]) < i) Wrong(cell, "stands twice");
        }

        foreach (var missing in layout.Required.Where(c => !header.Contains(c))) Wrong($"{file.Name}:1:{missing}", "this column is required and missing");
        return good ? header : null;

        void Wrong(string cell, string description)
        {
            good = false;
            violations.Break(cell, description);
        }
    }
}
