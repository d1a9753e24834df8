using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;
using MicroCreds.Storage.Sqlite;

namespace MicroCreds.Tests.Storage;

/// <summary>The check of a schema finds what <see cref="SqliteCheckTests"/> has found in a file; and the schemas of both engines are the same.</summary>
[NeedsPostgres]
public sealed class PostgresCheckTests : PostgresSchemaTests
{
    [EngineFact]
    public async Task finds_everything_that_is_found_in_a_file()
    {
        await using (var database = await InstitutionDatabase.OpenAsync(Server, Schema, Institution, "secret"u8, (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System))
        {
            await SqliteCheckTests.FillAsync(database);
            Assert.Empty(await database.CheckAsync(CancellationToken.None));
        }
        using var session = new PostgresSession(Server.Source.OpenConnection());
        foreach (var row in SqliteCheckTests.Tamperings)
        {
            var (tampering, subject) = ((string)row[0], (string)row[1]);
            // Constraints are let be, as for a file that was changed without them, and everything is taken back.
            session.ExecuteOnce($"BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL search_path TO \"{Schema}\"");
            session.ExecuteOnce(tampering.Replace(" WHERE rowid = 1", "", StringComparison.Ordinal).Replace("x'00'", @"'\x00'", StringComparison.Ordinal));
            Assert.True(StoreCheck.Run(session).Any(finding => finding.Subject.StartsWith(subject, StringComparison.Ordinal)), tampering);
            session.ExecuteOnce("ROLLBACK");
        }
    }

    [EngineFact]
    public async Task has_the_tables_columns_and_references_of_a_file()
    {
        Assert.Equal(SqliteMigrations.Steps.Length, PostgresMigrations.Steps.Length);
        using var directory = new TemporaryDirectory();
        await using var file = SqliteDatabase.Open(directory.File("a.db"), Institution);
        await using var schema = PostgresDatabase.Open(Server, Schema, Institution, Secret);
        Assert.Equal(
            await file.ReadAsync(s => s.Query(
                """
                SELECT t.name || '.' || c.name || ' ' || CASE c.type WHEN 'INTEGER' THEN 'bigint' WHEN 'BLOB' THEN 'bytea' ELSE lower(c.type) END || CASE WHEN c."notnull" = 1 THEN ' not null' ELSE '' END
                  || CASE WHEN c.hidden > 0 THEN ' generated' ELSE '' END
                FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table' ORDER BY 1
                """, r => r.GetString(0)), CancellationToken.None),
            await schema.ReadAsync(s => s.Query(
                """
                SELECT (table_name || '.' || column_name || ' ' || data_type || CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END || CASE WHEN is_generated = 'ALWAYS' THEN ' generated' ELSE '' END) COLLATE "C"
                FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> 'schema_version' ORDER BY 1
                """, r => r.GetString(0)), CancellationToken.None));
        Assert.Equal(
            await file.ReadAsync(s => s.Query(
                "SELECT t.name || ' > ' || k.\"table\" || ' by ' || count(*) FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) k WHERE t.type = 'table' GROUP BY t.name, k.id, k.\"table\" ORDER BY 1", r => r.GetString(0)), CancellationToken.None),
            await schema.ReadAsync(s => s.Query(
                """
                SELECT (child.relname || ' > ' || parent.relname || ' by ' || cardinality(c.conkey)) COLLATE "C" FROM pg_constraint c JOIN pg_class child ON child.oid = c.conrelid JOIN pg_class parent ON parent.oid = c.confrelid
                JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.contype = 'f' AND n.nspname = current_schema() ORDER BY 1
                """, r => r.GetString(0)), CancellationToken.None));
        Assert.Equal(
            await file.ReadAsync(s => s.Query("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1", r => r.GetString(0)), CancellationToken.None),
            await schema.ReadAsync(s => s.Query(
                """
                SELECT i.indexname::text COLLATE "C" FROM pg_indexes i WHERE i.schemaname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname) ORDER BY 1
                """, r => r.GetString(0)), CancellationToken.None));
    }
}
