using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;
using Npgsql;

namespace MicroCreds.Tests.Storage;

/// <summary>A server whose commits wait for a standby: nothing is acknowledged or shown that a failover would take back.</summary>
public sealed class PostgresStandbyTests(PostgresStandbyTests.Servers servers) : IClassFixture<PostgresStandbyTests.Servers>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly OrganisationId Institution = OrganisationId.Parse("uni-a.example");

    private readonly TestPostgres _postgres = servers.Postgres;
    private readonly string _schema = PostgresSchemaTests.NewSchema();

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    /// <summary>A server and its standby, which every test leaves well.</summary>
    public sealed class Servers : IDisposable
    {
        internal TestPostgres Postgres { get; } = TestPostgres.NoServer is null ? new() : null!;

        public void Dispose() => Postgres?.Dispose();
    }

    [PostgresFact]
    public async Task acknowledges_nothing_that_the_standby_has_not_confirmed()
    {
        _postgres.AddStandby();
        await using var ordinary = PostgresServer.Of(_postgres.Address);
        await (await OpenAsync(ordinary)).DisposeAsync();
        // Npgsql's own limit is shorter than ours: were it in force at a commit, the wait for the standby would be cancelled, and the server would say "committed".
        await using var server = PostgresServer.Of($"{_postgres.Address}&Command%20Timeout=2", 2 * Patience);
        await using var database = await OpenAsync(server);
        var (kept, request, sample) = (await KeptAsync(() => OpenCaseAsync(database, Samples.Request(), new())), Samples.Request(), new Samples());
        _postgres.FreezeStandby();
        Assert.True((await OpenCaseAsync(database, request, sample)).Failed(out var problem, out _));
        Assert.Equal((ProblemCode.StoreUnavailable, "server_away"), (problem!.Code, problem.Facts["cause"]));

        // The server goes, with what it has not passed on; the standby takes over, and the same request gets one answer, now and later.
        _postgres.Kill();
        _postgres.ThawStandby();
        _postgres.Promote();
        _postgres.AddStandby();
        await using var promoted = PostgresServer.Of(_postgres.Address);
        await using var survivor = await OpenAsync(promoted);
        Assert.NotNull(await survivor.Cases.FindAsync(kept.Application.Case, Soon));
        var answer = await KeptAsync(() => OpenCaseAsync(survivor, request, sample));
        Assert.Null(FullValue.FirstDifference(answer, await KeptAsync(() => OpenCaseAsync(survivor, request, sample))));
        Assert.Empty(await survivor.CheckAsync(Soon));
    }

    [PostgresFact]
    public async Task shows_nothing_that_the_standby_has_not_confirmed_when_the_server_was_started_again()
    {
        _postgres.AddStandby();
        await using var server = PostgresServer.Of(_postgres.Address, Patience);
        await using var database = await OpenAsync(server);
        var (sample, request) = (new Samples(), Samples.Request());
        // Leaves a connection that asks nothing more before it writes.
        await KeptAsync(() => OpenCaseAsync(database, Samples.Request(), new()));
        await using var operators = NpgsqlDataSource.Create($"Host={_postgres.Directory};Username=postgres");
        await using var waiting = operators.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        _postgres.FreezeStandby();
        // Until the commit is on the disk and waits for the standby: on a busy machine it may be given up before.
        do Assert.True((await OpenCaseAsync(database, request, sample)).Failed(out _, out _));
        while (await waiting.ExecuteScalarAsync(Soon) is 0L);
        // After the restart it is on the server's disk and to be seen there, and still nowhere else.
        _postgres.Kill();
        _postgres.Start();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => database.Cases.FindAsync(sample.Case, Soon));
        Assert.True((await OpenCaseAsync(database, request, sample)).Failed(out _, out _));
        _postgres.ThawStandby();
        var soon = Soon;
        RecognitionCase? found = null;
        while (found is null)
        {
            try
            {
                found = Assert.IsType<RecognitionCase>(await database.Cases.FindAsync(sample.Case, soon));
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(20, soon);
            }
        }
        Assert.Null(FullValue.FirstDifference(found, await KeptAsync(() => OpenCaseAsync(database, request, sample))));
    }

    [PostgresFact]
    public async Task does_not_take_a_wait_that_an_operator_ended_for_a_confirmation()
    {
        _postgres.AddStandby();
        await using var server = PostgresServer.Of(_postgres.Address, Patience);
        await using var database = await OpenAsync(server);
        await KeptAsync(() => OpenCaseAsync(database, Samples.Request(), new()));
        _postgres.FreezeStandby();
        var writing = OpenCaseAsync(database, Samples.Request(), new());
        await using var operators = NpgsqlDataSource.Create($"Host={_postgres.Directory};Username=postgres");
        await using var cancel = operators.CreateCommand("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        while (await cancel.ExecuteScalarAsync(Soon) is 0L) await Task.Delay(20, Soon);
        Assert.True((await writing).Failed(out var problem, out _));
        Assert.Equal(ProblemCode.StoreUnavailable, problem!.Code);
        _postgres.ThawStandby();
    }

    [PostgresFact]
    public async Task lets_go_of_a_server_that_is_frozen_and_finds_it_again()
    {
        _postgres.AddStandby();
        await using var server = PostgresServer.Of(_postgres.Address, Patience);
        await using var database = await OpenAsync(server);
        var reached = new TaskCompletionSource();
        server.ReachableChanged += up => { if (!up) reached.TrySetResult(); };
        var sample = (await KeptAsync(() => OpenCaseAsync(database, Samples.Request(), new()))).Application.Case;
        _postgres.Freeze();
        var (reading, writing) = (database.Cases.FindAsync(sample, Soon), OpenCaseAsync(database, Samples.Request(), new()));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => reading);
        Assert.True((await writing).Failed(out _, out _));
        await reached.Task.WaitAsync(Soon);
        _postgres.Thaw();
        await KeptAsync(() => OpenCaseAsync(database, Samples.Request(), new()));
        Assert.NotNull(await database.Cases.FindAsync(sample, Soon));
    }

    // On a busy machine, a server that is well may need longer than these tests' patience now and then.
    private static async Task<T> KeptAsync<T>(Func<Task<Result<T>>> write) where T : notnull
    {
        while (true)
        {
            if (!(await write()).Failed(out _, out var kept)) return kept;
            await Task.Delay(20, Soon);
        }
    }

    private static Task<Result<RecognitionCase>> OpenCaseAsync(InstitutionDatabase database, ChangeRequest request, Samples sample) => database.Cases.OpenAsync(request, sample.Learner, sample.Files, _ => sample.Opening(), Soon);

    private Task<InstitutionDatabase> OpenAsync(PostgresServer server) =>
        InstitutionDatabase.OpenAsync(server, _schema, Institution, "secret"u8, (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System);
}
