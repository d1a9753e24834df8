using System.Collections.Immutable;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Looks through the published rules of several institutions together. Source: field reference E.5. Only rules that name an awarding body and a
/// code, and are in force on the day, are followed from table to table: what a field or a title may stand for is not known. Pure, and free of order.
/// </summary>
public static class FederationCheck
{
    // Most institutions on a way round: the number of ways grows with the length, and nobody has credits recognised seven times.
    private const int MaxSteps = 6;

    /// <summary>Findings, by their steps.</summary>
    /// <param name="published">What each institution publishes, once each.</param>
    /// <param name="day">Day on which rules are in force.</param>
    public static ImmutableArray<FederationFinding> Run(IReadOnlyCollection<InstitutionRules> published, DateOnly day)
    {
        var units = published.SelectMany(p => p.Tables.SelectMany(t => t.Units), (p, u) => (Key: new Node(p.Institution, ComparableText.Code(u.Code.Value)), Unit: u))
            .GroupBy(u => u.Key, u => u.Unit).ToDictionary(g => g.Key, g => g.First());
        Edge[] edges = [.. published.SelectMany(p => p.Tables.SelectMany(t => t.Rules), (p, r) => EdgeOf(p.Institution, r, units)).OfType<Edge>().Where(e => e.Rule.InForceOn(day))
            .OrderBy(e => e.To.Institution.Value, StringComparer.Ordinal).ThenBy(e => e.Rule.Id.Value, StringComparer.Ordinal)];
        var from = edges.ToLookup(e => e.From);
        return [.. NonReciprocal(edges, from, units), .. Inflation(edges, from, units)];
    }

    private static IEnumerable<FederationFinding> NonReciprocal(Edge[] edges, ILookup<Node, Edge> from, Dictionary<Node, TargetUnit> units)
    {
        foreach (var there in edges)
        {
            foreach (var back in from[there.To].Where(b => b.To == there.From))
            {
                // Each pair once; the two directions are compared for somebody who earned what the unit has.
                if (string.CompareOrdinal(there.To.Institution.Value, back.To.Institution.Value) >= 0) continue;
                if (Step(there, CreditsOf(there, units)) is not { } one || Step(back, CreditsOf(back, units)) is not { } other || one.Granted == other.Granted) continue;
                yield return new(
                    FederationFindingCode.NonReciprocal, FindingSeverity.Info, [one, other],
                    $"{one.Institution} grants {one.Granted} credits of {one.Target} for {one.Code} of {one.From}; {other.Institution} grants {other.Granted} of {other.Target} for {other.Code} (rules {one.Rule} and {other.Rule}).");
            }
        }
    }

    private static IEnumerable<FederationFinding> Inflation(Edge[] edges, ILookup<Node, Edge> from, Dictionary<Node, TargetUnit> units)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var first in edges)
        {
            if (CreditsOf(first, units) is not { } start || Step(first, start) is not { } step) continue;
            foreach (var way in WaysBack(first, [step], from))
            {
                // A way round may be entered at each of its institutions; one finding is enough.
                var rules = string.Join(", ", way.Select(s => $"{s.Institution} {s.Rule}"));
                if (way[^1].Granted <= start || !seen.Add(string.Join('\n', way.Select(s => $"{s.Institution} {s.Rule}").Order(StringComparer.Ordinal)))) continue;
                yield return new(
                    FederationFindingCode.CreditInflation, FindingSeverity.Error, way,
                    $"{start} credits of {first.From.Code} at {first.From.Institution} come back as {way[^1].Granted} of {way[^1].Target}, by {rules}.");
            }
        }
    }

    // Ways from the first step back to the institution where it began; no institution is passed twice.
    private static IEnumerable<ImmutableArray<RecognitionStep>> WaysBack(Edge first, ImmutableArray<RecognitionStep> way, ILookup<Node, Edge> from)
    {
        var at = new Node(way[^1].Institution, ComparableText.Code(way[^1].Target.Value));
        foreach (var next in from[at])
        {
            if (Step(next, way[^1].Granted) is not { } step) continue;
            if (next.To.Institution == first.From.Institution) yield return way.Add(step);
            else if (way.Length < MaxSteps - 1 && !way.Any(s => s.Institution == next.To.Institution))
            {
                foreach (var longer in WaysBack(first, way.Add(step), from)) yield return longer;
            }
        }
    }

    private static RecognitionStep? Step(Edge edge, EctsCredits? earned)
    {
        if (earned is not { } credits || edge.Least > credits) return null;
        // The institution's step only rounds down.
        var granted = EctsCredits.FromHundredths(edge.Rule.Grant.Hundredths(credits.Hundredths, edge.Unit?.Credits.Hundredths ?? EctsCredits.MaxHundredths, EctsCredits.FromHundredths(1)));
        return new(edge.To.Institution, edge.Rule.Id, edge.From.Institution, edge.Code, edge.Rule.Target, credits, granted);
    }

    // An achievement has the credits its institution publishes for it, else those the rule asks for.
    private static EctsCredits? CreditsOf(Edge edge, Dictionary<Node, TargetUnit> units) =>
        units.TryGetValue(edge.From, out var unit) ? unit.Credits : edge.Least > EctsCredits.Zero ? edge.Least : null;

    // A rule about several credentials or units is no step from one achievement to one unit: it is not followed.
    private static Edge? EdgeOf(OrganisationId institution, EquivalenceRule rule, Dictionary<Node, TargetUnit> units)
    {
        if (rule.Composite) return null;
        var body = rule.Conditions.OfType<RuleCondition.AwardingBody>().FirstOrDefault()?.Organisation;
        var code = rule.Conditions.OfType<RuleCondition.AchievementCode>().FirstOrDefault()?.Code;
        if (body is null || code is null || body == institution) return null;
        var to = new Node(institution, ComparableText.Code(rule.Target.Value));
        var least = rule.Conditions.OfType<RuleCondition.CreditsAtLeast>().Select(c => c.Credits).DefaultIfEmpty(EctsCredits.Zero).Max();
        return new(rule, new(body, ComparableText.Code(code)), to, code, least, units.GetValueOrDefault(to));
    }

    private readonly record struct Node(OrganisationId Institution, string Code);

    private sealed record Edge(EquivalenceRule Rule, Node From, Node To, string Code, EctsCredits Least, TargetUnit? Unit);
}
