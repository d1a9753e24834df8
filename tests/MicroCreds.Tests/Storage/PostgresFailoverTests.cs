using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;
using Npgsql;

namespace MicroCreds.Tests.Storage;

/// <summary>A node that runs through a failover finds out by itself when the new server may lack what was acknowledged, and signs nothing at a place that was taken.</summary>
public sealed class PostgresFailoverTests(PostgresStandbyTests.Servers servers) : IClassFixture<PostgresStandbyTests.Servers>
{
    private static readonly OrganisationId Institution = OrganisationId.Parse("uni-a.example");
    private static readonly OrganisationId Partner = OrganisationId.Parse("uni-b.example");

    private readonly TestPostgres _postgres = servers.Postgres;
    private readonly string _schema = PostgresSchemaTests.NewSchema();

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    [PostgresFact]
    public async Task holds_every_stream_when_the_standby_that_took_over_lacks_commits()
    {
        _postgres.AddFollower();
        await using var server = PostgresServer.Of(_postgres.AddressOfBoth);
        await using var node = await OpenAsync(server);
        await using var other = PostgresServer.Of(_postgres.AddressOfBoth);
        await using var replica = await OpenAsync(other);
        await DecideAsync(node);
        await CaughtUpAsync();
        _postgres.DropStandby();
        await DecideAsync(replica);
        var lost = (await node.Statements.OutgoingAsync(Partner, 1, 1, 10, Soon)).Single();
        var held = Task.WhenAny(node.Recovery.WaitForHoldAsync(0, Soon), replica.Recovery.WaitForHoldAsync(0, Soon));
        _postgres.Kill();
        _postgres.ReturnStandby();
        _postgres.Promote();

        // Without anybody writing. Neither signs before the partner has told them what came second.
        await held;
        Assert.Equal(StreamHoldReason.Restored, (await node.Recovery.HoldAsync(Partner, Soon))?.Reason);
        var (sample, request) = (new Samples(), Samples.Request());
        await KeptAsync(() => replica.Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), Soon));
        Assert.Equal("stream_held", (await RefusedAsync(() => replica.Cases.ChangeAsync(sample.Case, request, null, (c, _) => Samples.Decide(c, Partner), Soon))).Facts["cause"]);
        var head = new StreamHead(1, 2, lost.Digest);
        Assert.Equal(StreamHoldReason.Behind, (await KeptAsync(() => node.Recovery.CompareAsync(Partner, head, Samples.Noon, Soon))).Hold);
        var before = (await node.Statements.OutgoingAsync(Partner, 1, 0, 10, Soon)).Single();
        var returned = new ReturnedStatement(new ReceivedStatement(new StreamPosition(1, 2, before.Digest), lost.Digest, CaseId.New(), StatementKind.Decided, lost.Statement), 1);
        await KeptAsync(() => node.Recovery.TakeBackAsync(Partner, [returned], Samples.Noon, Soon));
        Assert.True((await KeptAsync(() => node.Recovery.CompareAsync(Partner, head, Samples.Noon, Soon))).Released);
        await KeptAsync(() => replica.Cases.ChangeAsync(sample.Case, request, null, (c, _) => Samples.Decide(c, Partner), Soon));
        Assert.Equal([1, 2, 3], (await replica.Statements.OutgoingAsync(Partner, 1, 0, 10, Soon)).Select(s => (int)s.Sequence));
        Assert.Empty(await node.CheckAsync(Soon));
    }

    [PostgresFact]
    public async Task goes_on_at_once_when_commits_waited_for_the_standby_that_took_over()
    {
        _postgres.AddStandby();
        await using var server = PostgresServer.Of(_postgres.AddressOfBoth);
        await using var node = await OpenAsync(server);
        await DecideAsync(node);
        await DecideAsync(node);
        _postgres.Kill();
        _postgres.Promote();
        // The new one goes on alone, by the operator's word.
        await using (var operators = NpgsqlDataSource.Create($"Host={_postgres.Directory};Username=postgres"))
        {
            await using var alone = operators.CreateCommand("ALTER SYSTEM SET synchronous_standby_names = ''");
            await alone.ExecuteNonQueryAsync(Soon);
            await using var reload = operators.CreateCommand("SELECT pg_reload_conf()");
            await reload.ExecuteNonQueryAsync(Soon);
        }
        await DecideAsync(node);
        Assert.Null(await node.Recovery.HoldAsync(Partner, Soon));
        Assert.Equal([1, 2, 3], (await node.Statements.OutgoingAsync(Partner, 1, 0, 10, Soon)).Select(s => (int)s.Sequence));

        // From now on nothing waits, so the next failover counts.
        _postgres.AddFollower();
        await DecideAsync(node);
        await CaughtUpAsync();
        _postgres.Kill();
        _postgres.Promote();
        await node.Recovery.WaitForHoldAsync(0, Soon);
    }

    [PostgresFact]
    public async Task holds_every_stream_when_the_server_knows_less_than_was_seen_or_is_another_one()
    {
        await using var server = PostgresServer.Of(_postgres.Address);
        await using var ordinary = NpgsqlDataSource.Create($"Host={_postgres.Directory};Username=postgres");
        await using var node = await OpenAsync(server);
        await DecideAsync(node);
        var held = 0L;
        // What a disk that was put back under a running node looks like, and a schema that was put back on another server.
        foreach (var change in new[]
        {
            $"UPDATE \"{_schema}\".counter SET value = value - 1 WHERE name = 'case_change'; DELETE FROM \"{_schema}\".case_change c WHERE cursor > (SELECT value FROM \"{_schema}\".counter WHERE name = 'case_change')",
            $"UPDATE \"{_schema}\".schema_version SET server_identity = '1:00000001', server_awaited = true",
        })
        {
            await RunAsync(ordinary, change);
            Assert.Equal("stream_held", (await RefusedAsync(() => TryDecideAsync(node, new Samples()))).Facts["cause"]);
            Assert.Equal(++held, await node.Recovery.WaitForHoldAsync(held - 1, Soon));
            var own = (await node.Statements.OutgoingStreamsAsync(Soon)).Single().Head;
            Assert.True((await KeptAsync(() => node.Recovery.CompareAsync(Partner, own, Samples.Noon, Soon))).Released);
            await DecideAsync(node);
            Assert.Null(await node.Recovery.HoldAsync(Partner, Soon));
        }
        Assert.False(node.Recovery.WaitForHoldAsync(held, Soon).IsCompleted);
    }

    private static async Task RunAsync(NpgsqlDataSource source, string sql)
    {
#pragma warning disable CA2100 // The test's own text.
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Soon);
    }

    /// <summary>Waits until the follower has everything.</summary>
    private async Task CaughtUpAsync()
    {
        await using var main = NpgsqlDataSource.Create($"Host={_postgres.Directory};Username=postgres");
        await using var behind = main.CreateCommand("SELECT count(*) FROM pg_stat_replication WHERE application_name = 'copy' AND replay_lsn >= pg_current_wal_lsn()");
        for (var end = Soon; await behind.ExecuteScalarAsync(end) is 0L;) await Task.Delay(20, end);
    }

    private static async Task<Result<RecognitionCase>> TryDecideAsync(InstitutionDatabase node, Samples sample)
    {
        var opened = await node.Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), Soon);
        return opened.Failed(out _, out _) ? opened : await node.Cases.ChangeAsync(sample.Case, Samples.Request(), null, (c, _) => Samples.Decide(c, Partner), Soon);
    }

    private static async Task DecideAsync(InstitutionDatabase node)
    {
        var (sample, opening, deciding) = (new Samples(), Samples.Request(), Samples.Request());
        await KeptAsync(() => node.Cases.OpenAsync(opening, sample.Learner, sample.Files, _ => sample.Opening(), Soon));
        await KeptAsync(() => node.Cases.ChangeAsync(sample.Case, deciding, null, (c, _) => Samples.Decide(c, Partner), Soon));
    }

    private static async Task<T> KeptAsync<T>(Func<Task<Result<T>>> write) where T : notnull
    {
        for (var end = Soon; ;)
        {
            if (!(await write()).Failed(out var problem, out var kept)) return kept;
            Assert.Equal((ProblemCode.StoreUnavailable, "server_away"), (problem.Code, problem.Facts["cause"]));
            await Task.Delay(20, end);
        }
    }

    private static async Task<Problem> RefusedAsync(Func<Task<Result<RecognitionCase>>> write)
    {
        for (var end = Soon; ;)
        {
            Assert.True((await write()).Failed(out var problem, out _));
            if (problem!.Facts["cause"] != "server_away") return problem;
            await Task.Delay(20, end);
        }
    }

    private Task<InstitutionDatabase> OpenAsync(PostgresServer server) =>
        InstitutionDatabase.OpenAsync(server, _schema, Institution, "secret"u8, (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System);
}
