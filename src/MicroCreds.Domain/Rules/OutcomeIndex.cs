using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>The outcomes of every unit with the names that cover them as numbers: answers what <see cref="OutcomeMatcher.Reaches"/> answers, without comparing texts for each rule.</summary>
internal sealed class OutcomeIndex
{
    private readonly FrozenDictionary<string, int> _names;
    // For each unit: how many outcomes; then for each outcome whether it is essential, how many names cover it, and their numbers.
    private readonly int[] _outcomes;
    private readonly int[] _startOfUnit;

    internal OutcomeIndex(IEnumerable<TargetUnit> units, Dictionary<UnitCode, int> numberOfUnit)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        List<int> outcomes = [0];
        _startOfUnit = new int[numberOfUnit.Count + 1];
        foreach (var unit in units)
        {
            if (!numberOfUnit.TryGetValue(unit.Code, out var number)) continue;
            _startOfUnit[number] = outcomes.Count;
            outcomes.Add(unit.Outcomes.Length);
            foreach (var outcome in unit.Outcomes)
            {
                int[] by = [.. outcome.CoveredBy.SelectMany(Numbers)];
                outcomes.AddRange([outcome.Essential ? 1 : 0, by.Length, .. by]);
            }
        }

        _outcomes = [.. outcomes];
        _names = names.ToFrozenDictionary(StringComparer.Ordinal);

        IEnumerable<int> Numbers(string by) => [NumberOf(by), NumberOf(OutcomeMatcher.TitleKey(by))];

        int NumberOf(string name)
        {
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(names, name, out var known);
            if (!known) number = names.Count;
            return number;
        }
    }

    /// <summary>Numbers of the names that a unit asks for and the source has.</summary>
    internal void Read(ImmutableArray<LearningOutcome> source, List<int> known)
    {
        known.Clear();
        if (_names.Count == 0) return;
        foreach (var outcome in source)
        {
            foreach (var skill in outcome.Skills) Add(skill);
            if (outcome.Id.Length > 0) Add(outcome.Id);
            foreach (var (_, title) in outcome.Title.ByLanguage) Add(OutcomeMatcher.TitleKey(title));
        }

        void Add(string name)
        {
            if (_names.TryGetValue(name, out var number)) known.Add(number);
        }
    }

    /// <summary>Whether at least <paramref name="percent"/> of the unit's outcomes are covered, and every essential one; never when it has none.</summary>
    internal bool Reaches(int unit, List<int> known, int percent)
    {
        var outcomes = _outcomes.AsSpan(_startOfUnit[unit]);
        var (total, covered) = (outcomes[0], 0);
        if (total == 0) return false;
        outcomes = outcomes[1..];
        for (var i = 0; i < total; i++)
        {
            var names = outcomes[1];
            if (outcomes.Slice(2, names).ContainsAny(CollectionsMarshal.AsSpan(known))) covered++;
            else if (outcomes[0] == 1) return false;
            outcomes = outcomes[(2 + names)..];
        }

        return covered * 100 >= total * percent;
    }
}
