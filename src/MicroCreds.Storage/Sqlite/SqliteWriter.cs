using System.Data.Common;
using MicroCreds.Domain.Problems;
using Microsoft.Data.Sqlite;

namespace MicroCreds.Storage.Sqlite;

/// <summary>Writes and checkpoints one file over one connection, the only one that does.</summary>
internal sealed class SqliteWriter : StoreWriter
{
    /// <summary>Pages of the write-ahead log after which it is copied into the file: SQLite's own default, which measured best.</summary>
    private const int CheckpointPages = 1000;

    private readonly SqliteSession _session;
    private readonly string _path;
    private int _pagesSinceCheckpoint;

    internal SqliteWriter(SqliteSession session, string path, long change, long publication) : base(change, publication)
    {
        (_session, _path) = (session, path);
        _session.TakePagesWritten();
        Start();
    }

    /// <inheritdoc/>
    protected override void Transact(Func<StoreSession, bool> work)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            if (work(_session)) _session.Execute("COMMIT");
            else _session.Execute("ROLLBACK");
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override bool ConcernsEverybody(DbException fault) => fault is SqliteException sqlite && SqliteFaults.ConcernsEverybody(sqlite) || !_session.InTransaction;

    /// <inheritdoc/>
    protected override Problem? Passing(DbException fault) => fault is not SqliteException sqlite ? null
        : SqliteFaults.IsFull(sqlite) ? Unavailable("disk_full", "The disk or the space given to the store is full; nothing was written.")
        : SqliteFaults.IsBusy(sqlite) ? Unavailable("locked", "Another program holds the database file locked; nothing was written.")
        : null;

    /// <inheritdoc/>
    protected override StoreUnusableException Final(Exception fault) =>
        new($"Writing to the store {_path} failed ({fault.Message}), so it is not certain what is on disk. The node must stop; it recovers when it is started again. Check the disk first.", fault);

    /// <inheritdoc/>
    protected override void Committed(bool watched)
    {
        if ((_pagesSinceCheckpoint += _session.TakePagesWritten()) < CheckpointPages) return;
        // Not left to SQLite: its automatic checkpoint hides a failed sync of the file, after which the log would be reused and commits lost.
        _pagesSinceCheckpoint = 0;
        Checkpoint(() => _session.Number("PRAGMA wal_checkpoint(PASSIVE)"));
    }

    /// <inheritdoc/>
    protected override void Closed()
    {
        // After a fault nothing may be copied over good pages; the next opening recovers from the log.
        if (Broken.IsCompleted) _session.LeaveLogOnClose();
        else Checkpoint(() => _session.Number("PRAGMA wal_checkpoint(TRUNCATE)"));
        _session.Dispose();
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
}
