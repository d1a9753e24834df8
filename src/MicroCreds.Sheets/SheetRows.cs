namespace MicroCreds.Sheets;

/// <summary>Reads a sheet into rows of named cells. Rows are numbered as a spreadsheet shows them: the header is row 1.</summary>
internal static class SheetRows
{
    /// <summary>Most columns of a sheet.</summary>
    internal const int MaxColumns = 100;

    /// <summary>The rows that hold anything, the misshapen ones too; what is wrong with the file, its header or the shape of a row goes to <paramref name="violations"/>.</summary>
    internal static List<SheetRow> Read(SheetFile file, SheetLayout layout, SheetViolations violations)
    {
        var rows = new List<SheetRow>();
        if (Raw(file, out var problem) is not { } raw)
        {
            violations.Break(file.Name, problem);
            return rows;
        }

        using var next = raw.GetEnumerator();
        if (!next.MoveNext() || Header(next.Current, file, layout, violations) is not { } header)
        {
            if (!violations.Broken) violations.Break($"{file.Name}:1", $"has no header row; expected {string.Join(", ", layout.Required)}");
            return rows;
        }

        while (next.MoveNext())
        {
            var (number, cells, count, fault) = next.Current;
            if (number > SheetReader.MaxRows + 1)
            {
                violations.Break($"{file.Name}:{number}", $"the sheet has more than {SheetReader.MaxRows} rows; split it into several tables");
                break;
            }

            if (fault.Length == 0 && Array.TrueForAll(cells, c => c.Length == 0) && count <= MaxColumns) continue;
            var row = new SheetRow(file.Name, number, header, cells, violations);
            if (fault.Length > 0) row.WrongAsAWhole(fault);
            else if (header.Length < cells.Length && Array.FindIndex(cells, header.Length, c => c.Length > 0) >= 0)
                row.WrongAsAWhole($"has {cells.Length} cells, the header has {header.Length}; put a cell that holds the separator in quotation marks, and write decimals with a point");
            rows.Add(row);
        }

        return rows;
    }

    private static IEnumerable<RawRow>? Raw(SheetFile file, out string problem)
    {
        if (Workbook.Is(file.Content.Span)) return Workbook.Open(file.Content, out problem)?.Rows(file.Kind, out problem);
        return SheetText.Decode(file.Content.Span, out problem) is { } text ? CsvRows.Read(text) : null;
    }

    private static string[]? Header(RawRow row, SheetFile file, SheetLayout layout, SheetViolations violations)
    {
        if (row.CellCount > MaxColumns)
        {
            violations.Break($"{file.Name}:1", $"the header has {row.CellCount} columns; at most {MaxColumns} are read");
            return null;
        }

        if (row.Fault.Length > 0)
        {
            violations.Break($"{file.Name}:1", row.Fault);
            return null;
        }

        var names = row.Cells.Select(c => c.ToLowerInvariant()).ToArray();
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
