using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Services.Equivalence;

/// <summary>What one kind of caller sees of the published rules. Made once per publication and kind.</summary>
internal sealed class RuleView
{
    private static readonly ConditionalWeakTable<CompiledTable, ConcurrentDictionary<RuleVisibility, RuleView>> Views = [];

    private readonly FrozenDictionary<TableId, int> _counts;

    private RuleView(CompiledTable table, RuleVisibility upTo)
    {
        var rules = table.Tables.SelectMany(t => t.Rules.Where(r => r.Visibility <= upTo).Select(r => (Table: t.Id, Rule: r))).ToArray();
        Rules = [.. rules.OrderBy(r => r.Rule.Id.Value, StringComparer.Ordinal)];
        _counts = rules.CountBy(r => r.Table).ToFrozenDictionary();
        Audience = upTo == RuleVisibility.Public ? RuleAudience.Everybody : RuleAudience.Partner;
        // A query answers from public and partner rules alone; the institution's own staff asks a copy in which nothing is hidden.
        Table = upTo < RuleVisibility.Hidden || !rules.Any(r => r.Rule.Visibility == RuleVisibility.Hidden)
            ? table
            : CompiledTable.Of(table.Tables.Select(t => t with { Rules = [.. t.Rules.Select(r => r with { Visibility = RuleVisibility.Public })] }));
    }

    /// <summary>Visible rules with their tables, by rule.</summary>
    internal ImmutableArray<(TableId Table, EquivalenceRule Rule)> Rules { get; }

    /// <summary>Rules to ask, together with <see cref="Audience"/>.</summary>
    internal CompiledTable Table { get; }

    /// <summary>As whom to ask.</summary>
    internal RuleAudience Audience { get; }

    /// <summary>The view of what is published now.</summary>
    /// <param name="table">What is published.</param>
    /// <param name="upTo">The most confidential rules the caller may see.</param>
    internal static RuleView Of(CompiledTable table, RuleVisibility upTo) =>
        Views.GetValue(table, _ => new()).GetOrAdd(upTo, visibility => new(table, visibility));

    /// <summary>Visible rules after <paramref name="after"/>, by rule; all when it is null. Finds the place without reading those before it.</summary>
    internal IEnumerable<(TableId Table, EquivalenceRule Rule)> After(string? after)
    {
        var (low, high) = (0, after is null ? 0 : Rules.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(Rules[middle].Rule.Id.Value, after) <= 0) low = middle + 1;
            else high = middle;
        }

        for (var i = low; i < Rules.Length; i++) yield return Rules[i];
    }

    /// <summary>How many rules of a table are visible.</summary>
    internal int CountIn(TableId table) => _counts.GetValueOrDefault(table);
}
