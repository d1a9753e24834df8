using System.Collections.Immutable;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>A table as the rows of its sheets.</summary>
public static class SheetTable
{
    /// <summary>One sheet as CSV, by key, as import takes it.</summary>
    public static byte[] Csv(SheetKind kind, IReadOnlyCollection<TargetUnit> units, IReadOnlyCollection<EquivalenceRule> rules) =>
        SheetWriter.Csv(SheetKinds.Layout(kind).Columns, Rows(kind, units, rules).OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => row.Value.AsEnumerable()));

    /// <summary>A workbook with a sheet of each kind, by key, as import takes it, and a data dictionary. Without units and rules it is a template to be filled in.</summary>
    public static byte[] Workbook(IReadOnlyCollection<TargetUnit> units, IReadOnlyCollection<EquivalenceRule> rules) => WorkbookWriter.Write(
    [
        .. SheetKinds.All.Select(kind =>
        {
            var columns = SheetKinds.Layout(kind).Columns;
            return new WorkbookSheet(
                SheetKinds.Name(kind), columns, [.. columns.Select(column => ColumnDictionary.Of(kind)[column])],
                [.. Rows(kind, units, rules).OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => row.Value)]);
        }),
        Dictionary(),
    ]);

    /// <summary>Rejected rows as CSV files in the format they came in, one for each sheet, with all their cells.</summary>
    /// <param name="rejected">Rows.</param>
    /// <param name="maxBytes">Most bytes of a file; rows that do not fit are left out.</param>
    public static IEnumerable<SheetFile> Rejected(IEnumerable<RejectedRow> rejected, int maxBytes)
    {
        foreach (var sheet in rejected.GroupBy(row => row.Kind))
        {
            var left = maxBytes;
            // A character takes at most three bytes here, and quotation marks may double.
            var fitting = sheet.TakeWhile(row => (left -= row.Cells.Sum(cell => 3 * cell.Length + 3)) >= 0).ToList();
            if (fitting.Count > 0) yield return new(sheet.Key, $"{SheetKinds.Name(sheet.Key)}-rejected.csv", SheetWriter.Csv(fitting[0].Header, fitting.Select(row => row.Cells.AsEnumerable())));
        }
    }

    /// <summary>Rows by key. Of two rows with one key, which a check forbids, the last stands.</summary>
    internal static Dictionary<string, ImmutableArray<string>> Rows(SheetKind kind, IEnumerable<TargetUnit> units, IEnumerable<EquivalenceRule> rules)
    {
        var rows = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        switch (kind)
        {
            case SheetKind.Units:
                foreach (var unit in units) rows[unit.Code.Value] = SheetWriter.Cells(unit);
                break;
            case SheetKind.Outcomes:
                foreach (var unit in units)
                    foreach (var outcome in unit.Outcomes) rows[$"{unit.Code} {outcome.Code}"] = SheetWriter.Cells(unit, outcome);
                break;
            case SheetKind.Sources:
                foreach (var (key, row) in rules.SelectMany(SheetSources.Rows)) rows[key] = SheetWriter.Cells(row);
                break;
            default:
                foreach (var rule in rules) rows[rule.Id.Value] = SheetWriter.Cells(rule);
                break;
        }

        return rows;
    }

    private static WorkbookSheet Dictionary()
    {
        ImmutableArray<string> header = ["sheet", "column", "required", "meaning", "allowed", "example", "source"];
        return new("dictionary", header, [.. header.Select(_ => SheetColumn.Text("", "", ""))], [.. SheetKinds.All.SelectMany(kind => SheetKinds.Layout(kind).Columns.Select(name =>
        {
            var column = ColumnDictionary.Of(kind)[name];
            return ImmutableArray.Create(
                SheetKinds.Name(kind), name, SheetKinds.Layout(kind).Required.Contains(name) ? "yes" : "no", column.Meaning, column.Allowed, column.Example, column.Source);
        }))]);
    }
}
