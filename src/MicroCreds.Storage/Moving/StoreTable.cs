using System.Collections.Immutable;
using System.Data.Common;
using MicroCreds.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace MicroCreds.Storage.Moving;

/// <summary>
/// A table of the schema, for what is done with every table alike. Read from the steps of the schema themselves, so that a new table or column is
/// never forgotten; both engines have the same.
/// </summary>
internal sealed class StoreTable
{
    private static readonly Lazy<ImmutableArray<StoreTable>> Made = new(Make);

    private StoreTable(string name, ImmutableArray<string> columns, ImmutableArray<string> key)
    {
        (Name, Columns, Key) = (name, columns, key);
        var (values, keys) = (string.Join(", ", columns), string.Join(", ", key));
        Select = $"SELECT {values} FROM {name} ORDER BY {keys}";
        SelectAfter = $"SELECT {values} FROM {name} WHERE ({keys}) > ({Parameters(key.Length)}) ORDER BY {keys}";
        SelectLast = $"SELECT {keys} FROM {name} ORDER BY {string.Join(", ", key.Select(k => $"{k} DESC"))} LIMIT 1";
        Delete = $"DELETE FROM {name}";
        Insert = $"INSERT INTO {name} ({values}) VALUES ({Parameters(columns.Length)})";
    }

    /// <summary>Every table, each after those its rows refer to.</summary>
    internal static ImmutableArray<StoreTable> All => Made.Value;

    /// <summary>Name.</summary>
    internal string Name { get; }

    /// <summary>Columns that are kept; what the engine derives from them is not among them.</summary>
    internal ImmutableArray<string> Columns { get; }

    /// <summary>Columns of the primary key, in its order.</summary>
    internal ImmutableArray<string> Key { get; }

    /// <summary>Every row, in the order of the key: the order of bytes on every engine.</summary>
    internal string Select { get; }

    /// <summary>The rows behind a key.</summary>
    internal string SelectAfter { get; }

    /// <summary>The last key.</summary>
    internal string SelectLast { get; }

    /// <summary>No row any more.</summary>
    internal string Delete { get; }

    /// <summary>One more row.</summary>
    internal string Insert { get; }

    /// <summary>Reads a row: whole numbers, texts, bytes and nulls.</summary>
    internal static object?[] RowOf(DbDataReader reader)
    {
        var row = new object?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++)
            row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i) switch
            {
                string => StoreSession.TextOf(reader, i),
                long number => number,
                byte[] bytes => bytes,
                var other => throw new InvalidDataException($"A {other.GetType().Name} is in no column of the schema."),
            };
        return row;
    }

    private static string Parameters(int count) => string.Join(", ", Enumerable.Range(1, count).Select(n => $"${n}"));

    private static ImmutableArray<StoreTable> Make()
    {
        _ = SqliteEngine.Version; // Loads the library.
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var session = new SqliteSession(connection);
        SqliteMigrations.Apply(session, SqliteMigrations.Steps, 0, _ => { });
        var columns = session.Query(
            """SELECT t.name, c.name, c.pk FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.hidden = 0 ORDER BY t.name, c.cid""",
            r => (Table: r.GetString(0), Name: r.GetString(1), Place: r.GetInt32(2)));
        var references = session.Query(
            """SELECT DISTINCT t.name, k."table" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) k WHERE t.type = 'table' AND k."table" <> t.name""",
            r => (Table: r.GetString(0), To: r.GetString(1))).ToLookup(r => r.Table, r => r.To);
        var made = ImmutableArray.CreateBuilder<StoreTable>();
        var tables = columns.ToLookup(c => c.Table);
        foreach (var table in tables) Add(table.Key);
        return made.ToImmutable();

        void Add(string name)
        {
            if (made.Any(t => t.Name == name)) return;
            foreach (var other in references[name]) Add(other);
            var kept = tables[name].ToList();
            made.Add(new StoreTable(name, [.. kept.Select(c => c.Name)], [.. kept.Where(c => c.Place > 0).OrderBy(c => c.Place).Select(c => c.Name)]));
        }
    }
}
