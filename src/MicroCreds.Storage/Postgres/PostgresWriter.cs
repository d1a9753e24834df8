using System.Data.Common;
using MicroCreds.Domain.Problems;
using Npgsql;

namespace MicroCreds.Storage.Postgres;

/// <summary>
/// Writes one schema. Every transaction begins with a lock on its one row of <c>schema_version</c>, so that of all processes one writes at a time and
/// sees everything committed before: what holds with SQLite's one writer holds here, in whatever process. With the lock it sees, too, whether the server is the one that
/// wrote last.
/// </summary>
internal sealed class PostgresWriter : StoreWriter
{
    /// <summary>How often one transaction is run before its callers are told to try later.</summary>
    internal const int MaxAttempts = 3;

    private const string Lock =
        """
        SELECT version, server_identity, coalesce(server_awaited, false), extract(epoch FROM pg_postmaster_start_time())::text, current_setting('synchronous_standby_names') <> '',
          (SELECT value FROM counter WHERE name = 'case_change')
        FROM schema_version FOR UPDATE
        """;

    private readonly PostgresServer _server;
    private readonly string _schema;
    private readonly int _version;
    private readonly Action<NpgsqlConnection> _tell;
    private bool _awaited = true;
    private long _settled;
    private int _toTell;

    internal PostgresWriter(PostgresServer server, string schema, int version, long change, long publication, Action<NpgsqlConnection> tell) : base(change, publication)
    {
        (_server, _schema, _version, _tell) = (server, schema, version, tell);
        Start();
    }

    /// <summary>Sees soon whether the store may lack what was acknowledged, without waiting for somebody to write.</summary>
    internal void SettleSoon() => _ = WriteAsync<bool>(_ => true, CancellationToken.None);

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
        // Known before the question, so that a server that lost nothing answers at least that.
        var seen = Changes.Value;
        using var session = new PostgresSession(_server.Source.OpenConnection(), patience);
        session.Begin(_schema, readOnly: false);
        var standing = session.Query(Lock, StandingOf)[0];
        if (standing.Version != _version)
            throw new StoreUnusableException($"The schema \"{_schema}\" of {_server.Name} was brought to another version by a newer program. Stop this node and start the newer one.");
        var (held, noted) = Settle(session, standing, seen);
        var keep = work(session);
        if (keep || noted)
        {
            session.Commit();
        }
        else
        {
            session.Execute("ROLLBACK");
            session.Flush();
        }
        _awaited = standing.Awaits;
        if (held)
        {
            _settled = seen;
            Holds.Advance();
        }
        return keep;
    }

    /// <summary>
    /// Sees whether the store may lack what was acknowledged: on a server that is another one than the last that wrote, unless that one's commits waited for this one,
    /// or when this process has seen more. Every stream is then held before anything is signed, as after a restore, until its partner has said how far it holds it.
    /// </summary>
    private (bool Held, bool Noted) Settle(PostgresSession session, Standing standing, long seen)
    {
        var identity = _server.Identity.Of(session, standing.Started);
        var held = (standing.Identity is { } before && !ServerIdentity.KeepsAll(before, identity, standing.Awaited && _awaited)) || (seen > _settled && standing.Change < seen);
        if (held) HoldRows.HoldAll(session, session.Query("SELECT clock_timestamp()", r => r.GetFieldValue<DateTimeOffset>(0))[0]);
        var noted = held || standing.Identity != identity || standing.Awaited != standing.Awaits;
        if (noted) session.Execute("UPDATE schema_version SET server_identity = $1, server_awaited = current_setting('synchronous_standby_names') <> ''", identity);
        return (held, noted);
    }

    private static Standing StandingOf(DbDataReader row) =>
        new(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetBoolean(2), row.GetString(3), row.GetBoolean(4), row.IsDBNull(5) ? 0 : row.GetInt64(5));

    /// <summary>How the schema stands when it is locked.</summary>
    /// <param name="Version">Version of the schema.</param>
    /// <param name="Identity">Server that wrote here last; null when none has.</param>
    /// <param name="Awaited">Whether its commits waited for a standby.</param>
    /// <param name="Started">When this server began.</param>
    /// <param name="Awaits">Whether commits wait for a standby now.</param>
    /// <param name="Change">Last change of a case.</param>
    private sealed record Standing(long Version, string? Identity, bool Awaited, string Started, bool Awaits, long Change);
}
