using System.Collections.Immutable;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>A rule that was adopted, and whether its source has changed since. Source: field reference scenario 30.</summary>
/// <param name="Table">Table of the institution.</param>
/// <param name="Rule">Its rule: that of the draft when there is one, since adopting again changes the draft.</param>
/// <param name="Source">Whose rule it was adopted from.</param>
/// <param name="Published">Whether it stands in the newest version.</param>
/// <param name="InDraft">Whether it stands in the draft.</param>
/// <param name="Before">The source as it was adopted; null when that was not kept.</param>
/// <param name="Changed">The source as it became; null when it has not changed.</param>
/// <param name="Acknowledged">Who looked at the change; null when nobody did.</param>
public sealed record Adoption(
    TableId Table, EquivalenceRule Rule, RuleProvenance Source, bool Published, bool InDraft, SourceRuleVersion? Before, SourceRuleVersion? Changed, AdoptionAcknowledgement? Acknowledged)
{
    /// <summary>Whether the change waits for somebody.</summary>
    public bool Open => Changed is not null && Acknowledged is null;

    /// <summary>Every adopted rule, by table and rule.</summary>
    public static ImmutableArray<Adoption> Of(
        IEnumerable<EquivalenceTable> published, IEnumerable<EquivalenceDraft> drafts, IReadOnlyCollection<SourceRuleVersion> sources, IReadOnlyCollection<AdoptionAcknowledgement> acknowledged)
    {
        var rules = new SortedDictionary<(string, string), (TableId Table, EquivalenceRule Rule, bool Published, bool InDraft)>();
        foreach (var (table, rule) in published.SelectMany(t => t.Rules.Where(r => r.AdoptedFrom is not null), (t, r) => (t.Id, r))) rules[(table.Value, rule.Id.Value)] = (table, rule, true, false);
        foreach (var (table, rule) in drafts.SelectMany(d => d.Rules.Where(r => r.AdoptedFrom is not null), (d, r) => (d.Id, r)))
            rules[(table.Value, rule.Id.Value)] = (table, rule, rules.ContainsKey((table.Value, rule.Id.Value)), true);
        var known = sources.ToLookup(s => (s.Source.Organisation, s.Source.Table, s.Source.Rule));
        var last = acknowledged.ToDictionary(a => (a.Table, a.Rule));
        return [.. rules.Values.Select(r => Of(r.Table, r.Rule, r.Published, r.InDraft)).OfType<Adoption>()];

        Adoption? Of(TableId table, EquivalenceRule rule, bool isPublished, bool inDraft)
        {
            if (rule.AdoptedFrom is not { } source) return null;
            var versions = known[(source.Organisation, source.Table, source.Rule)].ToList();
            var before = versions.Find(v => v.Source.Version == source.Version);
            var latest = versions.Where(v => v.Source.Version > source.Version).MaxBy(v => v.Source.Version);
            var changed = latest is not null && IsChanged(before, latest) ? latest : null;
            var seen = changed is not null && last.GetValueOrDefault((table, rule.Id)) is { } acknowledgement && acknowledgement.SourceVersion >= changed.Source.Version ? acknowledgement : null;
            return new(table, rule, source, isPublished, inDraft, before, changed, seen);
        }
    }

    // A rule that came back as it was adopted is no change.
    private static bool IsChanged(SourceRuleVersion? before, SourceRuleVersion latest) =>
        latest.Content is null || before?.Content is null || !DomainJson.Write(latest.Content).AsSpan().SequenceEqual(DomainJson.Write(before.Content));
}
