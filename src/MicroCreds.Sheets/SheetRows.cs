namespace MicroCreds.Sheets;

/// <summary>Reads a sheet into rows of named cells. Rows are numbered as a spreadsheet shows them: the header is row 1.</summary>
internal static class SheetRows
{
    /// <summary>Most columns of a sheet.</summary>
    internal const int MaxColumns = 100;

    /// <summary>The rows that hold anything, the misshapen ones too; what is wrong with the file, its header or the shape of a row goes to <paramref name="violations"/>.</summary>
    internal static IEnumerable<SheetRow> Read(SheetSource sheet, SheetLayout layout, SheetViolations violations)
    {
        using var next = sheet.Rows.GetEnumerator();
        if (!next.MoveNext() || Header(next.Current, sheet.Name, layout, violations) is not { } header)
        {
            if (!violations.Broken) violations.Break($"{sheet.Name}:1", $"has no header row; expected {string.Join(", ", layout.Required)}");
            yield break;
        }

        while (next.MoveNext())
        {
            var (number, cells, count, fault) = next.Current;
            if (number > SheetReader.MaxRows + 1)
            {
                violations.Break($"{sheet.Name}:{number}", $"the sheet has more than {SheetReader.MaxRows} rows; split it into several tables");
                yield break;
            }

            if (fault.Length == 0 && Array.TrueForAll(cells, c => c.Length == 0) && count <= MaxColumns) continue;
            var row = new SheetRow(sheet.Name, number, header, cells, violations);
            if (fault.Length > 0) row.WrongAsAWhole(fault);
            else if (header.Length < cells.Length && Array.FindIndex(cells, header.Length, c => c.Length > 0) >= 0)
                row.WrongAsAWhole($"has {cells.Length} cells, the header has {header.Length}; put a cell that holds the separator in quotation marks, and write decimals with a point");
            yield return row;
        }
    }

    private static string[]? Header(RawRow row, string sheet, SheetLayout layout, SheetViolations violations)
    {
        if (row.CellCount > MaxColumns)
        {
            violations.Break($"{sheet}:1", $"the header has {row.CellCount} columns; at most {MaxColumns} are read");
            return null;
        }

        if (row.Fault.Length > 0)
        {
            violations.Break($"{sheet}:1", row.Fault);
            return null;
        }

        var names = row.Cells.Select(c => c.ToLowerInvariant()).ToArray();
        // A spreadsheet leaves empty columns at the right; they may stay as long as their cells are empty.
        var header = names[..(Array.FindLastIndex(names, n => n.Length > 0) + 1)];
        if (header.Length == 0) return null;
        var good = true;
        for (var i = 0; i < header.Length; i++)
        {
            var cell = $"{sheet}:1:{(header[i].Length > 64 ? header[i][..64] : header[i])}";
            if (header[i].Length == 0) Wrong($"{sheet}:1", $"column {i + 1} has no name");
            else if (!layout.Columns.Contains(header[i])) Wrong(cell, $"is no column of this sheet; the nearest is {layout.Nearest(header[i])}");
            else if (Array.IndexOf(header, header[i]) < i) Wrong(cell, "stands twice");
        }

        foreach (var missing in layout.Required.Where(c => !header.Contains(c))) Wrong($"{sheet}:1:{missing}", "this column is required and missing");
        return good ? header : null;

        void Wrong(string cell, string description)
        {
            good = false;
            violations.Break(cell, description);
        }
    }
}
