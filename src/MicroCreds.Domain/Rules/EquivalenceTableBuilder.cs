using System.Collections.Immutable;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Makes a version of a table from units and rules in any order. Whatever carries no meaning by its order (rows, conditions of a rule,
/// outcomes of a unit, alternatives inside a condition) is sorted, so that the same content has the same bytes and the same digest.
/// </summary>
public static class EquivalenceTableBuilder
{
    /// <summary>A version with its content sorted and its digest computed.</summary>
    public static EquivalenceTable Build(
        TableId id, int version, IEnumerable<TargetUnit> units, IEnumerable<EquivalenceRule> rules, DateTimeOffset publishedAt, string publishedBy)
    {
        var content = new TableContent(
            Sorted(units.Select(Normalise), u => u.Code.Value),
            Sorted(rules.Select(Normalise), r => r.Id.Value));
        return new()
        {
            Id = id,
            Version = version,
            Digest = Sha256Digest.Of(DomainJson.Write(content)),
            PublishedAt = publishedAt,
            PublishedBy = publishedBy,
            Units = content.Units,
            Rules = content.Rules,
        };
    }

    /// <summary>The canonical bytes of a table's content, over which its digest is computed. Version, publisher and time are no content.</summary>
    public static byte[] ContentBytes(EquivalenceTable table) => DomainJson.Write(new TableContent(table.Units, table.Rules));

    /// <summary>Digest of the canonical bytes of units and rules in any order, without making a version.</summary>
    public static Sha256Digest DigestOf(IEnumerable<TargetUnit> units, IEnumerable<EquivalenceRule> rules) =>
        Sha256Digest.Of(DomainJson.Write(new TableContent(Sorted(units.Select(Normalise), u => u.Code.Value), Sorted(rules.Select(Normalise), r => r.Id.Value))));

    private static TargetUnit Normalise(TargetUnit unit) => unit with
    {
        Outcomes = Sorted(unit.Outcomes.Select(o => o with { CoveredBy = [.. o.CoveredBy.Distinct().Order(StringComparer.Ordinal)] }), o => o.Code),
    };

    private static EquivalenceRule Normalise(EquivalenceRule rule) => rule with
    {
        Conditions = Normalise(rule.Conditions),
        Sources = Normalise(rule.Sources),
        FurtherUnits = Sorted(rule.FurtherUnits, u => u.Unit.Value),
    };

    /// <summary>Groups and sources in the order of their own bytes, which is the same however they were written down.</summary>
    public static ImmutableArray<SourceGroup> Normalise(ImmutableArray<SourceGroup> groups) =>
        Sorted(groups.Select(g => g with { Sources = Sorted(g.Sources.Select(s => new RuleSource(Normalise(s.Conditions))), _ => "") }), _ => "");

    internal static ImmutableArray<RuleCondition> Normalise(ImmutableArray<RuleCondition> conditions) => Sorted(conditions.Select(Normalise), c => c.GetType().Name);

    private static RuleCondition Normalise(RuleCondition condition) => condition switch
    {
        RuleCondition.AssessmentIsOneOf c => new RuleCondition.AssessmentIsOneOf([.. c.Types.Distinct().Order()]),
        RuleCondition.AssessmentOtherThan c => new RuleCondition.AssessmentOtherThan([.. c.Types.Distinct().Order()]),
        RuleCondition.ModeIsOneOf c => new RuleCondition.ModeIsOneOf([.. c.Modes.Distinct().Order()]),
        _ => condition,
    };

    // Rows with one code are a finding at publication; here they only need a fixed order, which their own bytes give.
    private static ImmutableArray<T> Sorted<T>(IEnumerable<T> rows, Func<T, string> code) where T : notnull =>
        [.. rows.OrderBy(code, StringComparer.Ordinal).ThenBy(row => Convert.ToHexString(DomainJson.Write(row)), StringComparer.Ordinal)];

    private sealed record TableContent(ImmutableArray<TargetUnit> Units, ImmutableArray<EquivalenceRule> Rules);
}
