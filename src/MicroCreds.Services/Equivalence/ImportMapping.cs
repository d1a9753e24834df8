using System.Collections.Immutable;
using System.Diagnostics;
using Google.Protobuf;
using MicroCreds.Sheets;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>What an import does and what it leaves out, for the wire.</summary>
internal static class ImportMapping
{
    private const int MaxRejectedCells = 1000;

    // Three kinds of sheets and the rest of the response stay far below what a client takes.
    private const int MaxRejectedBytes = 1024 * 1024;

    /// <summary>A preview.</summary>
    public static Wire.ImportPreview ToWire(ImportPreview preview) => new()
    {
        NewCount = preview.New, ChangedCount = preview.Changed, UnchangedCount = preview.Unchanged, RemovedCount = preview.Removed,
        Rows = { preview.Rows.Select(ToWire) },
    };

    /// <summary>Says in the response which rows were left out.</summary>
    public static void Reject(Wire.ImportDraftResponse response, ImmutableArray<RejectedRow> rejected)
    {
        response.RejectedRowCount = rejected.Length;
        response.RejectedCells.AddRange(rejected.SelectMany(row => row.Faults.Select(fault => new Wire.RejectedCell
        {
            Kind = ToWire(row.Kind), FileName = row.Sheet, Row = row.Number, Column = fault.Column, Value = fault.Value, Reason = fault.Reason,
        })).Take(MaxRejectedCells));
        response.RejectedSheets.AddRange(SheetTable.Rejected(rejected, MaxRejectedBytes).Select(ToWire));
    }

    /// <summary>A file of rows.</summary>
    public static Wire.Sheet ToWire(SheetFile file) => new() { Kind = ToWire(file.Kind), FileName = file.Name, Content = UnsafeByteOperations.UnsafeWrap(file.Content) };

    /// <summary>A kind of sheet.</summary>
    public static Wire.Sheet.Types.Kind ToWire(SheetKind? kind) => kind switch
    {
        null => Wire.Sheet.Types.Kind.Workbook,
        SheetKind.Units => Wire.Sheet.Types.Kind.Units,
        SheetKind.Outcomes => Wire.Sheet.Types.Kind.Outcomes,
        SheetKind.Rules => Wire.Sheet.Types.Kind.Rules,
        SheetKind.Sources => Wire.Sheet.Types.Kind.Sources,
        _ => throw new UnreachableException(),
    };

    /// <summary>A row that differs.</summary>
    public static Wire.RowChange ToWire(RowChange row) => new()
    {
        Kind = ToWire(row.Sheet),
        Change = row.Kind switch
        {
            RowChangeKind.New => Wire.RowChange.Types.Change.New,
            RowChangeKind.Changed => Wire.RowChange.Types.Change.Changed,
            RowChangeKind.Removed => Wire.RowChange.Types.Change.Removed,
            _ => throw new UnreachableException(),
        },
        Key = row.Key,
        Cells = { row.Cells.Select(cell => new Wire.CellChange { Column = cell.Column, OldValue = cell.Before, NewValue = cell.After }) },
    };
}
