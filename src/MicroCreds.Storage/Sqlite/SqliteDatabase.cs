using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using MicroCreds.Domain.Identifiers;
using Microsoft.Data.Sqlite;

namespace MicroCreds.Storage.Sqlite;

/// <summary>
/// One open database file: one writing connection in <see cref="SqliteWriter"/> and a few read-only ones. Only this class opens connections.
/// Nothing but SQLite may open the file in this process: closing any other handle to it would drop SQLite's POSIX locks.
/// </summary>
internal sealed class SqliteDatabase : StoreDatabase
{
    /// <summary>Memory of the writer: 16 MiB between batches, and a batch may have 64 before its pages go to the log ahead of its end. Source: SQLite, PRAGMA cache_spill.</summary>
    internal const string WriterMemory = "PRAGMA cache_size = -16384; PRAGMA cache_spill = -65536;";

    /// <summary>Readers at a time. A read takes microseconds, so more only adds open files.</summary>
    private const int MaxReaders = 4;

    /// <summary>Largest file whose structure is checked at every opening; beyond it the check would cost more than the ten seconds a start may take.</summary>
    private const long MaxBytesCheckedOnOpen = 1L << 30;

    /// <summary>Seconds to wait for a lock of another program, such as a backup.</summary>
    private const int BusySeconds = 5;

    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private readonly SemaphoreSlim _readers = new(MaxReaders, MaxReaders);
    private readonly ProcessLock _lock;
    private readonly string _path;
    private int _closed;

    private SqliteDatabase(string path, ProcessLock processLock, SqliteWriter writer) : base(writer) => (_path, _lock) = (path, processLock);

    /// <summary>Opens the file, makes it when there is none, and brings its schema to the newest version.</summary>
    /// <exception cref="StoreUnusableException">The file is in use, foreign, newer or damaged.</exception>
    internal static SqliteDatabase Open(string path, OrganisationId institution) => Open(path, institution, SqliteMigrations.Steps, _ => { });

    /// <summary>As <see cref="Open(string, OrganisationId)"/>, with given steps and a hook ahead of every command of a step.</summary>
    internal static SqliteDatabase Open(string path, OrganisationId institution, ImmutableArray<string> steps, Action<int> beforeCommand)
    {
        path = Path.GetFullPath(path);
        var processLock = ProcessLock.Take(path);
        SqliteSession? writer = null;
        try
        {
            writer = Connect(path, SqliteOpenMode.ReadWriteCreate);
            var version = Gate(writer, path, steps.Length);
            // After the gate, since it changes the file: another program's database must stay as it is.
            if (writer.First("PRAGMA journal_mode = WAL", r => r.GetString(0)) != "wal")
                throw new StoreUnusableException($"The store {path} lies on a file system without shared memory for a write-ahead log. Keep it on a local disk.");
            writer.ExecuteOnce($"{WriterMemory} PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;");
            SqliteMigrations.Apply(writer, steps, version, beforeCommand);
            RequireOwner(writer, path, institution);
            var cursor = writer.Number("SELECT value FROM counter WHERE name = 'case_change'") ?? throw Damaged(path, "the counter of changes is missing");
            var publication = writer.Number("SELECT value FROM counter WHERE name = 'table_publication'") ?? throw Damaged(path, "the counter of publications is missing");
            return new SqliteDatabase(path, processLock, new SqliteWriter(writer, path, cursor, publication));
        }
        catch (SqliteException fault)
        {
            writer?.Dispose();
            processLock.Dispose();
            throw Unusable(path, fault);
        }
        catch
        {
            writer?.Dispose();
            processLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    internal override async Task<T> ReadAsync<T>(Func<StoreSession, T> read, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed != 0, this);
        await _readers.WaitAsync(cancellationToken);
        SqliteSession? session = null;
        try
        {
            ObjectDisposedException.ThrowIf(_closed != 0, this);
            if (!_idle.TryTake(out session)) session = Connect(_path, SqliteOpenMode.ReadOnly);
            session.Execute("BEGIN");
            var answer = read(session);
            session.Execute("COMMIT");
            _idle.Add(session);
            return answer;
        }
        catch (Exception fault)
        {
            session?.Dispose(); // A reader that met a fault is not used again; the next read opens a fresh one.
            switch (fault)
            {
                case SqliteException sqlite:
                    throw Unusable(_path, sqlite);
                case JsonException or InvalidDataException or FormatException:
                    throw Damaged(_path, fault.Message, fault);
                default:
                    throw;
            }
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        for (var i = 0; i < MaxReaders; i++) await _readers.WaitAsync();
        while (_idle.TryTake(out var session)) session.Dispose();
        await CloseWriterAsync();
        _readers.Release(MaxReaders); // A read that was already waiting finds the store closed rather than waiting for ever.
        _lock.Dispose();
    }

    internal static SqliteSession Connect(string path, SqliteOpenMode mode)
    {
        _ = SqliteEngine.Version; // Loads the library.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = BusySeconds }.ToString());
        var session = new SqliteSession(connection);
        try
        {
            connection.Open();
            session.ExecuteOnce("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;");
            if (mode == SqliteOpenMode.ReadOnly) session.ExecuteOnce("PRAGMA query_only = ON;");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a database that is not ours to write, and answers the version of ours; 0 for an empty one.</summary>
    internal static int Gate(SqliteSession writer, string path, int newest)
    {
        var application = writer.Number("PRAGMA application_id");
        var version = (int)(writer.Number("PRAGMA user_version") ?? 0);
        if (application == 0 && version == 0 && writer.Number("SELECT count(*) FROM sqlite_schema") == 0) return 0;
        if (application != SqliteMigrations.ApplicationId)
            throw new StoreUnusableException($"The file {path} is a database of another program. Give this institution a file of its own.");
        if (version > newest)
            throw new StoreUnusableException($"The store {path} has schema version {version}; this program knows versions up to {newest}. Start the newer program again, or restore the copy made before the upgrade.");
        if (new FileInfo(path).Length <= MaxBytesCheckedOnOpen && writer.First("PRAGMA quick_check(1)", r => r.GetString(0)) is { } finding and not "ok")
            throw Damaged(path, finding);
        return version;
    }

    private static void RequireOwner(SqliteSession writer, string path, OrganisationId institution)
    {
        writer.Execute("INSERT INTO institution (singleton, organisation) VALUES (1, $1) ON CONFLICT (singleton) DO NOTHING", institution.Value);
        var owner = writer.First("SELECT organisation FROM institution", r => r.GetString(0));
        if (owner != institution.Value)
            throw new StoreUnusableException($"The store {path} belongs to {owner}, not to {institution}. Give each institution a file of its own.");
    }

    internal static StoreUnusableException Unusable(string path, SqliteException fault) =>
        SqliteFaults.IsDamage(fault) ? Damaged(path, fault.Message, fault)
        : SqliteFaults.IsBusy(fault) ? new($"The store {path} is locked by another program ({fault.Message}). Stop that program; nothing but this node may write to the file.", fault)
        : SqliteFaults.IsAccess(fault) ? new($"The store {path} cannot be opened ({fault.Message}). Check that the directory exists and that the node may write to it.", fault)
        : SqliteFaults.IsFull(fault) ? new($"There is no space to open the store {path} ({fault.Message}). Free some space and start again.", fault)
        : new($"The store {path} cannot be used ({fault.Message}). Check the disk, then start again.", fault);

    internal static StoreUnusableException Damaged(string path, string finding, Exception? cause = null)
    {
        var message = $"The store {path} is damaged or is not a database: {finding} Keep the file as it is, restore the last copy, and let the node fetch what came after it from the partners.";
        return cause is null ? new(message) : new(message, cause);
    }
}
