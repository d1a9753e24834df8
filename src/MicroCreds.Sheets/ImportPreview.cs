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
        var counts = new int[Enum.GetValues<RowChangeKind>().Length];
        var (unchanged, listed) = (0, ImmutableArray.CreateBuilder<RowChange>());
        foreach (var kind in SheetKinds.All)
        {
            var (old, now) = (SheetTable.Rows(kind, unitsBefore, rulesBefore), SheetTable.Rows(kind, after.Units, after.Rules));
            foreach (var key in old.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
            {
                var (was, becomes) = (old.GetValueOrDefault(key, []), now.GetValueOrDefault(key, []));
                if (was.SequenceEqual(becomes))
                {
                    unchanged++;
                    continue;
                }

                var change = was.IsEmpty ? RowChangeKind.New : becomes.IsEmpty ? RowChangeKind.Removed : RowChangeKind.Changed;
                counts[(int)change]++;
                if (listed.Count < MaxRows) listed.Add(new(kind, change, key, Cells(SheetKinds.Layout(kind).Columns, was, becomes)));
            }
        }

        return new(counts[(int)RowChangeKind.New], counts[(int)RowChangeKind.Changed], unchanged, counts[(int)RowChangeKind.Removed], listed.ToImmutable());
    }

    private static ImmutableArray<CellChange> Cells(ImmutableArray<string> columns, ImmutableArray<string> was, ImmutableArray<string> becomes) =>
        [.. columns.Select((column, i) => new CellChange(column, was.IsEmpty ? "" : was[i], becomes.IsEmpty ? "" : becomes[i])).Where(c => c.Before != c.After)];
}
