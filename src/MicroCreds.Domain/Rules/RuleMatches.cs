namespace MicroCreds.Domain.Rules;

/// <summary>
/// The rules that match one credential. A buffer that a caller keeps and fills again and again, so that a match makes no garbage; for one
/// thread at a time.
/// </summary>
public sealed class RuleMatches
{
    private EquivalenceRule[] _rules = [];
    private Entry[] _entries = new Entry[16];
    private int _strongest = -1;

    /// <summary>How many rules match.</summary>
    public int Count { get; private set; }

    /// <summary>A rule that matches, from 0 to <see cref="Count"/> - 1, in no particular order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such match.</exception>
    public EquivalenceRule this[int index] => _rules[At(index).Rule];

    /// <summary>
    /// The first of the matching rules by rank, then priority, then identifier; null when none matches. Of one unit it is the rule that applies,
    /// unless rules of its rank and priority match too: <see cref="TiedWithStrongest"/>.
    /// </summary>
    public EquivalenceRule? Strongest => _strongest < 0 ? null : _rules[_entries[_strongest].Rule];

    /// <summary>Whether another matching rule has the rank and the priority of <see cref="Strongest"/>.</summary>
    public bool TiedWithStrongest { get; private set; }

    /// <summary>Whether the rule at <paramref name="index"/> was in force on the day of award.</summary>
    internal bool OnAward(int index) => At(index).OnAward;

    /// <summary>Whether the rule at <paramref name="index"/> was in force on the day of application.</summary>
    internal bool OnApplication(int index) => At(index).OnApplication;

    /// <summary>Number of the rule at <paramref name="index"/> in the row that was indexed.</summary>
    internal int Number(int index) => At(index).Rule;

    /// <summary>Room for a search: numbers of the outcomes the credential has.</summary>
    internal List<int> Outcomes { get; } = [];
    /// <summary>Whether <see cref="Outcomes"/> are those of the credential searched for.</summary>
    internal bool OutcomesRead { get; set; }

    internal void Clear(EquivalenceRule[] rules)
    {
        OutcomesRead = false;
        _rules = rules;
        Count = 0;
        _strongest = -1;
        TiedWithStrongest = false;
    }

    internal void Add(in IndexedRule row, bool onAward, bool onApplication) => Add(new(row.Rule, row.Priority, row.Rank, onAward, onApplication));

    private void Add(Entry entry)
    {
        if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
        _entries[Count] = entry;
        if (_strongest < 0 || entry.IsStrongerThan(_entries[_strongest]))
        {
            _strongest = Count;
            TiedWithStrongest = false;
        }
        else if (entry.TiesWith(_entries[_strongest]))
        {
            TiedWithStrongest = true;
            if (entry.Rule < _entries[_strongest].Rule) _strongest = Count;
        }

        Count++;
    }

    /// <summary>Forgets the rules for which <paramref name="wanted"/> answers no.</summary>
    internal void KeepOnly(Func<EquivalenceRule, bool> wanted)
    {
        var all = Count;
        (Count, _strongest, TiedWithStrongest) = (0, -1, false);
        for (var i = 0; i < all; i++)
        {
            if (wanted(_rules[_entries[i].Rule])) Add(_entries[i]);
        }
    }

    private ref readonly Entry At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return ref _entries[index];
    }

    private readonly record struct Entry(int Rule, int Priority, byte Rank, bool OnAward, bool OnApplication)
    {
        internal bool IsStrongerThan(in Entry other) => Rank < other.Rank || (Rank == other.Rank && Priority > other.Priority);

        internal bool TiesWith(in Entry other) => Rank == other.Rank && Priority == other.Priority;
    }
}
