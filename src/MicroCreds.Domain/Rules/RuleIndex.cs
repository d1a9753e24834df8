using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// The rules of all tables by unit, awarding body, code and field, and inside one key by level. What a match costs grows with the rules that
/// share its keys, not with the table: a rule for any awarding body is read only where its field and level fit.
/// </summary>
internal sealed class RuleIndex
{
    private readonly EquivalenceRule[] _rules;
    private readonly IndexedRule[] _rows;
    private readonly int[] _byUnit;
    private readonly KeyRanges _ofAnyUnit;
    private readonly KeyRanges _ofUnit;
    private readonly FrozenDictionary<OrganisationId, int> _bodies;
    private readonly FrozenDictionary<UnitCode, int> _units;
    private readonly OutcomeIndex _outcomes;
    private readonly TargetUnit?[] _published;
    private readonly bool[] _fieldLengths = new bool[RuleKey.LongestField + 1];

    /// <summary>Indexes rules that stand in the order of their identifiers.</summary>
    /// <exception cref="ArgumentException">More than 16 million different units or awarding bodies.</exception>
    internal RuleIndex(EquivalenceRule[] rules, IEnumerable<TargetUnit> published)
    {
        _rules = rules;
        var units = new Dictionary<UnitCode, int>();
        var bodies = new Dictionary<OrganisationId, int>();
        var places = new Place[rules.Length];
        var ofUnit = new ulong[rules.Length];
        for (var i = 0; i < rules.Length; i++)
        {
            var key = RuleKey.Of(rules[i].Conditions);
            var unit = NumberOf(units, rules[i].Target);
            var body = key.ByBody is null ? 0 : NumberOf(bodies, key.ByBody.Organisation);
            var field = key.ByField is null ? 0 : RuleKey.Field(key.ByField.Stem);
            if (key.ByField is not null) _fieldLengths[key.ByField.Stem.Length] = true;
            var hash = key.ByCode is null ? 0 : ComparableText.CodeHash(key.ByCode.Code);
            places[i] = new(key.ByCode is null ? RuleKey.Plain(0, body, field) : RuleKey.WithCode(0, body, hash), new(rules[i], i, unit, key));
            ofUnit[i] = key.ByCode is null ? RuleKey.Plain(unit, body, field) : RuleKey.WithCode(unit, body, hash);
        }

        if (Math.Max(units.Count, bodies.Count) > RuleKey.MaxNames) throw new ArgumentException("A table has too many units or awarding bodies.", nameof(rules));
        places.AsSpan().Sort(new ByKeyAndLevel());
        _rows = Array.ConvertAll(places, p => p.Row);
        _ofAnyUnit = new(Array.ConvertAll(places, p => p.Key));
        _byUnit = new int[_rows.Length];
        var keys = new ulong[_rows.Length];
        for (var i = 0; i < _rows.Length; i++) (_byUnit[i], keys[i]) = (i, ofUnit[_rows[i].Rule]);
        Array.Sort(keys, _byUnit);
        _ofUnit = new(keys);
        var known = published.ToArray();
        _outcomes = new(known, units);
        _published = new TargetUnit?[units.Count + 1];
        foreach (var unit in known)
        {
            if (units.TryGetValue(unit.Code, out var number)) _published[number] = unit;
        }

        _units = units.ToFrozenDictionary();
        _bodies = bodies.ToFrozenDictionary();
    }

    /// <summary>The rules whose conditions all hold and that are in force by <paramref name="policy"/>, of one unit or of all.</summary>
    internal void Match(SourceFacts facts, UnitCode? target, RuleDatePolicy policy, RuleMatches into)
    {
        into.Clear(_rules);
        var search = new Search(this, facts, target, policy, into);
        if (!TryStart(facts.AwardingBody, target, out var unit, out var body)) return;
        search.Read(RuleKey.Plain(unit, 0, 0), unit > 0);
        if (body > 0) search.Read(RuleKey.Plain(unit, body, 0), unit > 0);
        var fields = facts.Achievement.IscedFields;
        for (var i = 0; i < fields.Length; i++)
        {
            for (var length = 1; length <= Math.Min(RuleKey.LongestField, fields[i].Length); length++)
            {
                if (!_fieldLengths[length] || SeenBefore(fields, i, length) || RuleKey.Field(fields[i].AsSpan(0, length)) is not (> 0 and var field)) continue;
                search.Read(RuleKey.Plain(unit, 0, field), unit > 0);
                if (body > 0) search.Read(RuleKey.Plain(unit, body, field), unit > 0);
            }
        }

        var codes = facts.Achievement.Codes;
        for (var i = 0; i < codes.Length; i++)
        {
            if (SeenBefore(codes, i)) continue;
            var hash = ComparableText.CodeHash(codes[i]);
            search.Read(RuleKey.WithCode(unit, 0, hash), unit > 0);
            if (body > 0) search.Read(RuleKey.WithCode(unit, body, hash), unit > 0);
        }
    }

    /// <summary>Numbers of the rules that name this awarding body and one of these codes, or leave out one or both, in the order of identifiers.</summary>
    internal List<int> Candidates(OrganisationId? awardingBody, IReadOnlyList<string> codes, UnitCode? target)
    {
        var found = new List<int>();
        if (!TryStart(awardingBody, target, out var unit, out var body)) return found;
        Take(RuleKey.Plain(unit, 0, RuleKey.EveryField), null);
        if (body > 0) Take(RuleKey.Plain(unit, body, RuleKey.EveryField), null);
        foreach (var code in codes)
        {
            var hash = ComparableText.CodeHash(code);
            Take(RuleKey.WithCode(unit, 0, hash), code);
            if (body > 0) Take(RuleKey.WithCode(unit, body, hash), code);
        }

        found.Sort();
        var distinct = 0;
        for (var i = 0; i < found.Count; i++)
        {
            if (distinct == 0 || found[distinct - 1] != found[i]) found[distinct++] = found[i];
        }

        found.RemoveRange(distinct, found.Count - distinct);
        return found;

        void Take(ulong key, string? code)
        {
            var (start, end) = (unit > 0 ? _ofUnit : _ofAnyUnit).Find(key);
            for (var i = start; i < end; i++)
            {
                var number = _rows[unit > 0 ? _byUnit[i] : i].Rule;
                if (code is null || Named(_rules[number])) found.Add(number);
            }

            // Found by a hash: another code, awarding body or unit may share it.
            bool Named(EquivalenceRule rule)
            {
                var named = RuleKey.Of(rule.Conditions);
                return named.ByCode is not null && ComparableText.SameCode(named.ByCode.Code, code)
                    && (named.ByBody is null || named.ByBody.Organisation == awardingBody) && (target is null || rule.Target == target);
            }
        }
    }

    private bool TryStart(OrganisationId? awardingBody, UnitCode? target, out int unit, out int body)
    {
        unit = 0;
        body = awardingBody is null ? 0 : _bodies.GetValueOrDefault(awardingBody);
        return target is null || _units.TryGetValue(target, out unit);
    }

    private static bool SeenBefore(ImmutableArray<string> fields, int index, int length)
    {
        for (var i = 0; i < index; i++)
        {
            if (fields[i].AsSpan().StartsWith(fields[index].AsSpan(0, length))) return true;
        }

        return false;
    }

    private static bool SeenBefore(ImmutableArray<string> codes, int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (ComparableText.CodeHash(codes[i]) == ComparableText.CodeHash(codes[index])) return true;
        }

        return false;
    }

    private static int NumberOf<T>(Dictionary<T, int> numbers, T name) where T : notnull
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, name, out var known);
        if (!known) number = numbers.Count;
        return number;
    }

    private readonly record struct Place(ulong Key, IndexedRule Row);

    private readonly struct ByKeyAndLevel : IComparer<Place>
    {
        public int Compare(Place x, Place y) =>
            x.Key != y.Key ? x.Key.CompareTo(y.Key) : x.Row.Level != y.Row.Level ? x.Row.Level.CompareTo(y.Row.Level) : x.Row.Rule.CompareTo(y.Row.Rule);
    }

    /// <summary>One match on its way: the facts as numbers.</summary>
    private readonly ref struct Search(RuleIndex index, SourceFacts facts, UnitCode? target, RuleDatePolicy policy, RuleMatches into)
    {
        private readonly int _awarded = facts.Achievement.AwardedOn.DayNumber;
        private readonly int _applied = facts.AppliedOn.DayNumber;
        private readonly int _level = facts.Achievement.EqfLevel ?? 0;

        internal void Read(ulong key, bool byUnit)
        {
            var (start, end) = (byUnit ? index._ofUnit : index._ofAnyUnit).Find(key);
            for (var i = start; i < end; i++)
            {
                ref readonly var row = ref index._rows[byUnit ? index._byUnit[i] : i];
                if (row.Level > 0 && row.Level > _level)
                {
                    // Rows of one key stand in the order of their levels, but for those by unit.
                    if (byUnit) continue;
                    break;
                }

                Judge(row);
            }
        }

        private void Judge(in IndexedRule row)
        {
            var onAward = row.InForceOn(_awarded);
            var onApplication = row.InForceOn(_applied);
            var inForce = policy switch
            {
                RuleDatePolicy.AwardDate => onAward,
                RuleDatePolicy.ApplicationDate => onApplication,
                _ => onAward || onApplication,
            };
            if (!inForce || !row.Holds(_awarded, facts.Achievement.Credits, facts)) return;
            if (row.ReadsRule && !EveryConditionHolds(row, index._rules[row.Rule])) return;
            if (row.Coverage > 0 && !Covers(row.Unit, row.Coverage)) return;
            into.Add(row, onAward, onApplication);
        }

        private bool EveryConditionHolds(in IndexedRule row, EquivalenceRule rule)
        {
            // Found by a hash of the code: another unit may share it.
            if (target is not null && rule.Target != target) return false;
            foreach (var condition in rule.Conditions)
            {
                if (condition is RuleCondition.OutcomeCoverageAtLeast coverage ? !Covers(row.Unit, coverage.Percent) : !ConditionJudge.Holds(condition, facts, index._published[row.Unit])) return false;
            }

            return true;
        }

        private bool Covers(int unit, int percent)
        {
            if (!into.OutcomesRead)
            {
                index._outcomes.Read(facts.Achievement.Outcomes, into.Outcomes);
                into.OutcomesRead = true;
            }

            return index._outcomes.Reaches(unit, into.Outcomes, percent);
        }
    }
}
