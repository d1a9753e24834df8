using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Sheets;

/// <summary>A wrong cell, or a row that is wrong as a whole.</summary>
/// <param name="Column">Name of the column; empty for a whole row.</param>
/// <param name="Value">What the cell holds, cut after 60 characters.</param>
/// <param name="Reason">What is wrong and what to write, one sentence without its end.</param>
public sealed record CellFault(string Column, string Value, string Reason);

/// <summary>A row that was not taken.</summary>
/// <param name="Kind">Kind of the sheet.</param>
/// <param name="Sheet">Name of the sheet.</param>
/// <param name="Number">Number of the row; the header is row 1.</param>
/// <param name="Header">Names of the columns.</param>
/// <param name="Cells">The row's cells as read.</param>
/// <param name="Faults">Why; at least one.</param>
public sealed record RejectedRow(SheetKind Kind, string Sheet, int Number, ImmutableArray<string> Header, ImmutableArray<string> Cells, ImmutableArray<CellFault> Faults);

/// <summary>Where a unit or a rule stands.</summary>
/// <param name="Sheet">Name of the sheet.</param>
/// <param name="Row">Number of the row; the header is row 1.</param>
public sealed record SheetPlace(string Sheet, int Row);

/// <summary>Everything that reading the sheets of an import found: the good rows, and beside them what is wrong.</summary>
public sealed class SheetReading
{
    private readonly SheetViolations _violations;

    internal SheetReading(SheetViolations violations) => _violations = violations;

    /// <summary>The good rows.</summary>
    public ImportedSheets Sheets { get; internal set; } = new(null, null, null);

    /// <summary>Rows that were not taken, in the order of the sheets.</summary>
    public ImmutableArray<RejectedRow> Rejected { get; internal set; } = [];

    /// <summary>Row of each unit taken.</summary>
    public Dictionary<UnitCode, SheetPlace> UnitPlaces { get; } = [];

    /// <summary>Row of each rule taken.</summary>
    public Dictionary<RuleId, SheetPlace> RulePlaces { get; } = [];

    /// <summary>Whether everything was right.</summary>
    public bool Whole => _violations.None;

    /// <summary>Whether a file, and not only rows of it, is wrong: then there are no good rows to go on with.</summary>
    public bool Broken => _violations.Broken;

    /// <summary>SHEET_INVALID, which names every wrong cell. Only when something is wrong.</summary>
    public Problem ToProblem() => _violations.ToProblem();
}
