using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using Npgsql;

namespace MicroCreds.Storage.Postgres;

/// <summary>One schema of a server, which other processes may have open too.</summary>
internal sealed class PostgresDatabase : StoreDatabase
{
    /// <summary>Readers at a time; the pool is shared by all institutions.</summary>
    private const int MaxReaders = 4;

    // Longest name of a schema, in bytes (PostgreSQL 15, 4.1.1).
    private const int MaxSchemaName = 63;

    private readonly PostgresServer _server;
    private readonly PostgresWriter _postgresWriter;
    private readonly SemaphoreSlim _readers = new(MaxReaders, MaxReaders);
    private readonly Lock _gate = new();
    private long _sent;
    private int _closed;

    private PostgresDatabase(PostgresServer server, string schema, PostgresWriter writer, long sent) : base(writer)
    {
        (_server, _postgresWriter, Schema, _sent) = (server, writer, schema, sent);
        server.Follow(this);
    }

    /// <summary>Name of the schema.</summary>
    internal string Schema { get; }

    /// <summary>Opens an institution's schema, makes it when there is none, and brings it to the newest version.</summary>
    /// <exception cref="StoreUnusableException">The server cannot be reached or loses what it commits; the schema is foreign, newer, damaged or another institution's.</exception>
    /// <param name="server">The server.</param>
    /// <param name="schema">Name of the schema.</param>
    /// <param name="institution">Whose it is.</param>
    /// <param name="secret">Digest of the secret that all who open the schema share.</param>
    internal static PostgresDatabase Open(PostgresServer server, string schema, OrganisationId institution, Sha256Digest secret) =>
        Open(server, schema, institution, secret, PostgresMigrations.Steps, _ => { });

    /// <summary>As <see cref="Open(PostgresServer, string, OrganisationId, Sha256Digest)"/>, with given steps and a hook ahead of every command of a step.</summary>
    internal static PostgresDatabase Open(PostgresServer server, string schema, OrganisationId institution, Sha256Digest secret, ImmutableArray<string> steps, Action<int> beforeCommand)
    {
        try
        {
            using var connection = server.Source.OpenConnection();
            using var session = new PostgresSession(connection);
            SchemaUse.RequireShared(session, schema, server.Name);
            PostgresMigrations.Apply(session, schema, server.Name, steps, beforeCommand);
            session.ExecuteOnce($"BEGIN; SET LOCAL search_path TO \"{schema}\"");
            RequireOwner(session, schema, server.Name, institution);
            RequireSecret(session, schema, server.Name, secret);
            session.ExecuteOnce("COMMIT");
            using var look = Look(connection, schema, tell: false);
            using var reader = look.ExecuteReader();
            reader.Read();
            if (reader.IsDBNull(0) || reader.IsDBNull(1)) throw Damaged(server, schema, "its counters are missing.");
            var reached = Numbers(reader);
            PostgresDatabase? opened = null;
            var writer = new PostgresWriter(server, schema, steps.Length, reached.Change, reached.Publication, pooled => opened?.Tell(pooled));
            return opened = new PostgresDatabase(server, schema, writer, reached.Sent);
        }
        catch (DbException fault)
        {
            throw Unusable(server, schema, fault);
        }
    }

    /// <summary>The schema of an institution: its own name where that fits.</summary>
    internal static string SchemaOf(OrganisationId institution) => Fitting(institution.Value, "");

    /// <summary>A name with something behind it; cut and told apart by a digest where it is too long for a schema.</summary>
    internal static string Fitting(string name, string suffix) =>
        name.Length + suffix.Length <= MaxSchemaName ? name + suffix : $"{name[..(MaxSchemaName - 23 - suffix.Length)]}.{Sha256Digest.Of(System.Text.Encoding.ASCII.GetBytes(name)).Value[..22]}{suffix}";

    /// <inheritdoc/>
    internal override async Task<T> ReadAsync<T>(Func<StoreSession, T> read, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed != 0, this);
        await _readers.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                ObjectDisposedException.ThrowIf(_closed != 0, this);
                try
                {
                    return await PostgresPatience.RunAsync(_server.Patience, patience => Read(read, patience));
                }
                catch (DbException fault) when (attempt < PostgresWriter.MaxAttempts && fault is not PostgresSilentException && PostgresFaults.IsAway(fault))
                {
                    // The pool may hold connections of a server that was started again since.
                    _server.Source.Clear();
                }
            }
        }
        catch (DbException fault) when (PostgresFaults.ConcernsEverybody(fault) && !PostgresFaults.IsDamage(fault))
        {
            throw new StoreUnavailableException(
                Problem.Of(ProblemCode.StoreUnavailable, "The database server cannot be reached or is busy. Retry later with the same request id.", ("cause", "server_away")), fault);
        }
        catch (DbException fault)
        {
            throw Unusable(_server, Schema, fault);
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException or FormatException)
        {
            throw Damaged(_server, Schema, fault.Message, fault);
        }
        finally
        {
            _readers.Release();
        }
    }

    private T Read<T>(Func<StoreSession, T> read, PostgresPatience patience)
    {
        using var session = new PostgresSession(_server.Source.OpenConnection(), patience);
        session.Begin(Schema, readOnly: true);
        var answer = read(session);
        session.Execute("COMMIT");
        session.Flush();
        return answer;
    }

    /// <summary>Called for every new connection that listens: the server may be another one.</summary>
    internal void Reconnected() => _postgresWriter.SettleSoon();

    /// <summary>Looks how far the store has come and wakes those who waited for it.</summary>
    internal void Look(NpgsqlConnection connection)
    {
        try
        {
            using var command = Look(connection, Schema, tell: false);
            using var reader = command.ExecuteReader();
            if (reader.Read()) Reached(Numbers(reader));
        }
        catch (Exception fault) when (fault is InvalidCastException || (fault is PostgresException server && !PostgresFaults.ConcernsEverybody(server)))
        {
            // What is wrong with this schema is no reason to be deaf for the others; reads and writes say it.
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        _server.Unfollow(this);
        for (var i = 0; i < MaxReaders; i++) await _readers.WaitAsync();
        await CloseWriterAsync();
        _readers.Release(MaxReaders); // A read that was already waiting finds the store closed rather than waiting for ever.
    }

    /// <summary>What the operator is told of damage.</summary>
    internal static string DamagedText(string name, string schema, string finding) =>
        $"The schema \"{schema}\" of {name} is damaged: {finding} Keep it as it is, restore the last copy, and let the node fetch what came after it from the partners.";

    private static void RequireOwner(PostgresSession session, string schema, string name, OrganisationId institution)
    {
        session.Execute("INSERT INTO institution (singleton, organisation) VALUES (1, $1) ON CONFLICT (singleton) DO NOTHING", institution.Value);
        var owner = session.First("SELECT organisation FROM institution", r => r.GetString(0));
        if (owner != institution.Value)
            throw new StoreUnusableException($"The schema \"{schema}\" of {name} belongs to {owner}, not to {institution}. Give each institution a schema of its own.");
    }

    private static void RequireSecret(PostgresSession session, string schema, string name, Sha256Digest secret)
    {
        session.Execute("UPDATE schema_version SET shared_secret = $1 WHERE shared_secret IS NULL", secret.Value);
        if (session.First("SELECT shared_secret FROM schema_version", r => r.GetString(0)) != secret.Value)
            throw new StoreUnusableException($"The schema \"{schema}\" of {name} was made with another learner.secret: under this one its learners would be strangers, and credits could be counted twice. Give every node of the institution the same file.");
    }

    /// <summary>Tells every process of a commit, and looks how far the store has come.</summary>
    private void Tell(NpgsqlConnection connection)
    {
        using var command = Look(connection, Schema, tell: true);
        using var reader = command.ExecuteReader();
        reader.Read();
        Reached(Numbers(reader));
    }

    private void Reached(Place reached)
    {
        Changes.Advance(reached.Change);
        Publications.Advance(reached.Publication);
        lock (_gate)
        {
            // Less after a failover that lost commits: who waits for more would wait for as many as were lost.
            if (reached.Sent == _sent) return;
            _sent = reached.Sent;
        }
        Outgoing.Advance();
    }

    private static NpgsqlCommand Look(NpgsqlConnection connection, string schema, bool tell)
    {
#pragma warning disable CA2100 // Made of constants and the name of the schema, which is an organisation's domain and holds no quote.
        return new NpgsqlCommand(
            $"""
            SELECT (SELECT value FROM "{schema}".counter WHERE name = 'case_change'), (SELECT value FROM "{schema}".counter WHERE name = 'table_publication'),
              (SELECT coalesce(sum(sequence), 0)::bigint FROM "{schema}".outgoing_stream){(tell ? $", pg_notify('{PostgresServer.Channel}', '{schema}')" : "")}
            """,
            connection);
#pragma warning restore CA2100
    }

    private static Place Numbers(DbDataReader reader) => new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));

    internal static StoreUnusableException Unusable(PostgresServer server, string schema, DbException fault) =>
        PostgresFaults.IsDamage(fault) ? Damaged(server, schema, fault.Message, fault)
        : fault.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName ? Damaged(server, schema, fault.Message, fault)
        : fault.SqlState == PostgresErrorCodes.InsufficientPrivilege ? new($"The schema \"{schema}\" of {server.Name} may not be made or used by this account ({fault.Message}). Grant CREATE on the database, or make the schema and give it to the account.", fault)
        : fault.SqlState is ['2', '8', ..] ? new($"{server.Name} refuses the account ({fault.Message}). Check name and password in the address of the store.", fault)
        : fault.SqlState == PostgresErrorCodes.InvalidCatalogName ? new($"{server.Name} is not there ({fault.Message}). Create it: CREATE DATABASE … ENCODING 'UTF8'.", fault)
        : new($"{server.Name} cannot be used ({Reason(fault)}). Check that the server runs and is reached from here, then start again.", fault);

    private static string Reason(DbException fault) => fault.InnerException is { } cause ? $"{fault.Message} {cause.Message}" : fault.Message;

    internal static StoreUnusableException Damaged(PostgresServer server, string schema, string finding, Exception? cause = null)
    {
        var message = DamagedText(server.Name, schema, finding);
        return cause is null ? new(message) : new(message, cause);
    }

    private sealed record Place(long Change, long Publication, long Sent);
}
