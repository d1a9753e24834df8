using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using MicroCreds.Domain.Documents;
using MicroCreds.Storage.Moving;

namespace MicroCreds.Storage;

/// <summary>
/// One open connection, on whichever engine. Values reach SQL only as parameters <c>$1</c>, <c>$2</c>, … in order; the text of a command is
/// always a constant, in the subset that every engine reads. Used by one thread at a time.
/// </summary>
internal abstract class StoreSession : IDisposable
{
    // Stands before a digit in place of U+0000, which PostgreSQL keeps in no text. From a private area of Unicode; kept as itself it stands before another digit.
    private const char Escape = '\uF8F0';
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>Whether a command that writes was given since this was last set to false.</summary>
    internal bool Wrote { get; set; }

    /// <summary>Runs a command, at the latest with <see cref="Flush"/> or the next one that answers something.</summary>
    internal void Execute([ConstantExpected] string sql, params ReadOnlySpan<object?> values)
    {
        Wrote = true;
        Queue(sql, values);
    }

    /// <summary>Runs a command and answers how many rows it changed.</summary>
    internal int Changed([ConstantExpected] string sql, params ReadOnlySpan<object?> values)
    {
        Wrote = true;
        return Run(sql, values);
    }

    /// <summary>Runs what was given to <see cref="Execute"/> and has not run yet. Its faults are met here at the latest.</summary>
    internal abstract void Flush();

    /// <summary>Begins a part of the work that may be given up by <see cref="GiveUp"/>.</summary>
    internal virtual void BeginPart() => Wrote = false;

    /// <summary>Forgets what was given to <see cref="Execute"/> since <see cref="BeginPart"/> and has not run yet.</summary>
    internal abstract void GiveUp();

    /// <summary>Runs a query and reads every row.</summary>
    internal List<T> Query<T>([ConstantExpected] string sql, Func<DbDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        using var reader = Read(sql, values);
        var rows = new List<T>();
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }

    /// <summary>Runs a query and hands over row after row, so that a whole table need not fit into memory. A row's function uses no session.</summary>
    internal void Each([ConstantExpected] string sql, Action<DbDataReader> row, params ReadOnlySpan<object?> values)
    {
        using var reader = Read(sql, values);
        while (reader.Read()) row(reader);
    }

    /// <summary>Hands over the rows of a table behind a key, in the order of the key, until <paramref name="row"/> answers false; from the first when the key is empty.</summary>
    internal void EachRow(StoreTable table, object?[] after, Func<DbDataReader, bool> row)
    {
        using var reader = after.Length == 0 ? Read(table.Select, []) : Read(table.SelectAfter, after);
        while (reader.Read() && row(reader)) continue;
    }

    /// <summary>The last key of a table; empty when it has no row.</summary>
    internal object?[] LastKey(StoreTable table)
    {
        using var reader = Read(table.SelectLast, []);
        return reader.Read() ? StoreTable.RowOf(reader) : [];
    }

    /// <summary>Adds a row as <see cref="StoreTable.RowOf"/> read it.</summary>
    internal void InsertRow(StoreTable table, object?[] row)
    {
        Wrote = true;
        Queue(table.Insert, row);
    }

    /// <summary>Takes every row out of a table.</summary>
    internal void Clear(StoreTable table)
    {
        Wrote = true;
        Queue(table.Delete, []);
    }

    /// <summary>Runs a query and reads its first row; null when there is none.</summary>
    internal T? First<T>([ConstantExpected] string sql, Func<DbDataReader, T> row, params ReadOnlySpan<object?> values) where T : class
    {
        using var reader = Read(sql, values);
        return reader.Read() ? row(reader) : null;
    }

    /// <summary>Runs a query whose first column of the first row is a whole number; null when there is no row or it holds none.</summary>
    internal long? Number([ConstantExpected] string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Read(sql, values);
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetInt64(0) : null;
    }

    /// <summary>Runs a text of several commands, which is not kept prepared. For the schema only.</summary>
    internal abstract void ExecuteOnce(string sql);

    /// <summary>What the engine itself finds wrong with its files and constraints, one English sentence each.</summary>
    internal abstract IEnumerable<string> StructuralFaults();

    /// <summary>Name and version of the engine, for people: <c>SQLite 3.50.4</c>.</summary>
    internal abstract string Engine { get; }

    /// <summary>Bytes that the store takes on disk, without the log of writes that are not copied into it yet.</summary>
    internal abstract long Bytes();

    /// <summary>Reads free text back: what people and partners wrote, which may hold any character.</summary>
    internal static string TextOf(DbDataReader reader, int column)
    {
        var kept = reader.GetString(column);
        return kept.Contains(Escape) ? kept.Replace($"{Escape}0", "\0", StringComparison.Ordinal).Replace($"{Escape}1", $"{Escape}", StringComparison.Ordinal) : kept;
    }

    /// <summary>The text kept for an instant: UTC, fixed width.</summary>
    internal static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads an instant back.</summary>
    internal static DateTimeOffset InstantOf(DbDataReader reader, int column) =>
        DateTimeOffset.ParseExact(reader.GetString(column), InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>The text kept for a day.</summary>
    internal static string? Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Reads a day back.</summary>
    internal static DateOnly? DayOf(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : DateOnly.ParseExact(reader.GetString(column), "O", CultureInfo.InvariantCulture);

    /// <summary>Reads a document back.</summary>
    internal static T DocumentOf<T>(DbDataReader reader, int column) where T : notnull => DomainJson.Read<T>(reader.GetFieldValue<byte[]>(column));

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Runs a command now, or together with the next one.</summary>
    protected abstract void Queue(string sql, ReadOnlySpan<object?> values);

    /// <summary>Runs a command now, after what was queued.</summary>
    protected abstract int Run(string sql, ReadOnlySpan<object?> values);

    /// <summary>Runs a query, after what was queued.</summary>
    protected abstract DbDataReader Read(string sql, ReadOnlySpan<object?> values);

    /// <summary>The form in which a value is kept: texts, whole numbers and bytes.</summary>
    protected static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        ReadOnlyMemory<byte> bytes => MemoryMarshal.TryGetArray(bytes, out var part) && part.Offset == 0 && part.Count == part.Array?.Length ? part.Array : bytes.ToArray(),
        string text => text.AsSpan().ContainsAny('\0', Escape) ? text.Replace($"{Escape}", $"{Escape}1", StringComparison.Ordinal).Replace("\0", $"{Escape}0", StringComparison.Ordinal) : text,
        DateTimeOffset at => Instant(at),
        DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
        _ => value,
    };
}
