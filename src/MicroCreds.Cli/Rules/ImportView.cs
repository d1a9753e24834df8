using Google.Protobuf.Collections;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;
using Spectre.Console;

namespace MicroCreds.Cli.Rules;

/// <summary>What an import does and leaves out.</summary>
internal static class ImportView
{
    /// <summary>Counts, changed cells (old → new) and wrong cells.</summary>
    public static void Show(IAnsiConsole console, ImportDraftResponse imported)
    {
        if (imported.Preview is { } preview)
        {
            console.Say($"{preview.NewCount} new, {preview.ChangedCount} changed, {preview.UnchangedCount} unchanged, {preview.RemovedCount} removed, {imported.RejectedRowCount} rejected.");
            Rows(console, preview.Rows);
        }
        else if (imported.RejectedRowCount > 0)
        {
            console.Say($"{imported.RejectedRowCount} rows were left out; --rejected FILE.csv writes them to be mended.");
        }

        if (imported.RejectedCells.Count == 0) return;
        var cells = Tables.Of("file", "row", "column", "value", "why");
        foreach (var cell in imported.RejectedCells) cells.Row(cell.FileName, $"{cell.Row}", cell.Column, cell.Value, cell.Reason);
        console.Write(cells);
    }

    /// <summary>Rows that differ, with their cells.</summary>
    public static void Rows(IAnsiConsole console, RepeatedField<RowChange> rows)
    {
        if (rows.Count == 0) return;
        var changes = Tables.Of("sheet", "row", "change", "cells");
        foreach (var row in rows) changes.Row(PlainText.Of(row.Kind), row.Key, PlainText.Of(row.Change), string.Join("\n", row.Cells.Select(cell => Cell(row, cell))));
        console.Write(changes);
    }

    /// <summary>Writes the rows left out: one kind under the name given, several with their kind before it.</summary>
    public static void Save(string path, RepeatedField<Sheet> sheets)
    {
        foreach (var sheet in sheets)
        {
            var name = sheets.Count == 1 ? Path.GetFileName(path) : $"{PlainText.Of(sheet.Kind)}-{Path.GetFileName(path)}";
            CommandFiles.Write(Path.Combine(Path.GetDirectoryName(path) ?? "", name), sheet.Content.Span);
        }
    }

    private static string Cell(RowChange row, CellChange cell) => row.Change switch
    {
        RowChange.Types.Change.New => $"{cell.Column}: {cell.NewValue}",
        RowChange.Types.Change.Removed => $"{cell.Column}: {cell.OldValue}",
        _ => $"{cell.Column}: {PlainText.OrDash(cell.OldValue)} → {PlainText.OrDash(cell.NewValue)}",
    };
}
