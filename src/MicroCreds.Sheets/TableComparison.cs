using System.Collections.Immutable;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>How many rows of a sheet differ between two states of a table.</summary>
/// <param name="New">Rows that are new.</param>
/// <param name="Changed">Rows with other cells.</param>
/// <param name="Unchanged">Rows that stay.</param>
/// <param name="Removed">Rows that are gone.</param>
public sealed record RowCounts(int New, int Changed, int Unchanged, int Removed);

/// <summary>Two states of a table, compared row by row in the words of the sheets.</summary>
/// <param name="Units">Units.</param>
/// <param name="Outcomes">Outcomes.</param>
/// <param name="Rules">Rules.</param>
/// <param name="Rows">Rows that are new, changed or removed, by sheet and key: those asked for.</param>
public sealed record TableComparison(RowCounts Units, RowCounts Outcomes, RowCounts Rules, ImmutableArray<RowChange> Rows)
{
    /// <summary>Sources of rules about several credentials.</summary>
    public required RowCounts Sources { get; init; }

    /// <summary>Compares two states. All rows are counted, whatever is listed.</summary>
    /// <param name="unitsBefore">Units before.</param>
    /// <param name="rulesBefore">Rules before.</param>
    /// <param name="unitsAfter">Units after.</param>
    /// <param name="rulesAfter">Rules after.</param>
    /// <param name="after">Place after which rows are listed; null from the first.</param>
    /// <param name="max">Most rows listed.</param>
    public static TableComparison Of(
        IReadOnlyCollection<TargetUnit> unitsBefore, IReadOnlyCollection<EquivalenceRule> rulesBefore,
        IReadOnlyCollection<TargetUnit> unitsAfter, IReadOnlyCollection<EquivalenceRule> rulesAfter, (SheetKind Sheet, string Key)? after, int max)
    {
        var counts = new Dictionary<SheetKind, RowCounts>();
        var listed = ImmutableArray.CreateBuilder<RowChange>();
        foreach (var kind in SheetKinds.All)
        {
            var (old, now) = (SheetTable.Rows(kind, unitsBefore, rulesBefore), SheetTable.Rows(kind, unitsAfter, rulesAfter));
            var changed = new int[Enum.GetValues<RowChangeKind>().Length];
            var unchanged = 0;
            foreach (var key in old.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
            {
                var (was, becomes) = (old.GetValueOrDefault(key, []), now.GetValueOrDefault(key, []));
                if (was.SequenceEqual(becomes))
                {
                    unchanged++;
                    continue;
                }

                var change = was.IsEmpty ? RowChangeKind.New : becomes.IsEmpty ? RowChangeKind.Removed : RowChangeKind.Changed;
                changed[(int)change]++;
                if (listed.Count < max && IsBehind(after, kind, key)) listed.Add(new(kind, change, key, Cells(SheetKinds.Layout(kind).Columns, was, becomes)));
            }

            counts[kind] = new(changed[(int)RowChangeKind.New], changed[(int)RowChangeKind.Changed], unchanged, changed[(int)RowChangeKind.Removed]);
        }

        return new(counts[SheetKind.Units], counts[SheetKind.Outcomes], counts[SheetKind.Rules], listed.ToImmutable()) { Sources = counts[SheetKind.Sources] };
    }

    private static bool IsBehind((SheetKind Sheet, string Key)? after, SheetKind kind, string key) =>
        after is not var (sheet, last) || SheetKinds.All.IndexOf(kind) is var at && SheetKinds.All.IndexOf(sheet) is var reached && (at > reached || (at == reached && string.CompareOrdinal(key, last) > 0));

    private static ImmutableArray<CellChange> Cells(ImmutableArray<string> columns, ImmutableArray<string> was, ImmutableArray<string> becomes) =>
        [.. columns.Select((column, i) => new CellChange(column, was.IsEmpty ? "" : was[i], becomes.IsEmpty ? "" : becomes[i])).Where(c => c.Before != c.After)];
}
