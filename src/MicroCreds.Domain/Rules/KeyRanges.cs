using System.Numerics;

namespace MicroCreds.Domain.Rules;

/// <summary>Where the rows of a key lie: a hash table with open addressing, made once and never changed. 16 bytes a slot, at most three quarters full.</summary>
internal sealed class KeyRanges
{
    private readonly Slot[] _slots;
    private readonly int _shift;

    /// <summary>Makes the table of <paramref name="sorted"/> keys, equal ones next to each other, and the range over all fields of each key without a code.</summary>
    internal KeyRanges(ReadOnlySpan<ulong> sorted)
    {
        var count = Fill(sorted, null);
        var size = BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, count + (count / 3) + 1));
        _slots = new Slot[size];
        _shift = 64 - BitOperations.Log2(size);
        Fill(sorted, this);
    }

    /// <summary>The range of rows with this key; empty when there are none.</summary>
    internal (int Start, int End) Find(ulong key)
    {
        var slots = _slots;
        for (var i = Home(key); ; i = (i + 1) & (slots.Length - 1))
        {
            ref readonly var slot = ref slots[i];
            if (slot.Count == 0) return (0, 0);
            if (slot.Key == key) return (slot.Start, slot.Start + slot.Count);
        }
    }

    private static int Fill(ReadOnlySpan<ulong> sorted, KeyRanges? into)
    {
        var ranges = 0;
        for (int i = 0, end; i < sorted.Length; i = end)
        {
            var key = sorted[i];
            for (end = i + 1; end < sorted.Length && sorted[end] == key;) end++;
            ranges++;
            into?.Add(key, i, end - i);
            if (RuleKey.HasCode(key) || (i > 0 && RuleKey.OfEveryField(sorted[i - 1]) == RuleKey.OfEveryField(key))) continue;
            var all = end;
            while (all < sorted.Length && RuleKey.OfEveryField(sorted[all]) == RuleKey.OfEveryField(key)) all++;
            ranges++;
            into?.Add(RuleKey.OfEveryField(key), i, all - i);
        }

        return ranges;
    }

    private void Add(ulong key, int start, int count)
    {
        var i = Home(key);
        while (_slots[i].Count != 0) i = (i + 1) & (_slots.Length - 1);
        _slots[i] = new(key, start, count);
    }

    private int Home(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> _shift);

    private readonly record struct Slot(ulong Key, int Start, int Count);
}
