using MicroCreds.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace MicroCreds.Tests.Storage;

/// <summary>What a batch of the writer sends to the log, which is read back and written again when it is too large for the writer's memory.</summary>
public sealed class SqliteBatchTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(SqliteDatabase.WriterMemory, 40, true)]
    [InlineData(SqliteDatabase.WriterMemory, 80, false)]
    [InlineData("PRAGMA cache_size = -16384;", 40, false)]
    public void nothing_of_a_batch_goes_to_the_log_before_its_end_while_it_fits(string memory, int mebibytes, bool fits)
    {
        var path = _directory.File("batch.db");
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute($"PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; {memory} CREATE TABLE page (id INTEGER PRIMARY KEY, content BLOB);");
        var before = new FileInfo($"{path}-wal").Length;
        Execute($"BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {mebibytes * 256}) INSERT INTO page SELECT i, zeroblob(3500) FROM n;");
        Assert.Equal(fits, new FileInfo($"{path}-wal").Length == before);
        Execute("COMMIT;");

        void Execute(string sql)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Written above, by nobody else.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }
}
