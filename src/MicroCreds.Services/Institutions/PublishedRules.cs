using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Services.Institutions;

/// <summary>
/// The compiled rules of an institution. Readers take a snapshot; publication swaps it, nobody waits. Versions that come into force later are
/// compiled when they are published: at the start of their day they are in effect with the first reader, and no reader compiles.
/// </summary>
public sealed class PublishedRules(IEquivalenceStore store, TimeProvider clock)
{
    /// <summary>Past states kept compiled. Few are asked about at a time, and each is as large as what is published now.</summary>
    private const int MaxPastStates = 4;

    private readonly Lock _gate = new();
    private readonly List<PastState> _past = [];
    private volatile State _state = new([new(DateOnly.MinValue, CompiledTable.Of([]))], []);
    private long _asked;
    private long _inEffect;

    /// <summary>The rules in effect today.</summary>
    public CompiledTable Current => On(_state, Today());

    /// <summary>Reads what is published and puts it into effect. Called at start and after a publication.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _asked);
        var history = await store.PublicationsAsync(0, int.MaxValue, cancellationToken);
        var today = Today();
        var phases = ImmutableArray.CreateBuilder<Phase>();
        var known = new Dictionary<(TableId, int), EquivalenceTable>();
        foreach (var day in VersionChoice.ChangesAfter(history, today).Prepend(today))
            phases.Add(new(day, CompiledTable.Of(await ReadAsync(VersionChoice.InForceOn(history, day), known, cancellationToken))));
        lock (_gate)
        {
            // Of two publications at once the slower reader may hold what it read before the other; whoever asked later has read both.
            if (number < _inEffect) return;
            (_state, _inEffect) = (new(phases.ToImmutable(), history), number);
        }
    }

    /// <summary>Puts into effect whatever is published from now on, by whichever process; until cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await store.WaitForPublicationAsync(_state.History is [.., var newest] ? newest.Cursor : 0, cancellationToken);
            await ReloadAsync(cancellationToken);
        }
    }

    /// <summary>What is in force on <paramref name="day"/> (UTC), past or to come, by what is published now. Empty when nothing is.</summary>
    public Task<CompiledTable> AsOfAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var state = _state;
        return FindAsync(state, VersionChoice.InForceOn(state.History, day), cancellationToken);
    }

    /// <summary>What applies to a case whose rules are those of <paramref name="day"/>; see <see cref="VersionChoice.ForCaseOf"/>.</summary>
    public Task<CompiledTable> ForCaseOfAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var state = _state;
        if (!state.Dated) return Task.FromResult(On(state, Today()));
        return FindAsync(state, VersionChoice.ForCaseOf(state.History, Today(), day), cancellationToken);
    }

    /// <summary>First day after <paramref name="day"/>, and after today, on which another version of a table, or of any for null, comes into force; null when none is published.</summary>
    public DateOnly? ChangesAfter(DateOnly day, TableId? table)
    {
        var today = Today();
        return VersionChoice.ChangesAfter(_state.History.Where(p => table is null || p.Table == table), day > today ? day : today) is [var next, ..] ? next : null;
    }

    private static CompiledTable On(State state, DateOnly day)
    {
        // Few phases, the first of which is today's until the next publication or midnight.
        var at = state.Phases.Length - 1;
        while (at > 0 && state.Phases[at].From > day) at--;
        return state.Phases[at].Rules;
    }

    private async Task<CompiledTable> FindAsync(State state, ImmutableArray<(TableId Table, int Version)> versions, CancellationToken cancellationToken) =>
        state.Phases.FirstOrDefault(phase => versions.SequenceEqual(phase.Rules.Tables.Select(t => (t.Id, t.Version))))?.Rules ?? await Past(versions).WaitAsync(cancellationToken);

    // Compiled once however many ask, and not for the sake of one caller who may leave.
    private Task<CompiledTable> Past(ImmutableArray<(TableId Table, int Version)> versions)
    {
        lock (_gate)
        {
            var known = _past.Find(p => p.Versions.SequenceEqual(versions) && !p.Rules.IsFaulted);
            if (known is null)
            {
                _past.RemoveAll(p => p.Rules.IsFaulted);
                if (_past.Count == MaxPastStates) _past.RemoveAt(0);
                known = new(versions, Task.Run(async () => CompiledTable.Of(await ReadAsync(versions, [], CancellationToken.None))));
            }
            else
            {
                _past.Remove(known);
            }

            _past.Add(known);
            return known.Rules;
        }
    }

    private async Task<List<EquivalenceTable>> ReadAsync(
        ImmutableArray<(TableId Table, int Version)> versions, Dictionary<(TableId, int), EquivalenceTable> known, CancellationToken cancellationToken)
    {
        var tables = new List<EquivalenceTable>();
        foreach (var (table, version) in versions)
        {
            if (!known.TryGetValue((table, version), out var read))
                known[(table, version)] = read = await store.VersionAsync(table, version, cancellationToken) ?? throw new InvalidDataException($"Version {version} of the table {table} was published and is missing.");
            tables.Add(read);
        }

        return tables;
    }

    private DateOnly Today() => RecognitionClock.DayOf(clock.GetUtcNow());

    /// <summary>What is in force from a day until the next phase.</summary>
    private sealed record Phase(DateOnly From, CompiledTable Rules);

    private sealed record State(ImmutableArray<Phase> Phases, ImmutableArray<TablePublication> History)
    {
        /// <summary>Whether a version was ever published with a day. As long as none was, every case is assessed by what is in force.</summary>
        public bool Dated { get; } = History.Any(p => p.EffectiveOn is not null);
    }

    private sealed record PastState(ImmutableArray<(TableId Table, int Version)> Versions, Task<CompiledTable> Rules);
}
