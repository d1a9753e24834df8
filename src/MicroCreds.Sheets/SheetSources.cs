using System.Collections.Immutable;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Sheets;

/// <summary>Puts the rows of the sources sheet into their rules.</summary>
public static class SheetSources
{
    /// <summary>What stands in a rule whose sources are not there yet. It can never match, so a rule does not become laxer by losing its sources.</summary>
    public static ImmutableArray<SourceGroup> ToBeFilled { get; } = [new(0, [])];

    /// <summary>Whether a rule is one about several credentials, with its sources or without.</summary>
    internal static bool IsMarked(EquivalenceRule rule) => rule.Sources.Length > 0;

    /// <summary>The rules with sources: those sent, else those they had before.</summary>
    /// <param name="rules">Rules after the import.</param>
    /// <param name="before">Rules before it.</param>
    /// <param name="sent">Rows of the sources sheet; null when it was not sent.</param>
    internal static ImmutableArray<EquivalenceRule> Into(ImmutableArray<EquivalenceRule> rules, IEnumerable<EquivalenceRule> before, ImmutableArray<SheetRuleSource>? sent)
    {
        if (!rules.Any(IsMarked)) return rules;
        var had = before.GroupBy(r => r.Id).ToDictionary(g => g.Key, g => g.First().Sources);
        var rows = sent?.ToLookup(s => s.Rule);
        return
        [
            .. rules.Select(r => !IsMarked(r) ? r : r with
            {
                Sources = rows is null ? had.GetValueOrDefault(r.Id) is { IsDefaultOrEmpty: false } kept ? kept : ToBeFilled
                    : rows[r.Id].GroupBy(s => s.Group).OrderBy(g => g.Key).Select(g => new SourceGroup(g.First().Needed ?? g.Count(), [.. g.Select(s => s.Source)])).ToImmutableArray() is { Length: > 0 } made ? made : ToBeFilled,
            }),
        ];
    }

    /// <summary>The rows of a rule, one for each source, in the order in which they are published.</summary>
    internal static IEnumerable<(string Key, SheetRuleSource Row)> Rows(EquivalenceRule rule) =>
        EquivalenceTableBuilder.Normalise(rule.Sources).SelectMany((group, g) => group.Sources.Select((source, s) => ($"{rule.Id} {g + 1:00} {s + 1:00}", new SheetRuleSource(rule.Id, g + 1, group.Needed, source, ""))));

    /// <summary>Rows about rules that are not in the draft, or not marked as rules about several credentials.</summary>
    internal static IEnumerable<(SheetRuleSource Row, string Fault)> Homeless(IEnumerable<SheetRuleSource> rows, IEnumerable<EquivalenceRule> rules)
    {
        var marked = rules.GroupBy(r => r.Id).ToDictionary(g => g.Key, g => IsMarked(g.First()));
        foreach (var row in rows)
        {
            if (!marked.TryGetValue(row.Rule, out var several)) yield return (row, $"the rule {row.Rule} is not in the draft; import it with the rules sheet");
            else if (!several) yield return (row, $"the rule {row.Rule} is about one credential; write yes under sources in the rules sheet");
        }
    }
}
