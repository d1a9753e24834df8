using MicroCreds.Storage.Postgres;
using Npgsql;

#pragma warning disable CA2100 // The test's own texts.
namespace MicroCreds.Tests.Storage;

/// <summary>
/// Why numbers that readers follow come from a counter row and never from an identity column: an identity is taken before the commit, so the higher
/// number may be seen first, and a reader that goes by a cursor then never sees the lower one (exchange reference 0 and C.4).
/// </summary>
[NeedsPostgres]
public sealed class PostgresSequenceTests : IAsyncLifetime
{
    private readonly string _schema = PostgresSchemaTests.NewSchema();
    private NpgsqlDataSource _source = null!;

    public Task InitializeAsync()
    {
        if (TestPostgres.NoServerAtAll is not null) return Task.CompletedTask;
        Assert.True(PostgresAddress.TryParse(TestPostgres.Shared, out var settings, out _));
        _source = NpgsqlDataSource.Create(settings.ConnectionString);
        using var connection = Open();
        Execute(connection, $"CREATE SCHEMA \"{_schema}\"");
        Execute(connection, "CREATE TABLE by_identity (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT)");
        Execute(connection, "CREATE TABLE by_counter (number BIGINT PRIMARY KEY, text TEXT)");
        Execute(connection, "CREATE TABLE counter (value BIGINT NOT NULL)");
        Execute(connection, "INSERT INTO counter VALUES (0)");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_source is not null) await _source.DisposeAsync();
    }

    [EngineFact]
    public void an_identity_column_loses_a_message_for_a_reader_by_cursor()
    {
        using NpgsqlConnection slow = Open(), quick = Open(), reader = Open();
        Execute(slow, "BEGIN");
        Execute(slow, "INSERT INTO by_identity (text) VALUES ('slow')");
        Execute(quick, "INSERT INTO by_identity (text) VALUES ('quick')");
        var first = Read(reader, "by_identity", 0);
        Execute(slow, "COMMIT");
        var then = Read(reader, "by_identity", first[^1].Number);
        Assert.Equal([(2L, "quick")], first);
        Assert.Empty(then); // 'slow' is number 1: committed, and never seen.
    }

    [EngineFact]
    public async Task a_counter_row_loses_none()
    {
        const string Send = "WITH next AS (UPDATE counter SET value = value + 1 RETURNING value) INSERT INTO by_counter SELECT value, '{0}' FROM next";
        using NpgsqlConnection slow = Open(), quick = Open(), reader = Open();
        Execute(slow, "BEGIN");
        Execute(slow, Send.Replace("{0}", "slow", StringComparison.Ordinal));
        var waiting = Task.Run(() => Execute(quick, Send.Replace("{0}", "quick", StringComparison.Ordinal)));
        while (Number(reader, $"SELECT count(*) FROM pg_stat_activity WHERE pid = {quick.ProcessID} AND wait_event_type = 'Lock'") == 0) await Task.Yield();
        var first = Read(reader, "by_counter", 0);
        Execute(slow, "COMMIT");
        await waiting;
        var then = Read(reader, "by_counter", first.Count == 0 ? 0 : first[^1].Number);
        Assert.Empty(first);
        Assert.Equal([(1L, "slow"), (2L, "quick")], then);
    }

    private static List<(long Number, string Text)> Read(NpgsqlConnection connection, string table, long cursor)
    {
        using var command = new NpgsqlCommand($"SELECT number, text FROM {table} WHERE number > {cursor} ORDER BY number", connection);
        using var rows = command.ExecuteReader();
        var read = new List<(long, string)>();
        while (rows.Read()) read.Add((rows.GetInt64(0), rows.GetString(1)));
        return read;
    }

    private static long Number(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return Assert.IsType<long>(command.ExecuteScalar());
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private NpgsqlConnection Open()
    {
        var connection = _source.OpenConnection();
        Execute(connection, $"SET search_path TO \"{_schema}\"");
        return connection;
    }
}
