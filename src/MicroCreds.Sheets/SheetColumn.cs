using System.Collections.Immutable;
using MicroCreds.Domain.Documents;

namespace MicroCreds.Sheets;

/// <summary>What the cells of a column are to a spreadsheet.</summary>
internal enum CellKind
{
    /// <summary>Text, whatever it looks like: a code 0012 keeps its zeros.</summary>
    Text,
    /// <summary>A number, written by each spreadsheet with its own decimal sign.</summary>
    Number,
    /// <summary>A day.</summary>
    Day,
}

/// <summary>A column as the data dictionary of a workbook explains it.</summary>
/// <param name="Cells">What its cells are.</param>
/// <param name="Meaning">What it says, one sentence.</param>
/// <param name="Allowed">What may stand in a cell.</param>
/// <param name="Example">A cell that is right.</param>
/// <param name="Source">Where the notion comes from; empty for one of this project.</param>
internal sealed record SheetColumn(CellKind Cells, string Meaning, string Allowed, string Example, string Source)
{
    /// <summary>The words of which a cell holds exactly one; empty when any other text may stand there.</summary>
    internal ImmutableArray<string> Choice { get; private init; } = [];

    /// <summary>A column of text.</summary>
    internal static SheetColumn Text(string meaning, string allowed, string example, string source = "") => new(CellKind.Text, meaning, allowed, example, source);

    /// <summary>A column of numbers.</summary>
    internal static SheetColumn Number(string meaning, string allowed, string example, string source = "") => new(CellKind.Number, meaning, allowed, example, source);

    /// <summary>A column of days.</summary>
    internal static SheetColumn Day(string meaning, string example, string source = "") => new(CellKind.Day, meaning, "a day: YYYY-MM-DD, or a date of the spreadsheet", example, source);

    /// <summary>A column of <c>yes</c> and <c>no</c>.</summary>
    internal static SheetColumn YesNo(string meaning, string example, string source = "") => Chosen(["yes", "no"], "; empty: no", meaning, example, source);

    /// <summary>A column of which each cell holds one value of an enumeration.</summary>
    internal static SheetColumn OneOf<T>(string meaning, string ifEmpty, string example, string source, params T[] without) where T : struct, Enum =>
        Chosen(Words(without), $"; empty: {ifEmpty}", meaning, example, source);

    /// <summary>A column of which each cell holds values of an enumeration.</summary>
    internal static SheetColumn SomeOf<T>(string meaning, string example, string source, params T[] without) where T : struct, Enum =>
        new(CellKind.Text, meaning, $"any of {string.Join(", ", Words(without))}; several with | between", example, source);

    private static SheetColumn Chosen(ImmutableArray<string> words, string ifEmpty, string meaning, string example, string source) =>
        new(CellKind.Text, meaning, string.Join(", ", words) + ifEmpty, example, source) { Choice = words };

    private static ImmutableArray<string> Words<T>(T[] without) where T : struct, Enum => [.. Enum.GetValues<T>().Except(without).Select(SnakeCase.Of)];
}
