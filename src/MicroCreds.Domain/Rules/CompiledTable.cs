using System.Collections.Frozen;
using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Everything an institution has published, compiled into an index that is never changed: publishing makes a new one. A credential's rules
/// are found by target unit, awarding body and achievement code, not by reading all rules; only rules without a code are read one by one,
/// and only those of the same awarding body or of none.
/// </summary>
public sealed class CompiledTable
{
    private readonly FrozenDictionary<UnitCode, TargetUnit> _units;
    private readonly FrozenDictionary<UnitCode, EquivalenceTable> _tableOfUnit;
    private readonly FrozenDictionary<RuleId, EquivalenceTable> _tableOfRule;
    private readonly FrozenDictionary<Key, ImmutableArray<EquivalenceRule>> _rules;
    private readonly FrozenDictionary<UnitCode, ImmutableArray<EquivalenceRule>> _rulesOfUnit;

    private CompiledTable(ImmutableArray<EquivalenceTable> tables)
    {
        Tables = tables;
        Units = [.. tables.SelectMany(t => t.Units).OrderBy(u => u.Code.Value, StringComparer.Ordinal)];
        _units = Units.ToFrozenDictionary(u => u.Code);
        _tableOfUnit = tables.SelectMany(t => t.Units.Select(u => (u.Code, Table: t))).ToFrozenDictionary(p => p.Code, p => p.Table);
        _tableOfRule = tables.SelectMany(t => t.Rules.Select(r => (r.Id, Table: t))).ToFrozenDictionary(p => p.Id, p => p.Table);
        _rules = tables.SelectMany(t => t.Rules)
            .SelectMany(r => new[] { (Key: KeyOf(r, r.Target), Rule: r), (Key: KeyOf(r, null), Rule: r) })
            .GroupBy(p => p.Key, p => p.Rule)
            .ToFrozenDictionary(g => g.Key, g => g.OrderBy(r => r.Id.Value, StringComparer.Ordinal).ToImmutableArray());
        _rulesOfUnit = tables.SelectMany(t => t.Rules).GroupBy(r => r.Target)
            .ToFrozenDictionary(g => g.Key, g => g.OrderBy(r => r.Id.Value, StringComparer.Ordinal).ToImmutableArray());
    }

    /// <summary>Compiles the current versions of an institution's tables.</summary>
    /// <exception cref="ArgumentException">A unit code or a rule identifier stands twice; the check at publication forbids it.</exception>
    public static CompiledTable Of(IEnumerable<EquivalenceTable> tables) => new([.. tables.OrderBy(t => t.Id.Value, StringComparer.Ordinal)]);

    /// <summary>The tables compiled, by identifier.</summary>
    public ImmutableArray<EquivalenceTable> Tables { get; }

    /// <summary>Every unit, by code.</summary>
    public ImmutableArray<TargetUnit> Units { get; }

    /// <summary>The unit with this code, or null.</summary>
    public TargetUnit? Find(UnitCode unit) => _units.GetValueOrDefault(unit);

    /// <summary>The table that publishes this unit, or null.</summary>
    public EquivalenceTable? TableOf(UnitCode unit) => _tableOfUnit.GetValueOrDefault(unit);

    /// <summary>The table that publishes this rule, or null.</summary>
    public EquivalenceTable? TableOf(RuleId rule) => _tableOfRule.GetValueOrDefault(rule);

    /// <summary>
    /// The rules that could match: those that name this awarding body and one of these codes, this awarding body without a code, one of these
    /// codes without an awarding body, or neither. By identifier; a rule stands once.
    /// </summary>
    /// <param name="awardingBody">Awarding body, or null when it is no member.</param>
    /// <param name="codes">Codes of the achievement, in any spelling.</param>
    /// <param name="target">Unit asked for, or null for every unit.</param>
    public ImmutableArray<EquivalenceRule> Candidates(OrganisationId? awardingBody, ImmutableArray<string> codes, UnitCode? target)
    {
        var found = new SortedDictionary<string, EquivalenceRule>(StringComparer.Ordinal);
        foreach (var code in codes.Select(ComparableText.Code).Append(""))
        {
            Add(new(target, null, code));
            if (awardingBody is not null) Add(new(target, awardingBody, code));
        }

        return [.. found.Values];

        void Add(Key key)
        {
            if (!_rules.TryGetValue(key, out var rules)) return;
            foreach (var rule in rules) found[rule.Id.Value] = rule;
        }
    }

    /// <summary>Every rule that grants this unit, by identifier.</summary>
    public ImmutableArray<EquivalenceRule> RulesFor(UnitCode unit) => _rulesOfUnit.GetValueOrDefault(unit, []);

    // A rule with several codes or awarding bodies asks for all of them, so one of each is enough to find it.
    private static Key KeyOf(EquivalenceRule rule, UnitCode? target) => new(
        target,
        rule.Conditions.OfType<RuleCondition.AwardingBody>().FirstOrDefault()?.Organisation,
        rule.Conditions.OfType<RuleCondition.AchievementCode>().FirstOrDefault() is { } code ? ComparableText.Code(code.Code) : "");

    private readonly record struct Key(UnitCode? Target, OrganisationId? AwardingBody, string Code);
}
