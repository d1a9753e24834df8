using System.Data.Common;
using System.Threading.Channels;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Storage;

/// <summary>
/// The loop through which everything is written. It takes what is waiting, at most <see cref="MaxBatch"/> items, runs each in a savepoint of one
/// transaction, and answers them all after that one commit: many writers share one sync of the disk, and a lone one never waits. No two transactions
/// of this kind are open on one store at a time, in whatever process: the engine sees to that.
/// </summary>
internal abstract class StoreWriter
{
    /// <summary>Most items in one transaction. More gains nothing measurable and only delays the first (performance reference 1.2).</summary>
    internal const int MaxBatch = 64;

    /// <summary>Most items waiting; whoever comes later waits outside, until the call's deadline.</summary>
    internal const int MaxWaiting = 1024;

    private readonly Channel<WriteItem> _waiting = Channel.CreateBounded<WriteItem>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly TaskCompletionSource<StoreUnusableException> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;

    /// <summary>A writer that starts from what the counters say.</summary>
    protected StoreWriter(long change, long publication) => (Changes, Publications) = (new CommitSignal(change), new CommitSignal(publication));

    /// <summary>Highest committed place in the order of changes.</summary>
    internal CommitSignal Changes { get; }

    /// <summary>Highest committed place in the order of publications.</summary>
    internal CommitSignal Publications { get; }

    /// <summary>Grows with commits in which an outgoing stream grew; 0 at opening.</summary>
    internal CommitSignal Outgoing { get; } = new(0);

    /// <summary>Grows when every stream is held; 0 at opening.</summary>
    internal CommitSignal Holds { get; } = new(0);

    /// <summary>Completes when writing has failed in a way after which nothing more may be written by this process.</summary>
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

    /// <summary>Finishes what is waiting and lets go of the store.</summary>
    internal async Task CloseAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
    }

    /// <summary>Starts the loop, once the writer is made.</summary>
    protected void Start() => _loop = Task.Run(RunAsync);

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction that no other writer's overlaps, and commits it durably; rolls back when it answers false, having
    /// nothing to keep, or throws. May run it again.
    /// </summary>
    protected abstract void Transact(Func<StoreSession, bool> work);

    /// <summary>Whether a fault that one item met does not come from that item: the whole transaction is given up.</summary>
    protected abstract bool ConcernsEverybody(DbException fault);

    /// <summary>What callers are told after a fault that passes; null for one after which nothing more may be written.</summary>
    protected abstract Problem? Passing(DbException fault);

    /// <summary>What the operator is told after a fault that does not pass.</summary>
    protected abstract StoreUnusableException Final(Exception fault);

    /// <summary>Called after a commit in which an outgoing stream grew, before it is answered.</summary>
    protected virtual void Sent() => Outgoing.Advance();

    /// <summary>Called after a commit has been answered; <paramref name="watched"/> when it holds something others may wait for.</summary>
    protected abstract void Committed(bool watched);

    /// <summary>Called when the loop ends.</summary>
    protected abstract void Closed();

    /// <summary>Lets nothing more be written.</summary>
    protected StoreUnusableException Break(Exception fault)
    {
        var broken = fault as StoreUnusableException ?? Final(fault);
        _broken.TrySetResult(broken);
        return broken;
    }

    /// <summary>A refusal that passes.</summary>
    protected static Problem Unavailable(string cause, string message) =>
        Problem.Of(ProblemCode.StoreUnavailable, $"{message} Retry later with the same request id.", ("cause", cause));

    private async Task RunAsync()
    {
        var batch = new List<WriteItem>(MaxBatch);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var item)) batch.Add(item);
            Write(batch);
            batch.Clear();
        }
        Closed();
    }

    private void Write(List<WriteItem> batch)
    {
        if (_broken.Task.IsCompletedSuccessfully)
        {
            FailAll(batch, _broken.Task.Result);
            return;
        }
        var kept = new List<WriteTransaction>(batch.Count);
        try
        {
            Transact(session =>
            {
                kept.Clear();
                session.Execute("SAVEPOINT item");
                foreach (var item in batch) Run(session, item, kept);
                return kept.Count > 0;
            });
        }
        catch (DbException fault)
        {
            if (Passing(fault) is { } problem) RefuseAll(batch, problem);
            else FailAll(batch, Break(fault));
            return;
        }
        catch (Exception fault)
        {
            // A fault of this loop itself: nobody may wait for ever for it, and nothing more may be written.
            FailAll(batch, Break(fault));
            return;
        }
        if (kept.Count > 0) Commits++;
        if (kept.Max(t => (long?)t.ChangeCursor) is { } cursor) Changes.Advance(cursor);
        if (kept.Max(t => (long?)t.PublicationCursor) is { } publication) Publications.Advance(publication);
        if (kept.Any(t => t.OutgoingGrew)) Sent();
        if (kept.Any(t => t.StreamsHeld)) Holds.Advance();
        foreach (var item in batch) item.Complete();
        Committed(kept.Any(t => t.OutgoingGrew || t.ChangeCursor > 0 || t.PublicationCursor > 0));
    }

    private void Run(StoreSession session, WriteItem item, List<WriteTransaction> kept)
    {
        var transaction = new WriteTransaction(session);
        var keep = false;
        session.BeginPart();
        try
        {
            keep = item.Run(transaction);
            if (keep) session.Flush();
        }
        catch (DbException fault) when (ConcernsEverybody(fault))
        {
            throw;
        }
        catch (Exception fault)
        {
            item.Fail(fault);
            session.Wrote = true; // On some engines a command that failed, whichever it was, is to be rolled back before the next.
        }
        // What only read leaves the savepoint as it was, for the next item: with a server each command costs a round trip.
        if (!session.Wrote) return;
        if (!keep)
        {
            session.GiveUp();
            session.Execute("ROLLBACK TO item");
            return;
        }
        kept.Add(transaction);
        session.Execute("RELEASE item");
        session.Execute("SAVEPOINT item");
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
}
