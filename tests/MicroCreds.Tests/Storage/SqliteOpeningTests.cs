using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Storage;
using MicroCreds.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace MicroCreds.Tests.Storage;

/// <summary>What may be opened, and what is refused in words.</summary>
public sealed class SqliteOpeningTests : IDisposable
{
    private static readonly OrganisationId Institution = OrganisationId.Parse("uni-a.example");
    private readonly TemporaryDirectory _directory = new();
    private readonly string _path;

    public SqliteOpeningTests() => _path = _directory.File("uni-a.example.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task refuses_a_second_opener_and_names_the_first()
    {
        await using (await OpenAsync())
        {
            var refusal = await Assert.ThrowsAsync<StoreUnusableException>(OpenAsync);
            Assert.Contains($"in use by process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
        }
        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task refuses_a_file_that_is_no_database()
    {
        await File.WriteAllTextAsync(_path, new string('x', 5000));
        Assert.Contains("is damaged or is not a database", (await RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(_path));
    }

    [Fact]
    public async Task refuses_another_programs_database_and_leaves_it_as_it_is()
    {
        Execute("CREATE TABLE notes (text TEXT)");
        var before = await File.ReadAllBytesAsync(_path);
        Assert.Contains("database of another program", (await RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_path));
    }

    [Fact]
    public async Task refuses_a_newer_version_and_says_what_to_do()
    {
        await (await OpenAsync()).DisposeAsync();
        Execute("PRAGMA user_version = 99");
        Assert.Contains($"has schema version 99; this program knows versions up to {SqliteMigrations.Steps.Length}. Start the newer program again", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task refuses_the_store_of_another_institution()
    {
        await (await OpenAsync()).DisposeAsync();
        var refusal = await Assert.ThrowsAsync<StoreUnusableException>(() => InstitutionDatabase.OpenAsync(_path, OrganisationId.Parse("uni-b.example"), (_, _) => throw new InvalidOperationException(), TimeProvider.System));
        Assert.Contains("belongs to uni-a.example, not to uni-b.example", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task refuses_a_directory_that_is_not_there()
    {
        var refusal = await Assert.ThrowsAsync<StoreUnusableException>(() => InstitutionDatabase.OpenAsync(_directory.File("none/x.db"), Institution, (_, _) => throw new InvalidOperationException(), TimeProvider.System));
        Assert.Contains("Check that the directory exists", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 3000)]
    [InlineData(4096 * 3, 4096)]
    [InlineData(4096 * 9, 4096 * 4)]
    public async Task refuses_a_damaged_file(int from, int length)
    {
        await (await OpenAsync()).DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(_path);
        bytes.AsSpan(from, length).Fill(0xA5);
        await File.WriteAllBytesAsync(_path, bytes);
        Assert.Contains("is damaged", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task refuses_a_file_cut_short()
    {
        await (await OpenAsync()).DisposeAsync();
        await using (var file = new FileStream(_path, FileMode.Open)) file.SetLength(file.Length / 2);
        Assert.Contains("is damaged", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task takes_an_empty_file_as_new()
    {
        await File.WriteAllBytesAsync(_path, []);
        await using var database = await OpenAsync();
        Assert.Empty(await database.CheckAsync(CancellationToken.None));
    }

    [Fact]
    public async Task finishes_a_creation_that_was_interrupted_anywhere()
    {
        var commands = 0;
        await SqliteDatabase.Open(_directory.File("count.db"), Institution, SqliteMigrations.Steps, _ => commands++).DisposeAsync();
        Assert.InRange(commands, 20, 200);
        for (var stop = 0; stop < commands; stop++)
        {
            var path = _directory.File($"{stop}.db");
            var seen = 0;
            Assert.Throws<TimeoutException>(() => SqliteDatabase.Open(path, Institution, SqliteMigrations.Steps, _ => { if (seen++ == stop) throw new TimeoutException(); }));
            await using var database = await OpenAsync(path);
            Assert.Empty(await database.CheckAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task moves_an_older_store_on_step_by_step_and_never_back()
    {
        await (await OpenAsync()).DisposeAsync();
        var steps = SqliteMigrations.Steps.Add("CREATE TABLE later (number INTEGER NOT NULL) STRICT;\nINSERT INTO later VALUES (1);\n").Add("UPDATE later SET number = number + 1;\n");
        for (var stop = 0; stop <= 3; stop++)
        {
            var seen = 0;
            Assert.Throws<TimeoutException>(() => SqliteDatabase.Open(_path, Institution, steps, _ => { if (seen++ == stop) throw new TimeoutException(); }));
        }
        for (var again = 0; again < 2; again++)
        {
            await using var database = SqliteDatabase.Open(_path, Institution, steps, _ => { });
            Assert.Equal(2, await database.ReadAsync(s => s.Number("SELECT sum(number) FROM later"), CancellationToken.None));
            Assert.Equal(steps.Length, await database.ReadAsync(s => s.Number("PRAGMA user_version"), CancellationToken.None));
        }
        Assert.Contains($"has schema version {steps.Length}", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task gives_tables_of_an_older_store_their_places_among_the_publications()
    {
        await using (var old = SqliteDatabase.Open(_path, Institution, SqliteMigrations.Steps, _ => { }))
        {
            // As it was before the step: versions, and nothing about their order.
            var written = await old.WriteAsync<string>(
                t =>
                {
                    t.Session.ExecuteOnce("DROP TABLE returned_statement; DROP TABLE stream_hold; DROP TABLE decision_status; DROP TABLE learning_agreement_event; DROP TABLE learning_agreement; DROP TABLE source_rule; DROP TABLE followed_partner; DROP TABLE adoption_acknowledgement; DROP TABLE table_version; DROP TABLE table_publication; DELETE FROM counter WHERE name = 'table_publication'; PRAGMA user_version = 1;");
                    foreach (var (table, version) in new[] { ("second", 1), ("first", 1), ("second", 2) })
                    {
                        var document = FullValue.Of<EquivalenceTable>() with { Id = TableId.Parse(table), Version = version, PublishedAt = new DateTimeOffset(2025, 9, version, 10, 30, 0, TimeSpan.Zero), AcceptedWarnings = [], Approval = null, EffectiveOn = null };
                        t.Session.Execute("INSERT INTO equivalence_table (table_id, version, digest, document) VALUES ($1, $2, $3, $4)", table, version, document.Digest.Value, DomainJson.Write(document));
                    }
                    return "written";
                },
                CancellationToken.None);
            Assert.False(written.Failed(out _, out _));
        }
        await using var database = await OpenAsync();
        Assert.Empty(await database.CheckAsync(CancellationToken.None));
        Assert.Equal(
            ["1 second 1 2025-09-01 10:30", "2 first 1 2025-09-01 10:30", "3 second 2 2025-09-02 10:30"],
            (await database.Equivalences.PublicationsAsync(0, 10, CancellationToken.None)).Select(p => $"{p.Cursor} {p.Table} {p.Version} {p.PublishedAt.UtcDateTime:yyyy-MM-dd HH:mm}"));
        await database.Equivalences.WaitForPublicationAsync(2, CancellationToken.None);
    }

    [Fact]
    public async Task writes_with_full_durability_and_reads_without_the_means_to_write()
    {
        await using var database = SqliteDatabase.Open(_path, Institution);
        var settings = (await database.WriteAsync<string>(
            t => $"{t.Session.First("PRAGMA journal_mode", r => r.GetString(0))} {t.Session.Number("PRAGMA synchronous")} {t.Session.Number("PRAGMA foreign_keys")} {t.Session.Number("PRAGMA trusted_schema")} {t.Session.Number("PRAGMA secure_delete")}",
            CancellationToken.None)).Failed(out _, out var text) ? "" : text;
        Assert.Equal("wal 2 1 0 1", settings);
        await Assert.ThrowsAsync<StoreUnusableException>(() => database.ReadAsync(s => s.Changed("UPDATE counter SET value = 7"), CancellationToken.None));
        Assert.Equal(0, await database.ReadAsync(s => s.Number("SELECT value FROM counter"), CancellationToken.None));
    }

    [Theory]
    [InlineData("3.6.23", false)]
    [InlineData("3.40.1", true)]
    [InlineData("3.44.5", true)]
    [InlineData("3.44.6", false)]
    [InlineData("3.50.4", true)]
    [InlineData("3.50.7", false)]
    [InlineData("3.51.2", true)]
    [InlineData("3.51.3", false)]
    [InlineData("3.52.0", false)]
    public void knows_which_engine_has_the_wal_reset_race(string version, bool has) => Assert.Equal(has, SqliteEngine.HasWalResetRace(Version.Parse(version)));

    private Task<InstitutionDatabase> OpenAsync() => OpenAsync(_path);

    private static Task<InstitutionDatabase> OpenAsync(string path) => InstitutionDatabase.OpenAsync(path, Institution, (_, _) => throw new InvalidOperationException(), TimeProvider.System);

    private Task<StoreUnusableException> RefusedAsync() => Assert.ThrowsAsync<StoreUnusableException>(OpenAsync);

    private void Execute(string sql)
    {
        _ = SqliteEngine.Version;
        using var connection = new SqliteConnection($"Data Source={_path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
