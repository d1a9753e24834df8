using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Services.Institutions;

/// <summary>The compiled rules of an institution. Readers take a snapshot; publication swaps it, nobody waits.</summary>
public sealed class PublishedRules(IEquivalenceStore store)
{
    /// <summary>Past states kept compiled. Few are asked about at a time, and each is as large as what is published now.</summary>
    private const int MaxPastStates = 4;

    private readonly Lock _gate = new();
    private readonly List<PastState> _past = [];
    private volatile State _state = new(CompiledTable.Of([]), []);
    private long _asked;
    private long _inEffect;

    /// <summary>The rules in effect.</summary>
    public CompiledTable Current => _state.Rules;

    /// <summary>Reads what is published and puts it into effect. Called at start and after a publication.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _asked);
        var rules = CompiledTable.Of(await store.PublishedAsync(cancellationToken));
        var read = new State(rules, await store.PublicationsAsync(0, int.MaxValue, cancellationToken));
        lock (_gate)
        {
            // Of two publications at once the slower reader may hold what it read before the other; whoever asked later has read both.
            if (number < _inEffect) return;
            (_state, _inEffect) = (read, number);
        }
    }

    /// <summary>What was published at the end of <paramref name="day"/> (UTC): of each table the newest version published by then. Empty when nothing was.</summary>
    public async Task<CompiledTable> AsOfAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var state = _state;
        var versions = state.History.Where(p => DateOnly.FromDateTime(p.PublishedAt.UtcDateTime) <= day)
            .GroupBy(p => p.Table).Select(g => (Table: g.Key, Version: g.Max(p => p.Version))).OrderBy(v => v.Table.Value, StringComparer.Ordinal).ToImmutableArray();
        if (versions.SequenceEqual(state.Rules.Tables.Select(t => (t.Id, t.Version)))) return state.Rules;
        return await Past(versions).WaitAsync(cancellationToken);
    }

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
                known = new(versions, Task.Run(() => CompileAsync(versions)));
            }
            else
            {
                _past.Remove(known);
            }

            _past.Add(known);
            return known.Rules;
        }
    }

    private async Task<CompiledTable> CompileAsync(ImmutableArray<(TableId Table, int Version)> versions)
    {
        var tables = new List<EquivalenceTable>();
        foreach (var (table, version) in versions)
            tables.Add(await store.VersionAsync(table, version, CancellationToken.None) ?? throw new InvalidDataException($"Version {version} of the table {table} was published and is missing."));
        return CompiledTable.Of(tables);
    }

    private sealed record State(CompiledTable Rules, ImmutableArray<TablePublication> History);

    private sealed record PastState(ImmutableArray<(TableId Table, int Version)> Versions, Task<CompiledTable> Rules);
}
