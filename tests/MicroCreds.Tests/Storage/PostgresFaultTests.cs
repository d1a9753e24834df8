using System.Collections.Concurrent;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Tests.Storage;

/// <summary>A server that crashes and comes back while two nodes write: what was acknowledged is there once, and a repeated request gets the first answer.</summary>
public sealed class PostgresFaultTests
{
    private const int Crashes = 2;
    private static readonly OrganisationId Institution = OrganisationId.Parse("uni-a.example");
    private static readonly OrganisationId Partner = OrganisationId.Parse("uni-b.example");

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    [PostgresFact]
    public async Task loses_and_doubles_nothing_when_the_server_crashes_and_says_unavailable_meanwhile()
    {
        using var postgres = new TestPostgres();
        await using var one = PostgresServer.Of(postgres.Address);
        await using var other = PostgresServer.Of(postgres.Address);
        await using var first = await OpenAsync(one);
        await using var second = await OpenAsync(other);
        var (acknowledged, refused, stop) = (new ConcurrentBag<(ChangeRequest Request, RecognitionCase Case)>(), 0, false);
        var reached = new ConcurrentQueue<bool>();
        one.ReachableChanged += reached.Enqueue;
        var writers = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            while (!Volatile.Read(ref stop)) await DecideAsync(i % 2 == 0 ? first : second);
        })).ToArray();
        for (var crash = 0; crash < Crashes; crash++)
        {
            var before = acknowledged.Count;
            while (acknowledged.Count < before + 20) await Task.Delay(5);
            postgres.Crash();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => first.Cases.FindAsync(CaseId.New(), Soon));
            postgres.Start();
        }
        Volatile.Write(ref stop, true);
        await Task.WhenAll(writers);

        Assert.Empty(await first.CheckAsync(Soon));
        Assert.NotEqual(0, refused);
        var sent = await first.Statements.OutgoingAsync(Partner, 1, 0, int.MaxValue, Soon);
        Assert.Equal(acknowledged.Count, sent.Length);
        Assert.Equal(Enumerable.Range(1, sent.Length).Select(n => (long)n), sent.Select(s => s.Sequence));
        foreach (var (request, answer) in acknowledged)
            Assert.Null(FullValue.FirstDifference(answer, Kept(await second.Cases.FindReplayAsync(request, Soon)).Case));
        Assert.Equal(acknowledged.Count, acknowledged.Select(a => a.Case.Application.Case).Distinct().Count());
        Assert.False(first.Broken.IsCompleted);
        Assert.Contains(false, reached);
        while (!reached.Last()) await Task.Delay(5);

        async Task DecideAsync(InstitutionDatabase database)
        {
            var (sample, opening, deciding) = (new Samples(), Samples.Request(), Samples.Request());
            await UntilKeptAsync(() => database.Cases.OpenAsync(opening, sample.Learner, sample.Files, _ => sample.Opening(), Soon));
            acknowledged.Add((deciding, await UntilKeptAsync(() => database.Cases.ChangeAsync(sample.Case, deciding, null, (c, _) => Samples.Decide(c, Partner), Soon))));
        }

        async Task<T> UntilKeptAsync<T>(Func<Task<Result<T>>> write) where T : notnull
        {
            while (true)
            {
                if (!(await write()).Failed(out var problem, out var kept)) return kept;
                Assert.Equal((ProblemCode.StoreUnavailable, "server_away"), (problem.Code, problem.Facts["cause"]));
                Interlocked.Increment(ref refused);
                await Task.Delay(20);
            }
        }
    }

    [PostgresFact]
    public async Task says_of_a_connection_that_was_lost_unnoticed_that_the_server_is_away()
    {
        await using var server = PostgresServer.Of(TestPostgres.Shared);
        await using var connection = server.Source.OpenConnection();
        using var session = new PostgresSession(connection);
        session.Begin("public", readOnly: false);
        session.Flush();
        await connection.CloseAsync();
        session.Execute("ROLLBACK");
        Assert.True(PostgresFaults.IsAway(Assert.Throws<Npgsql.NpgsqlException>(session.Flush)));
    }

    [PostgresFact]
    public async Task refuses_to_start_on_a_server_without_fsync()
    {
        using var postgres = new TestPostgres();
        postgres.Crash();
        postgres.Start("-c fsync=off");
        await using var server = PostgresServer.Of(postgres.Address);
        Assert.Contains("fsync = off", (await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(server))).Message, StringComparison.Ordinal);
    }

    private static T Kept<T>(Result<T> result) where T : notnull => result.Failed(out var problem, out var value) ? throw new InvalidOperationException(problem.Message) : value;

    private static Task<InstitutionDatabase> OpenAsync(PostgresServer server) =>
        InstitutionDatabase.OpenAsync(server, Institution, "secret"u8, (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System);
}
