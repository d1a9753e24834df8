using System.Collections.Immutable;
using System.Data.Common;

namespace MicroCreds.Storage.Moving;

/// <summary>
/// Copies everything an institution keeps to the other engine. Rows arrive in the order of their keys, many in one transaction, so that what has arrived is at any
/// moment the beginning of each table: a move that was killed goes on where it was. At the end both are read to their ends, and only a store with the same
/// digests, in which a check finds nothing wrong, gets its name. The source is read and nothing else.
/// </summary>
public static class StoreMove
{
    private const int RowsAtOnce = 500;
    private const int BytesAtOnce = 4 << 20;

    /// <summary>Moves.</summary>
    /// <param name="source">The source, which nobody else has open (<see cref="StoreInspection.OpenAlone(string, Domain.Identifiers.OrganisationId)"/>).</param>
    /// <param name="target">The target.</param>
    /// <param name="keys">Keys of the members, for the check of what was moved.</param>
    /// <exception cref="StoreUnusableException">Another store is in the place, the source is damaged, or what was moved is not sound.</exception>
    public static MoveOutcome Run(StoreInspection source, MoveTarget target, MemberKeys keys) => Run(source, target, keys, RowsAtOnce, _ => { });

    /// <summary>As above, with other transactions, and a hook ahead of everything that changes something.</summary>
    internal static MoveOutcome Run(StoreInspection source, MoveTarget target, MemberKeys? keys, int rowsAtOnce, Action<string> before)
    {
        try
        {
            return Moved(source, target, keys, rowsAtOnce, before);
        }
        catch (DbException fault)
        {
            throw new StoreUnusableException($"The move to {target.Name} was broken off ({fault.Message}). Run it again: it goes on where it was.", fault);
        }
    }

    private static MoveOutcome Moved(StoreInspection source, MoveTarget target, MemberKeys? keys, int rowsAtOnce, Action<string> before)
    {
        var digests = source.Digests();
        using (var existing = target.OpenExisting())
        {
            if (existing is not null)
                return existing.Digests().SequenceEqual(digests) ? new MoveOutcome(Resumed: false, Before: true, digests, existing.Check(keys))
                    : throw new StoreUnusableException($"{target.Name} holds another store, and nothing is moved over it. Name another place, or move that store away.");
        }

        var resumed = Begin(source, target, before);
        if (resumed && !IsBeginning(source, target))
        {
            // The source was written to since.
            before("discard");
            target.Discard();
            resumed = Begin(source, target, before);
        }
        foreach (var table in StoreTable.All) Copy(source, target, table, rowsAtOnce, before);
        using (var filled = target.Inspect())
        {
            if (!filled.Digests().SequenceEqual(digests)) throw new StoreUnusableException($"What arrived at {target.StagingName} is not what the source holds, and so it was not given its name. Run check on the source; then take {target.StagingName} away and begin anew.");
        }
        var verdict = Check(target, keys);
        target.Finish(before);
        return new MoveOutcome(resumed, Before: false, digests, verdict);
    }

    /// <summary>Answers whether an earlier move is gone on with.</summary>
    private static bool Begin(StoreInspection source, MoveTarget target, Action<string> before)
    {
        target.Open(before);
        var resumed = false;
        before("marker");
        target.Transact(session => resumed = MoveMarker.Take(session, source.Name, target.StagingName));
        return resumed;
    }

    /// <summary>Whether what arrived before is still the beginning of each table of the source.</summary>
    private static bool IsBeginning(StoreInspection source, MoveTarget target)
    {
        ImmutableArray<TableDigest> arrived = [];
        target.Transact(session => arrived = TableDigest.Of(session));
        return arrived.Zip(StoreTable.All).All(pair => pair.First == source.Digest(pair.Second, pair.First.Rows));
    }

    private static void Copy(StoreInspection source, MoveTarget target, StoreTable table, int rowsAtOnce, Action<string> before)
    {
        object?[] last = [];
        target.Transact(session => last = session.LastKey(table));
        var (rows, bytes) = (new List<object?[]>(), 0);
        source.EachRow(table, last, reader =>
        {
            var row = StoreTable.RowOf(reader);
            rows.Add(row);
            bytes += row.Sum(value => value switch { string text => text.Length, byte[] document => document.Length, _ => 8 });
            if (rows.Count == rowsAtOnce || bytes > BytesAtOnce) Write();
            return true;
        });
        if (rows.Count > 0) Write();

        void Write()
        {
            before(table.Name);
            target.Transact(session =>
            {
                foreach (var row in rows) session.InsertRow(table, row);
            });
            rows.Clear();
            bytes = 0;
        }
    }

    private static StoreVerdict Check(MoveTarget target, MemberKeys? keys)
    {
        using var filled = target.Inspect();
        var verdict = filled.Check(keys);
        return verdict.Findings is [var first, ..]
            ? throw new StoreUnusableException($"The store is not sound, and so {target.Name} was not made: {verdict.Findings.Length} findings, the first: {first.Subject}: {first.Text}. Run check on the source.")
            : verdict;
    }
}

/// <summary>What a move came to.</summary>
/// <param name="Resumed">Whether it went on with one that was broken off.</param>
/// <param name="Before">Whether it had been finished before.</param>
/// <param name="Tables">What source and target hold alike.</param>
/// <param name="Verdict">What a check of the target found; nothing wrong.</param>
public sealed record MoveOutcome(bool Resumed, bool Before, ImmutableArray<TableDigest> Tables, StoreVerdict Verdict);
