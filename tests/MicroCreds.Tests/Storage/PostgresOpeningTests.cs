using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;
using Npgsql;

namespace MicroCreds.Tests.Storage;

/// <summary>What may be opened on a server, and what is refused in words.</summary>
[NeedsPostgres]
public sealed class PostgresOpeningTests : PostgresSchemaTests
{
    [EngineFact]
    public async Task makes_a_schema_once_when_eight_processes_start_together()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(OpenAsync)));
        Assert.Empty(await opened[7].CheckAsync(CancellationToken.None));
        Assert.Equal(PostgresMigrations.Steps.Length, Number("SELECT version FROM schema_version"));
        foreach (var database in opened) await database.DisposeAsync();
    }

    [EngineFact]
    public async Task takes_an_empty_schema_as_new()
    {
        Execute("CREATE SCHEMA \"schema\"");
        await (await OpenAsync()).DisposeAsync();
    }

    [EngineFact]
    public async Task refuses_another_programs_schema_and_leaves_it_as_it_is()
    {
        Execute("CREATE SCHEMA \"schema\"; CREATE TABLE \"schema\".notes (text TEXT)");
        Assert.Contains("holds tables of another program", (await RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(1, Number($"SELECT count(*) FROM pg_tables WHERE schemaname = '{Schema}'"));
    }

    [EngineFact]
    public async Task refuses_a_newer_version_and_says_what_to_do()
    {
        await (await OpenAsync()).DisposeAsync();
        Execute("UPDATE \"schema\".schema_version SET version = 99");
        Assert.Contains($"has version 99; this program knows versions up to {PostgresMigrations.Steps.Length}. Start the newer program again", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task refuses_the_store_of_another_institution()
    {
        await (await OpenAsync()).DisposeAsync();
        var refusal = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync("uni-b.example"));
        Assert.Contains("belongs to uni-a.example, not to uni-b.example", refusal.Message, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task refuses_a_node_with_another_learner_secret()
    {
        await (await OpenAsync()).DisposeAsync();
        await (await OpenAsync()).DisposeAsync();
        var refusal = await Assert.ThrowsAsync<StoreUnusableException>(() => InstitutionDatabase.OpenAsync(Server, Schema, Institution, "another"u8, NoSignature, TimeProvider.System));
        Assert.Contains("was made with another learner.secret", refusal.Message, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task refuses_a_damaged_schema()
    {
        await (await OpenAsync()).DisposeAsync();
        Execute("DELETE FROM \"schema\".counter WHERE name = 'case_change'");
        Assert.Contains("is damaged: its counters are missing", (await RefusedAsync()).Message, StringComparison.Ordinal);
        Execute("DROP TABLE \"schema\".counter");
        Assert.Contains("is damaged", (await RefusedAsync()).Message, StringComparison.Ordinal);
        Execute("DROP TABLE \"schema\".institution; DELETE FROM \"schema\".schema_version");
        Assert.Contains("is damaged: its version is missing", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task refuses_aServer_that_does_not_keep_what_it_commits()
    {
        await using var forgetful = PostgresServer.Of($"{TestPostgres.Shared}&Options=-c%20synchronous_commit%3Doff");
        var refusal = await Assert.ThrowsAsync<StoreUnusableException>(() => InstitutionDatabase.OpenAsync(forgetful, Schema, Institution, "secret"u8, NoSignature, TimeProvider.System));
        Assert.Contains("synchronous_commit = off", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("fsync = off", PostgresServer.Fault("150004", "off", "on", "UTF8"), StringComparison.Ordinal);
        Assert.Contains("version 14; 15 or later", PostgresServer.Fault("140011", "on", "on", "UTF8"), StringComparison.Ordinal);
        Assert.Contains("encoding SQL_ASCII", PostgresServer.Fault("150004", "on", "on", "SQL_ASCII"), StringComparison.Ordinal);
        Assert.Null(PostgresServer.Fault("160000", "on", "remote_apply", "UTF8"));
    }

    [Theory]
    [InlineData("postgresql://mcf@/db?host=/nowhere", "PostgreSQL at /nowhere, database db cannot be used")]
    [InlineData("postgresql://mcf:hush@127.0.0.1:1/db?connect_timeout=2", "PostgreSQL at 127.0.0.1:1, database db cannot be used")]
    [InlineData("mysql://mcf:hush@host/db", "does not begin with postgresql://")]
    [InlineData("postgresql://mcf:hush@host/db?connect_timeout=soon", "cannot be read")]
    [InlineData("postgresql://mcf:hush@host/db?no_such_setting=1", "cannot be read")]
    public async Task refuses_aServer_it_cannot_reach_without_telling_the_password(string address, string words)
    {
        var refusal = await Assert.ThrowsAsync<StoreUnusableException>(async () =>
        {
            await using var away = PostgresServer.Of(address);
            await InstitutionDatabase.OpenAsync(away, Schema, Institution, "secret"u8, NoSignature, TimeProvider.System);
        });
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://anna:a%40b%3A@db-1:5433,db-2:5434/micro%20creds?target_session_attrs=primary&sslmode=verify-full", "db-1:5433,db-2:5434", "micro creds", "anna", "a@b:")]
    [InlineData("postgres://db/x?user=anna&password=p", "db", "x", "anna", "p")]
    [InlineData("postgresql:///x?host=%2Frun%2Fpostgresql&port=6432", "/run/postgresql", "x", null, null)]
    public void reads_an_address_as_theServers_own_programs_do(string address, string host, string database, string? user, string? password)
    {
        Assert.True(PostgresAddress.TryParse(address, out var settings, out _));
        Assert.Equal((host, database, user, password), (settings.Host, settings.Database, settings.Username, settings.Password));
    }

    [Theory]
    [InlineData("postgresql://host/db", "Maximum Pool Size=20", "Timeout=5", "Application Name=microcreds")]
    [InlineData("postgresql://host/db?Maximum%20Pool%20Size=7&connect_timeout=2&application_name=node-1", "Maximum Pool Size=7", "Timeout=2", "Application Name=node-1")]
    public async Task opens_few_connections_unless_told_otherwise(string address, params string[] settings)
    {
        await using var server = PostgresServer.Of(address);
        var used = server.Source.ConnectionString.Split(';');
        Assert.All(settings, setting => Assert.Contains(setting, used));
    }

    [Fact]
    public void names_a_schema_after_its_institution_and_keeps_long_names_apart()
    {
        Assert.Equal("uni-a.example", PostgresDatabase.SchemaOf(Institution));
        var (one, other) = (OrganisationId.Parse($"{new string('a', 60)}.one.example"), OrganisationId.Parse($"{new string('a', 60)}.two.example"));
        Assert.Equal((63, 63), (PostgresDatabase.SchemaOf(one).Length, PostgresDatabase.SchemaOf(other).Length));
        Assert.NotEqual(PostgresDatabase.SchemaOf(one), PostgresDatabase.SchemaOf(other));
    }

    [EngineFact]
    public async Task finishes_a_creation_that_was_interrupted_anywhere()
    {
        var interruptions = 0;
        for (var step = 1; step <= PostgresMigrations.Steps.Length; step++)
        {
            // Every command of the step, and its end, is interrupted once; the next start begins the step anew.
            var reached = -1;
            while (true)
            {
                using var session = new PostgresSession(Server.Source.OpenConnection());
                try
                {
                    PostgresMigrations.Apply(session, Schema, "", PostgresMigrations.Steps[..step], Interrupt);
                    break;
                }
                catch (TimeoutException)
                {
                    interruptions++;
                }
            }

            void Interrupt(int command)
            {
                if (command <= reached) return;
                reached = command;
                throw new TimeoutException();
            }
        }

        Assert.InRange(interruptions, 30, 200);
        await using var database = await OpenAsync();
        Assert.Empty(await database.CheckAsync(CancellationToken.None));
    }

    [EngineFact]
    public async Task moves_an_older_store_on_step_by_step_and_the_older_program_writes_no_more()
    {
        await using var older = PostgresDatabase.Open(Server, Schema, Institution, Secret);
        var steps = PostgresMigrations.Steps.Add("CREATE TABLE later (number BIGINT NOT NULL);\nINSERT INTO later VALUES (1);\n").Add("UPDATE later SET number = number + 1;\n");
        for (var stop = 0; stop <= 3; stop++)
        {
            var seen = 0;
            Assert.Throws<TimeoutException>(() => PostgresDatabase.Open(Server, Schema, Institution, Secret, steps, _ => { if (seen++ == stop) throw new TimeoutException(); }));
        }
        for (var again = 0; again < 2; again++)
        {
            await using var database = PostgresDatabase.Open(Server, Schema, Institution, Secret, steps, _ => { });
            Assert.Equal((2, steps.Length), (Number("SELECT number FROM later"), Number("SELECT version FROM schema_version")));
        }
        var write = older.WriteAsync<string>(_ => throw new InvalidOperationException("The older program was let write."), CancellationToken.None);
        Assert.Contains("was brought to another version by a newer program", (await Assert.ThrowsAsync<StoreUnusableException>(() => write)).Message, StringComparison.Ordinal);
        Assert.True(older.Broken.IsCompletedSuccessfully);
        Assert.Contains($"has version {steps.Length}", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task reads_without_the_means_to_write()
    {
        await using var database = PostgresDatabase.Open(Server, Schema, Institution, Secret);
        await Assert.ThrowsAnyAsync<Exception>(() => database.ReadAsync(s => s.Changed("UPDATE counter SET value = 7"), CancellationToken.None));
        Assert.Equal(0, await database.ReadAsync(s => s.Number("SELECT value FROM counter WHERE name = 'case_change'"), CancellationToken.None));
    }

    private static MicroCreds.Domain.Statements.SignedStatement NoSignature(MicroCreds.Domain.Statements.StatementDraft draft, MicroCreds.Domain.Statements.StreamPosition position) => throw new InvalidOperationException();

    private Task<InstitutionDatabase> OpenAsync() => OpenAsync("uni-a.example");

    private Task<InstitutionDatabase> OpenAsync(string institution) => InstitutionDatabase.OpenAsync(Server, Schema, OrganisationId.Parse(institution), "secret"u8, NoSignature, TimeProvider.System);

    private Task<StoreUnusableException> RefusedAsync() => Assert.ThrowsAsync<StoreUnusableException>(OpenAsync);

    private void Execute(string sql)
    {
        using var connection = Server.Source.OpenConnection();
        using var session = new PostgresSession(connection);
        session.ExecuteOnce(sql.Replace("\"schema\"", $"\"{Schema}\"", StringComparison.Ordinal));
    }

    private long Number(string sql)
    {
        using var connection = Server.Source.OpenConnection();
#pragma warning disable CA2100 // The test's own text.
        using var command = new NpgsqlCommand($"SET search_path TO \"{Schema}\"; {sql}", connection);
#pragma warning restore CA2100
        return Assert.IsType<long>(command.ExecuteScalar());
    }
}
