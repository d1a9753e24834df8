using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using MicroCreds.Domain.Documents;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MicroCreds.Storage.Sqlite;

/// <summary>
/// One open connection with its prepared commands. Values reach SQL only as parameters <c>$1</c>, <c>$2</c>, … in order; the text of a command is
/// always a constant. Used by one thread at a time.
/// </summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
    private static readonly string[] ParameterNames = [.. Enumerable.Range(1, 16).Select(n => string.Create(CultureInfo.InvariantCulture, $"${n}"))];
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>Whether a transaction is open. SQLite ends one by itself on some faults.</summary>
    internal bool InTransaction => connection.Handle is { } handle && raw.sqlite3_get_autocommit(handle) == 0;

    /// <summary>Runs a command and answers how many rows it changed.</summary>
    internal int Execute([ConstantExpected] string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>Runs a query and reads every row.</summary>
    internal List<T> Query<T>([ConstantExpected] string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }

    /// <summary>Runs a query and hands over row after row, so that a whole table need not fit into memory.</summary>
    internal void Each([ConstantExpected] string sql, Action<SqliteDataReader> row, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        while (reader.Read()) row(reader);
    }

    /// <summary>Runs a query and reads its first row; null when there is none.</summary>
    internal T? First<T>([ConstantExpected] string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object?> values) where T : class
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() ? row(reader) : null;
    }

    /// <summary>Runs a query whose first column of the first row is a whole number; null when there is no row or it holds none.</summary>
    internal long? Number([ConstantExpected] string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteScalar() is long number ? number : null;

    /// <summary>Runs a text of several commands, which is not kept prepared. For the schema only.</summary>
    internal void ExecuteOnce(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is an embedded resource of this assembly.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Pages written to the write-ahead log since the last call.</summary>
    internal int TakePagesWritten()
    {
        raw.sqlite3_db_status(connection.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, resetFlg: 1);
        return pages;
    }

    /// <summary>Lets closing leave the write-ahead log as it is, rather than copy it into the file.</summary>
    internal void LeaveLogOnClose() => raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    /// <summary>The text kept for an instant: UTC, fixed width.</summary>
    internal static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads an instant back.</summary>
    internal static DateTimeOffset InstantOf(SqliteDataReader reader, int column) =>
        DateTimeOffset.ParseExact(reader.GetString(column), InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>The text kept for a day.</summary>
    internal static string? Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Reads a day back.</summary>
    internal static DateOnly? DayOf(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : DateOnly.ParseExact(reader.GetString(column), "O", CultureInfo.InvariantCulture);

    /// <summary>Reads a document back.</summary>
    internal static T DocumentOf<T>(SqliteDataReader reader, int column) where T : notnull => DomainJson.Read<T>(reader.GetFieldValue<byte[]>(column));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in _commands.Values) command.Dispose();
        connection.Dispose();
    }

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

    private static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        ReadOnlyMemory<byte> bytes => MemoryMarshal.TryGetArray(bytes, out var part) && part.Offset == 0 && part.Count == part.Array?.Length ? part.Array : bytes.ToArray(),
        DateTimeOffset at => Instant(at),
        DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
        _ => value,
    };
}
