using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage.Moving;
using MicroCreds.Storage.Postgres;
using MicroCreds.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace MicroCreds.Storage;

/// <summary>
/// A store opened for reading alone, on one snapshot, beside a node that may have it open and go on writing. Changes nothing: a store that is missing
/// is not made and one of an older version is not brought on.
/// </summary>
public sealed class StoreInspection : IDisposable
{
    private readonly OrganisationId _institution;
    private readonly StoreSession _session;
    private readonly Func<Exception, StoreUnusableException> _unusable;
    private readonly int _version;
    private readonly IDisposable? _alone;

    private StoreInspection(OrganisationId institution, StoreSession session, Func<Exception, StoreUnusableException> unusable, int version, string name, string? heldBy, IDisposable? alone) =>
        (_institution, _session, _unusable, _version, Name, HeldBy, _alone) = (institution, session, unusable, version, name, heldBy, alone);

    /// <summary>Where the store is, for people: its file, or its schema and server.</summary>
    internal string Name { get; }

    /// <summary>Who has a file open besides, in words; null when nobody has, and always for a schema on a server, which many may have open.</summary>
    public string? HeldBy { get; }

    /// <summary>Opens an institution's file. A write-ahead log beside it is read too.</summary>
    /// <exception cref="StoreUnusableException">The file is missing, foreign, damaged, of another institution, or of another version than this program's.</exception>
    public static StoreInspection Open(string path, OrganisationId institution) => Open(path, institution, null);

    /// <summary>As <see cref="Open(string, OrganisationId)"/>, while nobody else has the file open: until this is disposed no node starts on it.</summary>
    /// <exception cref="StoreUnusableException">As there, or a process has the file open.</exception>
    public static StoreInspection OpenAlone(string path, OrganisationId institution)
    {
        RequireFile(path);
        var alone = ProcessLock.Take(path);
        try
        {
            return Open(path, institution, alone);
        }
        catch
        {
            alone.Dispose();
            throw;
        }
    }

    private static void RequireFile(string path)
    {
        if (!File.Exists(path)) throw new StoreUnusableException($"There is no store {path}.");
    }

    private static StoreInspection Open(string path, OrganisationId institution, ProcessLock? alone)
    {
        RequireFile(path);
        return Open(institution, fault => SqliteDatabase.Unusable(path, (SqliteException)fault), alone is null ? ProcessLock.HolderOf(path) : null, alone, SqliteMigrations.Steps.Length, path, () =>
        {
            var session = SqliteDatabase.Connect(path, SqliteOpenMode.ReadOnly);
            try
            {
                session.Execute("BEGIN");
                return (session, SqliteDatabase.Gate(session, path, SqliteMigrations.Steps.Length));
            }
            catch
            {
                session.Dispose();
                throw;
            }
        });
    }

    /// <summary>Opens an institution's schema on a server.</summary>
    /// <exception cref="StoreUnusableException">As for a file, or the server cannot be reached.</exception>
    public static StoreInspection Open(PostgresServer server, OrganisationId institution) => Open(server, PostgresDatabase.SchemaOf(institution), institution);

    /// <summary>As above, in a schema of another name.</summary>
    internal static StoreInspection Open(PostgresServer server, string schema, OrganisationId institution) => Open(server, schema, institution, alone: false);

    /// <summary>As <see cref="Open(PostgresServer, OrganisationId)"/>, while no node has the schema open: until this is disposed none starts on it.</summary>
    /// <exception cref="StoreUnusableException">As there, or a node has the schema open.</exception>
    public static StoreInspection OpenAlone(PostgresServer server, OrganisationId institution) => Open(server, PostgresDatabase.SchemaOf(institution), institution, alone: true);

    /// <summary>As the others, in a schema of any name.</summary>
    internal static StoreInspection Open(PostgresServer server, string schema, OrganisationId institution, bool alone) =>
        Open(institution, fault => PostgresDatabase.Unusable(server, schema, fault), null, null, PostgresMigrations.Steps.Length, $"\"{schema}\" of {server.Name}", () =>
        {
            var session = new PostgresSession(server.Source.OpenConnection());
            try
            {
                // Whoever inspects may be busy elsewhere for long, and holds nothing that others wait for.
                session.ExecuteOnce("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0");
                if (alone) SchemaUse.RequireNobody(session, schema, server.Name);
                return (session, PostgresMigrations.Gate(session, schema, server.Name, PostgresMigrations.Steps.Length) ?? 0);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        });

    /// <summary>Engine, version, size, cases and streams.</summary>
    /// <exception cref="StoreUnusableException">The store is damaged.</exception>
    public StoreCondition Describe() => Guarded(() => new StoreCondition(
        _institution, _session.Engine, _version, _session.Bytes(),
        [.. _session.Query("SELECT state, count(*) FROM recognition_case GROUP BY state ORDER BY state", r => new CaseCount(EnumText<CaseState>.Parse(r.GetString(0)), r.GetInt64(1)))],
        [.. StatementStore.OutgoingStreams(_session).Select(s => new OutgoingCondition(s.Partner, s.Head, s.Acknowledged.Sequence, s.Head.Sequence - s.Acknowledged.Sequence, s.OldestUnacknowledgedAt))],
        [.. _session.Query(
            "SELECT s.epoch, s.sequence, s.head, s.partner FROM incoming_stream s WHERE s.epoch = (SELECT max(epoch) FROM incoming_stream newest WHERE newest.partner = s.partner) ORDER BY s.partner",
            r => new IncomingCondition(OrganisationId.Parse(r.GetString(3)), StatementRows.HeadOf(r, 0)))])
    {
        Held = HoldRows.All(_session), ReturnedCases = _session.Number("SELECT count(DISTINCT case_id) FROM returned_statement") ?? 0,
    });

    /// <summary>Checks everything that <see cref="InstitutionDatabase.CheckAsync"/> checks, and the signature and the place of every statement and receipt.</summary>
    /// <param name="keys">Keys of the members; null leaves the signatures aside.</param>
    /// <exception cref="StoreUnusableException">The store is so damaged that it cannot be read to its end.</exception>
    public StoreVerdict Check(MemberKeys? keys) => Guarded(() =>
    {
        var findings = StoreCheck.Run(_session);
        return keys is null ? new StoreVerdict(findings, 0, []) : SignatureCheck.Run(_session, _institution, keys, findings);
    });

    /// <summary>Copies the snapshot into an empty file; for a store in a file.</summary>
    /// <exception cref="StoreUnusableException">The store is damaged, or there is no space for the copy.</exception>
    public void CopyTo(string path) => Guarded(() =>
    {
        if (_session is not SqliteSession file) throw new InvalidOperationException("A schema on a server is copied by the server's own means.");
        file.CopyTo(path);
        return true;
    });

    /// <summary>Digests of everything the store holds, table by table: the same for the same content, whatever the engine.</summary>
    /// <exception cref="StoreUnusableException">The store is damaged.</exception>
    public ImmutableArray<TableDigest> Digests() => Guarded(() => TableDigest.Of(_session));

    /// <summary>Digest of the first rows of a table.</summary>
    internal TableDigest Digest(StoreTable table, long most) => Guarded(() => TableDigest.Of(_session, table, most));

    /// <summary>Digest of the secret of the learner keys, where the store knows it; null for a file, and for a schema that no node has opened.</summary>
    /// <exception cref="StoreUnusableException">The store is damaged.</exception>
    public Sha256Digest? SecretDigest() => _session is not PostgresSession ? null
        : Guarded(() => _session.First("SELECT shared_secret FROM schema_version WHERE shared_secret IS NOT NULL", r => Sha256Digest.Parse(r.GetString(0))));

    /// <summary>As <see cref="StoreSession.EachRow"/>.</summary>
    internal void EachRow(StoreTable table, object?[] after, Func<DbDataReader, bool> row) => _session.EachRow(table, after, row);

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _alone?.Dispose();
    }

    private static StoreInspection Open(
        OrganisationId institution, Func<DbException, StoreUnusableException> faulty, string? heldBy, IDisposable? alone, int newest, string name, Func<(StoreSession Session, int Version)> open)
    {
        StoreUnusableException Unusable(Exception fault) => fault as StoreUnusableException ?? (fault is DbException db ? faulty(db) : new StoreUnusableException($"The store {name} is damaged: {fault.Message}", fault));
        StoreSession? session = null;
        try
        {
            (session, var version) = open();
            if (version == 0) throw new StoreUnusableException($"There is nothing in the store {name}: no node has made it yet.");
            if (version < newest)
                throw new StoreUnusableException(string.Create(CultureInfo.InvariantCulture, $"The store {name} has schema version {version}, this program reads {newest}. Start the node once, which brings the store on, or use the program that wrote it."));
            var owner = session.First("SELECT organisation FROM institution", r => r.GetString(0));
            if (owner != institution.Value) throw new StoreUnusableException($"The store {name} belongs to {owner ?? "nobody"}, not to {institution}.");
            return new StoreInspection(institution, session, Unusable, version, name, heldBy, alone);
        }
        catch (Exception fault) when (fault is DbException or StoreUnusableException)
        {
            session?.Dispose();
            throw Unusable(fault);
        }
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is DbException or JsonException or InvalidDataException or FormatException)
        {
            throw _unusable(fault);
        }
    }
}
