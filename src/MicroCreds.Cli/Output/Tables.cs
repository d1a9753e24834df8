using Spectre.Console;

namespace MicroCreds.Cli.Output;

/// <summary>Tables of one look. Cells are plain text: nothing in them is read as markup or as terminal control.</summary>
internal static class Tables
{
    /// <summary>A table with a header row.</summary>
    public static Table Of(params ReadOnlySpan<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))));
        return table;
    }

    /// <summary>A list of names and values without a header.</summary>
    public static Grid Facts(params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in facts)
            if (!string.IsNullOrEmpty(value)) grid.AddRow(new Text(name, new Style(decoration: Decoration.Dim)), new Text(PlainText.Safe(value)));
        return grid;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static Table Row(this Table table, params ReadOnlySpan<string?> cells)
    {
        var row = new List<Text>(cells.Length);
        foreach (var cell in cells) row.Add(new Text(PlainText.OrDash(cell)));
        return table.AddRow(row);
    }

    /// <summary>A heading over what follows.</summary>
    public static void Heading(this IAnsiConsole console, string text)
    {
        console.WriteLine();
        console.Write(new Text(PlainText.Safe(text), new Style(decoration: Decoration.Bold)));
        console.WriteLine();
    }

    /// <summary>One line of plain text.</summary>
    public static void Say(this IAnsiConsole console, string text)
    {
        console.Write(new Text(PlainText.Safe(text)));
        console.WriteLine();
    }
}
