namespace MicroCreds.Sheets;

/// <summary>A sheet whose rows can be read.</summary>
/// <param name="Kind">What its rows are.</param>
/// <param name="Name">Name by which errors name its cells: that of the file, and for a sheet of a workbook sent as a whole the sheet's behind a slash.</param>
/// <param name="Rows">Its rows, the header first.</param>
/// <param name="FromWorkbook">Whether it is one of the sheets of a workbook sent as a whole; without rows such a sheet counts as not sent.</param>
internal sealed record SheetSource(SheetKind Kind, string Name, IEnumerable<RawRow> Rows, bool FromWorkbook)
{
    /// <summary>The sheets of a file; what is wrong with the file as a whole goes to <paramref name="violations"/>.</summary>
    internal static IEnumerable<SheetSource> Of(SheetFile file, SheetViolations violations)
    {
        var problem = "";
        if (file.Kind is not { } kind)
        {
            if (!Workbook.Is(file.Content.Span)) problem = "is no XLSX workbook; send a CSV file as the kind of its rows";
            else if (Workbook.Open(file.Content, out problem) is { } whole) return OfWorkbook(file, whole, violations);
        }
        else if ((Workbook.Is(file.Content.Span) ? Workbook.Open(file.Content, out problem)?.Rows(kind, out problem) : SheetText.Decode(file.Content.Span, out problem) is { } text ? CsvRows.Read(text) : null) is { } rows)
        {
            return [new(kind, file.Name, rows, FromWorkbook: false)];
        }

        violations.Break(file.Name, problem);
        return [];
    }

    private static List<SheetSource> OfWorkbook(SheetFile file, Workbook workbook, SheetViolations violations)
    {
        var sources = new List<SheetSource>();
        workbook.ReadAll();
        foreach (var kind in workbook.Kinds)
        {
            var name = $"{file.Name}/{SheetKinds.Name(kind)}";
            if (workbook.Rows(kind, out var problem) is { } rows) sources.Add(new(kind, name, rows, FromWorkbook: true));
            else violations.Break(name, problem);
        }

        if (sources.Count == 0 && !violations.Broken) violations.Break(file.Name, $"has no sheet named {string.Join(", ", SheetKinds.All.Select(SheetKinds.Name))}; name its sheets so");
        return sources;
    }
}
