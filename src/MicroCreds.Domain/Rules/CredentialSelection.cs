using System.Collections.Immutable;
using System.Numerics;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Chooses which rules to use for a learner's credentials, exactly: most credits granted, then fewest credentials left over, then the first by
/// identifiers of the rules used. Each credential is used at most once, and no unit is filled beyond its credits. Source: field reference E.6.
/// </summary>
/// <remarks>
/// Depth first through the uses in the order of their rules, so that of two equal selections the first found is the one wanted. A branch is left
/// as soon as a bound shows that it cannot be better: each free credential counts with its best share of any use that is still to come, and no more
/// than the units of those uses have room for.
/// </remarks>
public sealed class CredentialSelection
{
    /// <summary>Most credentials that are chosen among together.</summary>
    public const int MaxCredentials = 20;

    /// <summary>Most ways to use rules that are chosen among.</summary>
    public const int MaxUses = 20_000;

    /// <summary>Most selections that were not chosen and are listed.</summary>
    public const int MaxAlternatives = 10;

    // Looks at a use take about 100 ns, so that a selection is found within a second or not at all. Tables that reach this have dozens of rules for any
    // credential whatever.
    private const long MaxLooks = 10_000_000;

    private const int MaxUnitsBounding = 32;

    // States remembered, of about 60 bytes each.
    private const int MaxSeen = 1 << 20;

    // Least common multiple of 1 to 20: a share of a use is a whole number of these parts of a hundredth.
    private const long Parts = 232_792_560;

    private readonly RuleUse[] _uses;
    private readonly int[] _worth;
    private readonly long[][] _shares;
    private readonly int[] _useful;
    private readonly long[] _leastShare;
    private readonly int[][] _unitsOf;
    private readonly int[] _lastUse;
    private readonly int[] _room;
    private readonly List<int> _taken = [];
    private int[] _best = [];
    private int _bestWorth;
    private int _bestUsed;
    private long _looks;
    private readonly int[] _size;
    private readonly Dictionary<(long Place, ulong Rooms, ulong RoomsAgain), (int Worth, int Used)> _seen = [];

    private CredentialSelection(RuleUse[] uses, int credentials, Func<UnitCode, EctsCredits> sizeOf)
    {
        _uses = uses;
        _worth = Array.ConvertAll(uses, u => u.Hundredths);
        UnitCode[] units = [.. uses.SelectMany(u => u.Grants).Select(g => g.Unit).Distinct()];
        var numbers = units.Select((unit, number) => (unit, number)).ToDictionary(u => u.unit, u => u.number);
        _room = Array.ConvertAll(units, u => sizeOf(u).Hundredths);
        _size = [.. _room];
        _unitsOf = Array.ConvertAll(uses, u => u.Grants.Select(g => numbers[g.Unit]).ToArray());
        _lastUse = new int[units.Length];
        for (var i = 0; i < uses.Length; i++) Array.ForEach(_unitsOf[i], unit => _lastUse[unit] = i);
        (_shares, _useful, _leastShare) = (new long[uses.Length + 1][], new int[uses.Length + 1], new long[uses.Length + 1]);
        (_shares[uses.Length], _leastShare[uses.Length]) = (new long[credentials], long.MaxValue);
        for (var i = uses.Length - 1; i >= 0; i--)
        {
            var (mask, share) = (uses[i].Credentials, _worth[i] * (Parts / BitOperations.PopCount((uint)uses[i].Credentials)));
            _useful[i] = _useful[i + 1] | mask;
            _leastShare[i] = Math.Min(_leastShare[i + 1], share);
            var improves = false;
            for (var c = 0; c < credentials; c++) improves |= (mask & (1 << c)) != 0 && _shares[i + 1][c] < share;
            _shares[i] = improves ? [.. _shares[i + 1].Select((known, c) => (mask & (1 << c)) != 0 ? Math.Max(known, share) : known)] : _shares[i + 1];
        }
    }

    /// <summary>
    /// The selection, and others that were not chosen: for each of the uses of most credits that were left aside the best selection that has it, best first.
    /// Fails with <see cref="ProblemCode.InvalidRequest"/> above <see cref="MaxCredentials"/> credentials or <see cref="MaxUses"/> uses, and where so many
    /// uses exclude each other that the best could not be shown in about a second.
    /// </summary>
    /// <param name="credentials">How many credentials there are. Their order only tells them apart; give it in an order of their own, such as by digest.</param>
    /// <param name="uses">Ways to use rules, in any order.</param>
    /// <param name="sizeOf">Credits of a unit.</param>
    public static Result<(SelectedUses Chosen, ImmutableArray<SelectedUses> NotChosen)> Choose(int credentials, IReadOnlyCollection<RuleUse> uses, Func<UnitCode, EctsCredits> sizeOf)
    {
        if (credentials > MaxCredentials || uses.Count > MaxUses) return TooMany(credentials, uses.Count);
        RuleUse[] ordered = [.. uses.Where(u => u.Grants.All(g => g.Credits <= sizeOf(g.Unit))).OrderBy(u => u.Rule.Value, StringComparer.Ordinal).ThenBy(u => FirstBits(u.Credentials))];
        var search = new CredentialSelection(ordered, credentials, sizeOf);
        var chosen = search.Solve(credentials, null);
        if (search._looks > MaxLooks) return TooMany(credentials, uses.Count);
        // Alternatives are told as far as the work allows; what is chosen does not hang on them.
        ImmutableArray<SelectedUses> others =
        [
            .. Enumerable.Range(0, ordered.Length).Where(i => !chosen.Uses.Contains(ordered[i])).OrderByDescending(i => ordered[i].Hundredths).ThenBy(i => i)
                .Take(MaxAlternatives).Select(i => search.Solve(credentials, i)).TakeWhile(_ => search._looks <= MaxLooks),
        ];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return (chosen,
        [
            .. others.Where(o => seen.Add(Key(o))).OrderByDescending(o => o.Hundredths).ThenBy(o => BitOperations.PopCount((uint)o.LeftOver)).ThenBy(Key, StringComparer.Ordinal),
        ]);
    }

    /// <summary>More credentials or uses than are chosen among together.</summary>
    internal static Problem TooMany(int credentials, int uses) => Problem.InvalidRequest(
    [
        new FieldViolation("credentials", credentials > MaxCredentials
            ? $"{credentials} credentials are too many to choose among; at most {MaxCredentials}"
            : $"{credentials} credentials can be used in {(uses > MaxUses ? $"more than {MaxUses}" : $"{uses}")} ways, which are too many to choose among; submit fewer together"),
    ]);

    private SelectedUses Solve(int credentials, int? forced)
    {
        var all = (1 << credentials) - 1;
        (_best, _bestWorth, _bestUsed) = ([], -1, -1);
        _seen.Clear();
        var free = all & ~(forced is { } f ? _uses[f].Credentials : 0);
        if (forced is { } taken) Fill(taken, -1);
        Search(0, free, 0, 0);
        if (forced is { } left) Fill(left, 1);
        ImmutableArray<RuleUse> uses = [.. (forced is { } one ? _best.Append(one) : _best).Order().Select(i => _uses[i])];
        return new(uses, uses.Sum(u => u.Hundredths), all & ~uses.Aggregate(0, (mask, u) => mask | u.Credentials));
    }

    private void Search(int from, int free, int worth, int used)
    {
        if (WasBetterBefore(from, free, worth, used)) return;
        if (worth > _bestWorth || (worth == _bestWorth && used > _bestUsed)) (_best, _bestWorth, _bestUsed) = ([.. _taken], worth, used);
        for (var i = from; i < _uses.Length && MayImprove(i, free, worth, used); i++)
        {
            var mask = _uses[i].Credentials;
            if ((mask & ~free) != 0 || !Fits(i)) continue;
            _taken.Add(i);
            Fill(i, -1);
            Search(i + 1, free & ~mask, worth + _worth[i], used + BitOperations.PopCount((uint)mask));
            Fill(i, 1);
            _taken.RemoveAt(_taken.Count - 1);
        }
    }

    // Where the same credentials are free, the same uses to come and the same room is left in their units, what was found earlier with as much is as good.
    private bool WasBetterBefore(int from, int free, int worth, int used)
    {
        var (one, other) = (14695981039346656037UL, 0x9E3779B97F4A7C15UL);
        for (var unit = 0; unit < _room.Length; unit++)
        {
            if (_lastUse[unit] < from || _room[unit] == _size[unit]) continue;
            var value = ((ulong)unit << 32) | (uint)_room[unit];
            (one, other) = ((one ^ value) * 1099511628211UL, (ulong.RotateLeft(other, 29) + value) * 0xD1342543DE82EF95UL);
        }

        var state = (((long)from << 32) | (uint)(free & _useful[from]), one, other);
        if (_seen.TryGetValue(state, out var before) && (before.Worth > worth || (before.Worth == worth && before.Used >= used))) return true;
        if (_seen.Count < MaxSeen || _seen.ContainsKey(state)) _seen[state] = (worth, used);
        return false;
    }

    private bool MayImprove(int from, int free, int worth, int used)
    {
        if (++_looks > MaxLooks) return false;
        var (shares, most, room) = (_shares[from], 0L, 0L);
        for (var rest = free; rest != 0; rest &= rest - 1) most += shares[BitOperations.TrailingZeroCount(rest)];
        // Of very many units hardly one is short of room, and looking at them would cost more than it saves.
        if (_room.Length <= MaxUnitsBounding)
        {
            for (var unit = 0; unit < _room.Length; unit++) room += _lastUse[unit] >= from ? _room[unit] : 0;
            most = Math.Min(most, room * Parts);
        }

        var bound = worth + (int)(most / Parts);
        if (bound != _bestWorth) return bound > _bestWorth;
        return used + Math.Min(BitOperations.PopCount((uint)(free & _useful[from])), most / _leastShare[from]) > _bestUsed;
    }

    private bool Fits(int use)
    {
        var grants = _uses[use].Grants;
        for (var g = 0; g < grants.Length; g++)
        {
            if (grants[g].Credits.Hundredths > _room[_unitsOf[use][g]]) return false;
        }

        return true;
    }

    private void Fill(int use, int sign)
    {
        var grants = _uses[use].Grants;
        for (var g = 0; g < grants.Length; g++) _room[_unitsOf[use][g]] += sign * grants[g].Credits.Hundredths;
    }

    // Sorts by the first credential, then the second, and so on.
    private static uint FirstBits(int mask)
    {
        var reversed = 0u;
        for (var i = 0; i < 32; i++) reversed |= (((uint)mask >> i) & 1) << (31 - i);
        return ~reversed;
    }

    private static string Key(SelectedUses selection) => string.Join('\n', selection.Uses.Select(u => $"{u.Rule}\t{FirstBits(u.Credentials):x8}"));
}
