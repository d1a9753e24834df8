using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace MicroCreds.Storage.Postgres;

/// <summary>
/// A PostgreSQL server, 15 or later, as this process reaches it: one pool of connections and one listener for every institution that is kept there.
/// Any number of processes may do so at a time. Every new connection is asked whether the server keeps what it commits.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Channel of NOTIFY; the payload is the schema in which something was committed.</summary>
    internal const string Channel = "microcreds";

    private const int LeastVersion = 150000;

    // Connections of this process, unless the address says otherwise (Maximum Pool Size): a hundred, PostgreSQL's default limit, suffice for four replicas.
    private const int MaxConnections = 20;

    // Seconds to wait for a connection: less than a call may take.
    private const int ConnectSeconds = 5;

    /// <summary>Seconds for which the one who writes to an institution may give the server nothing to do.</summary>
    internal const int WriterSeconds = 3;

    // For transactions that keep nobody from writing: a large table takes a while to be unpacked and read. Who waits for a lock waits longer than a writer may hold it.
    private const string Session =
        """
        SELECT current_setting('server_version_num'), current_setting('fsync'), current_setting('synchronous_commit'), current_setting('server_encoding'), pg_is_in_recovery(),
          current_setting('synchronous_standby_names'), set_config('idle_in_transaction_session_timeout', '15s', false), set_config('lock_timeout', '20s', false)
        """;

    // A commit that waits for the standby as every other does. What a server that was started again shows may be on its own disk alone, to be lost with it: who sees it
    // would be told of a decision that does not stay, and a partner would be sent a statement whose place another one takes.
    private const string Barrier = "SELECT pg_logical_emit_message(true, 'microcreds', '')";

    private readonly PostgresListener _listener;

    private PostgresServer(NpgsqlDataSource source, string name, TimeSpan patience)
    {
        (Source, Name, Patience) = (source, name, patience);
        _listener = new PostgresListener(source);
    }

    /// <summary>Tells whether the server is reached, whenever that changes.</summary>
    public event Action<bool>? ReachableChanged
    {
        add => _listener.ReachableChanged += value;
        remove => _listener.ReachableChanged -= value;
    }

    /// <summary>The pool.</summary>
    internal NpgsqlDataSource Source { get; }

    /// <summary>Which server this is at the moment.</summary>
    internal ServerIdentity Identity { get; } = new();

    /// <summary>See <see cref="PostgresPatience.Limit"/>.</summary>
    internal TimeSpan Patience { get; }

    /// <summary>Server and database for messages, without account and password.</summary>
    internal string Name { get; }

    /// <summary>A server by its address, <c>postgresql://user:password@host:port/database</c>. Connects with the first use.</summary>
    /// <exception cref="StoreUnusableException">The address cannot be read.</exception>
    public static PostgresServer Of(string address) => Of(address, PostgresPatience.Limit);

    /// <summary>As <see cref="Of(string)"/>, with another patience.</summary>
    internal static PostgresServer Of(string address, TimeSpan patience)
    {
        if (!PostgresAddress.TryParse(address, out var settings, out var fault)) throw new StoreUnusableException($"The address of the PostgreSQL server cannot be read: {fault}.");
        // Npgsql's own builder says of every name it knows that it contains it.
        var given = new DbConnectionStringBuilder { ConnectionString = settings.ConnectionString };
        if (!given.ContainsKey("Maximum Pool Size")) settings.MaxPoolSize = MaxConnections;
        if (!given.ContainsKey("Timeout")) settings.Timeout = ConnectSeconds;
        if (settings.ApplicationName is null) settings.ApplicationName = "microcreds";
        // Nothing is set for a session but what every session has; transactions name their schema themselves.
        (settings.NoResetOnClose, settings.Enlist, settings.TcpKeepAlive) = (true, false, true);
        (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (100, 2);
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UsePhysicalConnectionInitializer(Examine, async connection => await Task.Run(() => Examine(connection)));
        return new PostgresServer(builder.Build(), $"PostgreSQL at {settings.Host}, database {settings.Database ?? settings.Username}", patience);
    }

    /// <summary>Name of the schema in which an institution is kept.</summary>
    public static string SchemaOf(Domain.Identifiers.OrganisationId institution) => PostgresDatabase.SchemaOf(institution);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await Source.DisposeAsync();
    }

    /// <summary>Has a store told of commits by any process, from now until <see cref="Unfollow"/>.</summary>
    internal void Follow(PostgresDatabase database) => _listener.Follow(database);

    /// <summary>Ends <see cref="Follow"/>.</summary>
    internal void Unfollow(PostgresDatabase database) => _listener.Unfollow(database);

    /// <summary>Whether a server says that it ended a wait for its standby: the commit is on its own disk alone.</summary>
    // The name of the function is the same in every language of the server (PostgreSQL 15, src/backend/replication/syncrep.c).
    internal static bool IsUnconfirmed(PostgresNotice notice) => notice.Routine == "SyncRepWaitForLSN";

    /// <summary>The fault of a commit that the standby has not confirmed.</summary>
    internal static PostgresSilentException Unconfirmed() => new("The standby of the server does not confirm what is committed.");

    private static void Examine(NpgsqlConnection connection)
    {
        bool waits;
        using (var command = new NpgsqlCommand(Session, connection))
        using (var reader = command.ExecuteReader())
        {
            reader.Read();
            if (Fault(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)) is { } fault) throw new StoreUnusableException(fault);
            if (reader.GetBoolean(4)) throw new NpgsqlException("The server is a standby and takes no writes.");
            waits = reader.GetString(5).Length > 0;
        }
        if (!waits) return;
        var unconfirmed = false;
        connection.Notice += (_, told) => unconfirmed |= IsUnconfirmed(told.Notice);
        using var barrier = new NpgsqlCommand(Barrier, connection) { CommandTimeout = ConnectSeconds };
        try
        {
            barrier.ExecuteNonQuery();
        }
        catch (NpgsqlException fault) when (fault.InnerException is TimeoutException)
        {
            unconfirmed = true;
        }
        if (unconfirmed) throw Unconfirmed();
    }

    /// <summary>What is wrong with a server of these settings, in words for the operator; null when nothing is.</summary>
    internal static string? Fault(string version, string sync, string synchronousCommit, string encoding) =>
        int.Parse(version, CultureInfo.InvariantCulture) < LeastVersion ? $"The PostgreSQL server has version {int.Parse(version, CultureInfo.InvariantCulture) / 10000}; 15 or later is needed."
        : sync == "off" ? "The PostgreSQL server runs with fsync = off: a power loss would take decisions that were acknowledged. Set fsync = on and reload the server."
        : synchronousCommit == "off" ? "The PostgreSQL server runs with synchronous_commit = off for this account: a crash would take decisions that were acknowledged. Set synchronous_commit = on (or remote_apply, remote_write, local) and reload the server."
        : encoding != "UTF8" ? $"The PostgreSQL database has the encoding {encoding}; create one with UTF8."
        : null;
}
