using System.Data.Common;
using MicroCreds.Domain.Problems;
using Npgsql;

namespace MicroCreds.Storage.Postgres;

/// <summary>
/// Writes one schema. Every transaction begins with a lock on its one row of <c>schema_version</c>, so that of all processes one writes at a time and
/// sees everything committed before: what holds with SQLite's one writer holds here, in whatever process.
/// </summary>
internal sealed class PostgresWriter : StoreWriter
{
    /// <summary>How often one transaction is run before its callers are told to try later.</summary>
    internal const int MaxAttempts = 3;

    private readonly PostgresServer _server;
    private readonly string _schema;
    private readonly int _version;
    private readonly Action<NpgsqlConnection> _tell;
    private int _toTell;

    internal PostgresWriter(PostgresServer server, string schema, int version, long change, long publication, Action<NpgsqlConnection> tell) : base(change, publication)
    {
        (_server, _schema, _version, _tell) = (server, schema, version, tell);
        Start();
    }

    /// <inheritdoc/>
    protected override void Transact(Func<StoreSession, bool> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                PostgresPatience.RunAsync(_server.Patience, patience => Once(work, patience)).GetAwaiter().GetResult();
                return;
            }
            catch (DbException fault) when (attempt < MaxAttempts && fault is not PostgresSilentException && (PostgresFaults.IsAway(fault) || PostgresFaults.IsConflict(fault)))
            {
                // Run again even when the connection was lost at the commit: a transaction that did commit is found by its request ids, by its places in
                // a stream or by its keys, and one that is still about to commit holds the lock until then.
                if (PostgresFaults.IsAway(fault)) _server.Source.Clear();
            }
        }
    }

    /// <inheritdoc/>
    protected override bool ConcernsEverybody(DbException fault) => PostgresFaults.ConcernsEverybody(fault);

    /// <inheritdoc/>
    protected override Problem? Passing(DbException fault) =>
        PostgresFaults.IsDamage(fault) ? null
        : PostgresFaults.IsFull(fault) ? Unavailable("server_full", "The database server has no space or no connection left; nothing was written.")
        : PostgresFaults.IsBusy(fault) ? Unavailable("locked", "Another transaction holds the store for too long; nothing was written.")
        : PostgresFaults.IsConflict(fault) ? Unavailable("conflict", "Others wrote at the same time; nothing was written.")
        : Unavailable("server_away", "The database server cannot be reached; it is not certain what was written.");

    /// <inheritdoc/>
    protected override StoreUnusableException Final(Exception fault) => fault is DbException ? new(PostgresDatabase.DamagedText(_server.Name, _schema, fault.Message), fault)
        : new($"Writing to the schema \"{_schema}\" of {_server.Name} failed ({fault.Message}). The node must stop; it can be started again.", fault);

    /// <inheritdoc/>
    protected override void Sent()
    {
        // What was sent is counted by the database, since other processes send too.
    }

    /// <inheritdoc/>
    protected override void Committed(bool watched)
    {
        // The next transaction does not wait for it. While it goes on, what is committed is told together.
        if (watched && Interlocked.Increment(ref _toTell) == 1) _ = Task.Run(Tell);
    }

    /// <inheritdoc/>
    protected override void Closed()
    {
        // Connections are the server's.
    }

    private void Tell()
    {
        int told;
        do
        {
            told = Volatile.Read(ref _toTell);
            try
            {
                using var connection = _server.Source.OpenConnection();
                _tell(connection);
            }
            catch (Exception fault) when (fault is DbException or StoreUnusableException or ObjectDisposedException or InvalidCastException)
            {
                // Everybody looks every few seconds.
            }
        }
        while (Interlocked.Add(ref _toTell, -told) > 0);
    }

    private bool Once(Func<StoreSession, bool> work, PostgresPatience patience)
    {
        using var session = new PostgresSession(_server.Source.OpenConnection(), patience);
        session.Begin(_schema, readOnly: false);
        if (session.Number("SELECT version FROM schema_version FOR UPDATE") != _version)
            throw new StoreUnusableException($"The schema \"{_schema}\" of {_server.Name} was brought to another version by a newer program. Stop this node and start the newer one.");
        var keep = work(session);
        if (keep)
        {
            session.Commit();
        }
        else
        {
            session.Execute("ROLLBACK");
            session.Flush();
        }
        return keep;
    }
}
