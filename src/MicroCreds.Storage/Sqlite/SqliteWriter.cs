using System.Threading.Channels;
using MicroCreds.Domain.Problems;
using Microsoft.Data.Sqlite;

namespace MicroCreds.Storage.Sqlite;

/// <summary>
/// The one loop that writes and checkpoints. It takes what is waiting, at most <see cref="MaxBatch"/> items, runs each in a savepoint of one
/// transaction, and answers them all after that one commit: many writers share one sync of the disk, and a lone one never waits.
/// </summary>
internal sealed class SqliteWriter
{
    /// <summary>Most items in one transaction. More gains nothing measurable and only delays the first (performance reference 1.2).</summary>
    internal const int MaxBatch = 64;

    /// <summary>Most items waiting; whoever comes later waits outside, until the call's deadline.</summary>
    internal const int MaxWaiting = 1024;

    /// <summary>Pages of the write-ahead log after which it is copied into the file: SQLite's own default, which measured best.</summary>
    private const int CheckpointPages = 1000;

    private readonly Channel<WriteItem> _waiting = Channel.CreateBounded<WriteItem>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly SqliteSession _session;
    private readonly string _path;
    private readonly TaskCompletionSource<StoreUnusableException> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _loop;
    private int _pagesSinceCheckpoint;

    internal SqliteWriter(SqliteSession session, string path, CommitSignal changes, CommitSignal publications, CommitSignal outgoing)
    {
        (_session, _path, Changes, Publications, Outgoing) = (session, path, changes, publications, outgoing);
        _session.TakePagesWritten();
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Highest committed place in the order of changes.</summary>
    internal CommitSignal Changes { get; }

    /// <summary>Highest committed place in the order of publications.</summary>
    internal CommitSignal Publications { get; }

    /// <summary>Number of commits since opening in which an outgoing stream grew.</summary>
    internal CommitSignal Outgoing { get; }

    /// <summary>Completes when a commit or checkpoint has failed in a way after which nothing on disk is certain.</summary>
    internal Task<StoreUnusableException> Broken => _broken.Task;

    /// <summary>Transactions committed since opening.</summary>
    internal long Commits { get; private set; }

    /// <summary>Runs <paramref name="work"/> in a transaction. Cancelling stops the wait, not the work.</summary>
    internal async Task<Result<T>> WriteAsync<T>(Func<WriteTransaction, Result<T>> work, CancellationToken cancellationToken) where T : notnull
    {
        var item = new WriteItem<T>(work);
        try
        {
            await _waiting.Writer.WriteAsync(item, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return Unavailable("closing", "The store is closing.");
        }
        return await item.Answer.WaitAsync(cancellationToken);
    }

    /// <summary>Finishes what is waiting, copies the log into the file and closes the connection.</summary>
    internal async Task CloseAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        var batch = new List<WriteItem>(MaxBatch);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var item)) batch.Add(item);
            Commit(batch);
            batch.Clear();
        }
        // After a fault nothing may be copied over good pages; the next opening recovers from the log.
        if (_broken.Task.IsCompleted) _session.LeaveLogOnClose();
        else Checkpoint(() => _session.Number("PRAGMA wal_checkpoint(TRUNCATE)"));
        _session.Dispose();
    }

    private void Commit(List<WriteItem> batch)
    {
        if (_broken.Task.IsCompletedSuccessfully)
        {
            FailAll(batch, _broken.Task.Result);
            return;
        }
        var kept = new List<WriteTransaction>(batch.Count);
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var item in batch) Run(item, kept);
            _session.Execute("COMMIT");
        }
        catch (SqliteException fault)
        {
            RollBack();
            Answer(batch, fault);
            return;
        }
        catch (Exception fault)
        {
            // A fault of this loop itself: nobody may wait for ever for it, and nothing more may be written.
            RollBack();
            FailAll(batch, Break(fault));
            return;
        }
        Commits++;
        if (kept.Max(t => (long?)t.ChangeCursor) is { } cursor) Changes.Advance(cursor);
        if (kept.Max(t => (long?)t.PublicationCursor) is { } publication) Publications.Advance(publication);
        if (kept.Any(t => t.OutgoingGrew)) Outgoing.Advance();
        foreach (var item in batch) item.Complete();
        if ((_pagesSinceCheckpoint += _session.TakePagesWritten()) < CheckpointPages) return;
        // Not left to SQLite: its automatic checkpoint hides a failed sync of the file, after which the log would be reused and commits lost.
        _pagesSinceCheckpoint = 0;
        Checkpoint(() => _session.Number("PRAGMA wal_checkpoint(PASSIVE)"));
    }

    private void Run(WriteItem item, List<WriteTransaction> kept)
    {
        var transaction = new WriteTransaction(_session);
        _session.Execute("SAVEPOINT item");
        var keep = false;
        try
        {
            keep = item.Run(transaction);
        }
        catch (SqliteException fault) when (SqliteFaults.ConcernsEverybody(fault) || !_session.InTransaction)
        {
            throw;
        }
        catch (Exception fault)
        {
            item.Fail(fault);
        }
        if (keep) kept.Add(transaction);
        else _session.Execute("ROLLBACK TO item");
        _session.Execute("RELEASE item");
    }

    private void Answer(List<WriteItem> batch, SqliteException fault)
    {
        if (SqliteFaults.IsFull(fault)) RefuseAll(batch, Unavailable("disk_full", "The disk or the space given to the store is full; nothing was written."));
        else if (SqliteFaults.IsBusy(fault)) RefuseAll(batch, Unavailable("locked", "Another program holds the database file locked; nothing was written."));
        else FailAll(batch, Break(fault));
    }

    private void Checkpoint(Action run)
    {
        try
        {
            run();
        }
        catch (SqliteException fault) when (SqliteFaults.IsFull(fault) || SqliteFaults.IsBusy(fault))
        {
            // Everything committed is in the log; the next checkpoint tries again.
        }
        catch (SqliteException fault)
        {
            Break(fault);
        }
    }

    private StoreUnusableException Break(Exception fault)
    {
        var broken = new StoreUnusableException(
            $"Writing to the store {_path} failed ({fault.Message}), so it is not certain what is on disk. The node must stop; it recovers when it is started again. Check the disk first.", fault);
        _broken.TrySetResult(broken);
        return broken;
    }

    private void RollBack()
    {
        try
        {
            if (_session.InTransaction) _session.Execute("ROLLBACK");
        }
        catch (SqliteException fault)
        {
            Break(fault);
        }
    }

    private static void FailAll(List<WriteItem> batch, Exception fault)
    {
        foreach (var item in batch)
        {
            item.Fail(fault);
            item.Complete();
        }
    }

    private static void RefuseAll(List<WriteItem> batch, Problem problem)
    {
        foreach (var item in batch) item.Refuse(problem);
    }

    private static Problem Unavailable(string cause, string message) =>
        Problem.Of(ProblemCode.StoreUnavailable, $"{message} Retry later with the same request id.", ("cause", cause));
}
