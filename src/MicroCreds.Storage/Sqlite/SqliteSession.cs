using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MicroCreds.Storage.Sqlite;

/// <summary>One connection to a file, with its prepared commands.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : StoreSession
{
    private static readonly string[] ParameterNames = [.. Enumerable.Range(1, 16).Select(n => string.Create(CultureInfo.InvariantCulture, $"${n}"))];
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>Whether a transaction is open. SQLite ends one by itself on some faults.</summary>
    internal bool InTransaction => connection.Handle is { } handle && raw.sqlite3_get_autocommit(handle) == 0;

    /// <inheritdoc/>
    internal override void Flush()
    {
        // Commands run when they are given: there is no way between this and the engine.
    }

    /// <inheritdoc/>
    internal override void GiveUp()
    {
        // As above.
    }

    /// <inheritdoc/>
    internal override void ExecuteOnce(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is an embedded resource of this assembly.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    internal override IEnumerable<string> StructuralFaults() =>
    [
        .. Query("PRAGMA integrity_check", r => r.GetString(0)).Where(text => text != "ok"),
        .. Query("PRAGMA foreign_key_check", r => $"a row of {r.GetString(0)} refers to a row of {r.GetString(2)} that is not there"),
    ];

    /// <inheritdoc/>
    internal override string Engine => $"SQLite {SqliteEngine.Version}";

    /// <inheritdoc/>
    internal override long Bytes() => (Number("PRAGMA page_count") ?? 0) * (Number("PRAGMA page_size") ?? 0);

    /// <summary>Copies the snapshot that this connection reads, page by page, into an empty file, which then stands without a write-ahead log.</summary>
    internal void CopyTo(string path)
    {
        using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        copy.Open();
        connection.BackupDatabase(copy);
        using var session = new SqliteSession(copy);
        session.ExecuteOnce("PRAGMA journal_mode = DELETE;");
    }

    /// <summary>Pages written to the write-ahead log since the last call.</summary>
    internal int TakePagesWritten()
    {
        raw.sqlite3_db_status(connection.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, resetFlg: 1);
        return pages;
    }

    /// <summary>Lets closing leave the write-ahead log as it is, rather than copy it into the file.</summary>
    internal void LeaveLogOnClose() => raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var command in _commands.Values) command.Dispose();
        connection.Dispose();
    }

    /// <inheritdoc/>
    protected override void Queue(string sql, ReadOnlySpan<object?> values) => Run(sql, values);

    /// <inheritdoc/>
    protected override int Run(string sql, ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <inheritdoc/>
    protected override DbDataReader Read(string sql, ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteReader();

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // Every caller passes a constant: the parameters that lead here are marked ConstantExpected (CA1857).
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = ParameterNames[i] });
            _commands.Add(sql, command);
        }
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = Stored(values[i]);
        return command;
    }
}
