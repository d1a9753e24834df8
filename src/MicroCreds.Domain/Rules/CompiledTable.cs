using System.Collections.Frozen;
using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Everything an institution has published, compiled into an index that is never changed: publishing makes a new one. A credential's rules
/// are found by target unit, awarding body, code, field and level, not by reading all rules.
/// </summary>
public sealed class CompiledTable
{
    private readonly FrozenDictionary<UnitCode, TargetUnit> _units;
    private readonly FrozenDictionary<UnitCode, EquivalenceTable> _tableOfUnit;
    private readonly EquivalenceRule[] _rules;
    private readonly int[] _tableOfRule;
    private readonly int[] _rulesByUnit;
    private readonly EquivalenceRule[] _simple;
    private readonly RuleIndex _index;

    private CompiledTable(ImmutableArray<EquivalenceTable> tables)
    {
        Tables = tables;
        Units = [.. tables.SelectMany(t => t.Units).OrderBy(u => u.Code.Value, StringComparer.Ordinal)];
        _units = Units.ToFrozenDictionary(u => u.Code);
        _tableOfUnit = tables.SelectMany(t => t.Units.Select(u => (u.Code, Table: t))).ToFrozenDictionary(p => p.Code, p => p.Table);
        (_rules, _tableOfRule) = InOrder(tables);
        _simple = Array.Exists(_rules, r => r.Composite) ? Array.FindAll(_rules, r => !r.Composite) : _rules;
        _index = new(_simple, Units);
        Composites = new(_rules.Where(r => r.Composite), Units);
        _rulesByUnit = ByUnit(_rules);
    }

    /// <summary>Compiles the current versions of an institution's tables.</summary>
    /// <exception cref="ArgumentException">A unit code or a rule identifier stands twice; the check at publication forbids it.</exception>
    public static CompiledTable Of(IEnumerable<EquivalenceTable> tables) => new([.. tables.OrderBy(t => t.Id.Value, StringComparer.Ordinal)]);

    /// <summary>The tables compiled, by identifier.</summary>
    public ImmutableArray<EquivalenceTable> Tables { get; }

    /// <summary>Every unit, by code.</summary>
    public ImmutableArray<TargetUnit> Units { get; }

    /// <summary>The rules about several credentials or several units: <see cref="Match(Achievement, OrganisationId?, UnitCode?, DateOnly, RuleDatePolicy, GradeTableSet, RuleMatches)"/> and <see cref="Candidates"/> leave them out.</summary>
    internal CompositeIndex Composites { get; }

    /// <summary>The unit with this code, or null.</summary>
    public TargetUnit? Find(UnitCode unit) => _units.GetValueOrDefault(unit);

    /// <summary>The table that publishes this unit, or null.</summary>
    public EquivalenceTable? TableOf(UnitCode unit) => _tableOfUnit.GetValueOrDefault(unit);

    /// <summary>The table that publishes this rule, or null.</summary>
    public EquivalenceTable? TableOf(RuleId rule)
    {
        var place = PlaceOf(_rules.Length, i => string.CompareOrdinal(_rules[i].Id.Value, rule.Value));
        return place < _rules.Length && _rules[place].Id == rule ? Tables[_tableOfRule[place]] : null;
    }

    /// <summary>
    /// Which rules match, and the strongest of them, without saying why: what an assessment and a query say in full, at the cost of the rules
    /// that share the credential's awarding body, code, field and level.
    /// </summary>
    /// <param name="achievement">What was learnt.</param>
    /// <param name="awardingBody">Awarding body, or null when it is no member.</param>
    /// <param name="target">Unit asked for, or null for every unit.</param>
    /// <param name="appliedOn">Day of application.</param>
    /// <param name="policy">On which day a rule must be in force.</param>
    /// <param name="grades">Grade tables, for conditions on a grade without a number.</param>
    /// <param name="into">Takes the matches; what it held is forgotten.</param>
    public void Match(
        Achievement achievement, OrganisationId? awardingBody, UnitCode? target, DateOnly appliedOn, RuleDatePolicy policy, GradeTableSet grades, RuleMatches into) =>
        Match(new(achievement, awardingBody, appliedOn, grades), target, policy, into);

    internal void Match(SourceFacts facts, UnitCode? target, RuleDatePolicy policy, RuleMatches into) => _index.Match(facts, target, policy, into);

    /// <summary>
    /// The rules that could match: those that name this awarding body and one of these codes, this awarding body without a code, one of these
    /// codes without an awarding body, or neither. By identifier; a rule stands once.
    /// </summary>
    /// <param name="awardingBody">Awarding body, or null when it is no member.</param>
    /// <param name="codes">Codes of the achievement, in any spelling.</param>
    /// <param name="target">Unit asked for, or null for every unit.</param>
    public ImmutableArray<EquivalenceRule> Candidates(OrganisationId? awardingBody, ImmutableArray<string> codes, UnitCode? target) =>
        [.. _index.Candidates(awardingBody, codes, target).Select(number => _simple[number])];

    /// <summary>Every rule that grants this unit, by identifier; a rule that grants several units stands under each.</summary>
    public ImmutableArray<EquivalenceRule> RulesFor(UnitCode unit)
    {
        if (Composites.FurtherGranting(unit) is { Length: > 0 } further) return [.. OfTarget(unit).Concat(further).OrderBy(r => r.Id.Value, StringComparer.Ordinal)];
        return OfTarget(unit);
    }

    private ImmutableArray<EquivalenceRule> OfTarget(UnitCode unit)
    {
        var found = ImmutableArray.CreateBuilder<EquivalenceRule>();
        var first = PlaceOf(_rulesByUnit.Length, i => string.CompareOrdinal(_rules[_rulesByUnit[i]].Target.Value, unit.Value));
        for (var i = first; i < _rulesByUnit.Length && _rules[_rulesByUnit[i]].Target == unit; i++) found.Add(_rules[_rulesByUnit[i]]);
        return found.ToImmutable();
    }

    private static (EquivalenceRule[] Rules, int[] Tables) InOrder(ImmutableArray<EquivalenceTable> tables)
    {
        EquivalenceRule[] rules = [.. tables.SelectMany(t => t.Rules)];
        int[] tableOf = [.. tables.SelectMany((t, number) => Enumerable.Repeat(number, t.Rules.Length))];
        for (var i = 1; i < rules.Length; i++)
        {
            if (string.CompareOrdinal(rules[i - 1].Id.Value, rules[i].Id.Value) < 0) continue;
            // Only tables next to each other, or a table made without its builder, need the sorting.
            Array.Sort(rules, tableOf, Comparer<EquivalenceRule>.Create((a, b) => string.CompareOrdinal(a.Id.Value, b.Id.Value)));
            break;
        }

        for (var i = 1; i < rules.Length; i++)
        {
            if (rules[i - 1].Id == rules[i].Id) throw new ArgumentException($"Rule {rules[i].Id} stands twice.", nameof(tables));
        }

        return (rules, tableOf);
    }

    // Rules of one unit stand next to each other, by identifier.
    private static int[] ByUnit(EquivalenceRule[] rules)
    {
        var places = new Dictionary<UnitCode, int>();
        foreach (var unit in rules.Select(r => r.Target).Distinct().OrderBy(u => u.Value, StringComparer.Ordinal)) places.Add(unit, places.Count);
        var keys = Array.ConvertAll(rules, r => places[r.Target]);
        var first = new int[places.Count + 1];
        foreach (var key in keys) first[key + 1]++;
        for (var i = 1; i < first.Length; i++) first[i] += first[i - 1];
        var ordered = new int[rules.Length];
        for (var i = 0; i < rules.Length; i++) ordered[first[keys[i]]++] = i;
        return ordered;
    }

    // First place of a sorted row of which the comparison says that it is not before what is sought.
    private static int PlaceOf(int length, Func<int, int> compare)
    {
        var (low, high) = (0, length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (compare(middle) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
