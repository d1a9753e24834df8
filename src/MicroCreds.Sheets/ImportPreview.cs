using System.Collections.Immutable;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>What an import does to a row of a draft.</summary>
public enum RowChangeKind
{
    /// <summary>The draft did not have it.</summary>
    New,
    /// <summary>The draft had it with other cells.</summary>
    Changed,
    /// <summary>The sheet does not have it any more.</summary>
    Removed,
}

/// <summary>A cell that changes.</summary>
/// <param name="Column">Column.</param>
/// <param name="Before">What it held; empty for a new row.</param>
/// <param name="After">What it will hold; empty for a removed row.</param>
public sealed record CellChange(string Column, string Before, string After);

/// <summary>A row that changes.</summary>
/// <param name="Sheet">Kind of sheet.</param>
/// <param name="Kind">What becomes of it.</param>
/// <param name="Key">Code of the unit, identifier of the rule, or unit and code of the outcome with a blank between.</param>
/// <param name="Cells">Cells that change: for new and removed rows those that hold something.</param>
public sealed record RowChange(SheetKind Sheet, RowChangeKind Kind, string Key, ImmutableArray<CellChange> Cells);

/// <summary>What an import would do to a draft, by row.</summary>
/// <param name="New">Rows that are new.</param>
/// <param name="Changed">Rows that change.</param>
/// <param name="Unchanged">Rows that stay.</param>
/// <param name="Removed">Rows that go.</param>
/// <param name="Rows">The first <see cref="MaxRows"/> of the rows that are new, changed or removed, by sheet and key.</param>
public sealed record ImportPreview(int New, int Changed, int Unchanged, int Removed, ImmutableArray<RowChange> Rows)
{
    /// <summary>Most rows listed. All are counted.</summary>
    public const int MaxRows = 1000;

    /// <summary>Compares what a table held with what it will hold.</summary>
    public static ImportPreview Of(IReadOnlyCollection<TargetUnit> unitsBefore, IReadOnlyCollection<EquivalenceRule> rulesBefore, EquivalenceDraft after)
    {
        var compared = TableComparison.Of(unitsBefore, rulesBefore, after.Units, after.Rules, null, MaxRows);
        RowCounts[] counts = [compared.Units, compared.Outcomes, compared.Rules, compared.Sources];
        return new(counts.Sum(c => c.New), counts.Sum(c => c.Changed), counts.Sum(c => c.Unchanged), counts.Sum(c => c.Removed), compared.Rows);
    }
}
