using System.Collections.Concurrent;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;
using Npgsql;

namespace MicroCreds.Tests.Storage;

/// <summary>Several nodes over one schema, each with connections of its own and none that leads: what one writer promises, all of them keep together.</summary>
[NeedsPostgres]
public sealed class PostgresReplicaTests : IAsyncLifetime
{
    private const int Replicas = 3;
    private static readonly OrganisationId Partner = OrganisationId.Parse("uni-b.example");
    private readonly string _schema = PostgresSchemaTests.NewSchema();
    private readonly List<PostgresServer> _servers = [];
    private readonly List<InstitutionDatabase> _replicas = [];

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public async Task InitializeAsync()
    {
        if (TestPostgres.NoServerAtAll is not null) return;
        for (var i = 0; i < Replicas; i++)
        {
            _servers.Add(PostgresServer.Of($"{TestPostgres.Shared}&application_name={_schema}.{i}"));
            _replicas.Add(await InstitutionDatabase.OpenAsync(_servers[i], _schema, OrganisationId.Parse("uni-a.example"), "secret"u8, (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System));
        }
    }

    public async Task DisposeAsync()
    {
        if (_replicas.Count > 0) Assert.Empty(await _replicas[0].CheckAsync(Soon));
        foreach (var replica in _replicas) await replica.DisposeAsync();
        foreach (var server in _servers) await server.DisposeAsync();
    }

    [EngineFact]
    public async Task lets_one_of_64_deciders_win_each_case()
    {
        const int Cases = 50, Deciders = 64;
        var cases = new List<RecognitionCase>();
        for (var i = 0; i < Cases; i++) cases.Add(await OpenAsync(i));
        var winners = new ConcurrentDictionary<CaseId, int>();
        await Task.WhenAll(Enumerable.Range(0, Deciders).Select(decider => Task.Run(async () =>
        {
            foreach (var c in cases)
            {
                var answer = await _replicas[decider % Replicas].Cases.ChangeAsync(c.Application.Case, Samples.Request(), c.EventCount, (now, _) => Samples.Decide(now, Partner), Soon);
                if (answer.Failed(out var problem, out _)) Assert.Equal(ProblemCode.ConcurrentChange, problem.Code);
                else winners.AddOrUpdate(c.Application.Case, 1, (_, before) => before + 1);
            }
        })));

        Assert.Equal(Cases, winners.Count);
        Assert.All(winners.Values, count => Assert.Equal(1, count));
        foreach (var replica in _replicas)
        {
            Assert.Equal(Enumerable.Range(1, 2 * Cases).Select(n => (long)n), (await replica.Cases.ChangesAsync(0, 1000, Soon)).Select(n => n.Cursor));
            Assert.Equal(Enumerable.Range(1, Cases).Select(n => (long)n), (await replica.Statements.OutgoingAsync(Partner, 1, 0, 1000, Soon)).Select(s => s.Sequence));
        }
    }

    [EngineFact]
    public async Task gives_one_answer_to_one_request_that_comes_to_all_at_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var (sample, request) = (new Samples(), Samples.Request());
            var answers = await Task.WhenAll(_replicas.Select(r => Task.Run(() => r.Cases.OpenAsync(request, sample.Learner, sample.Files, _ => sample.Opening(), Soon))));
            foreach (var answer in answers) Assert.Null(FullValue.FirstDifference(Kept(answers[0]), Kept(answer)));
        }
        Assert.Equal(20, (await _replicas[0].Cases.ChangesAsync(0, 1000, Soon)).Length);
    }

    [EngineFact]
    public async Task counts_a_credential_once_when_two_cases_of_a_learner_are_decided_at_once()
    {
        var learner = new Samples().Learner;
        var cases = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => OpenAsync(i, learner)));
        var answers = await Task.WhenAll(cases.Select((c, i) => Task.Run(() => _replicas[i % Replicas].Cases.ChangeAsync(
            c.Application.Case, Samples.Request(), null,
            (now, ledger) => ledger.Entries.Length > 0 ? Problem.Of(ProblemCode.AlreadyCounted, "counted") : Samples.Decide(now), Soon))));
        Assert.Single(answers, a => !a.Failed(out _, out _));
        Assert.Single((await _replicas[1].Cases.LedgerAsync(learner, Soon)).Entries);
    }

    [EngineFact]
    public async Task wakes_those_who_wait_at_another_replica()
    {
        var (change, publication, outgoing) = (_replicas[1].Cases.WaitForChangeAsync(0, Soon), _replicas[1].Equivalences.WaitForPublicationAsync(0, Soon), _replicas[1].Statements.WaitForOutgoingAsync(0, Soon));
        var opened = await OpenAsync(0);
        await change;
        Assert.Equal(opened.Application.Case, (await _replicas[1].Cases.ChangesAsync(0, 10, Soon)).Single().Case.Case);
        Assert.False(publication.IsCompleted);
        Kept(await _replicas[0].Cases.ChangeAsync(opened.Application.Case, Samples.Request(), null, (c, _) => Samples.Decide(c, Partner), Soon));
        await outgoing;
        var table = TableId.Parse("main");
        Kept(await _replicas[0].Equivalences.EditDraftAsync(table, Samples.Request(), null, _ => FullValue.Of<EquivalenceDraft>(), Soon));
        Kept(await _replicas[0].Equivalences.PublishAsync(table, Samples.Request(), null, (draft, version) => FullValue.Of<EquivalenceTable>() with { Id = draft.Id, Version = version }, Soon));
        await publication;
    }

    [EngineFact]
    public async Task wakes_them_although_every_connection_of_theirs_is_cut()
    {
        for (var cut = 0; cut < 3; cut++)
        {
            var waiting = _replicas[1].Cases.WaitForChangeAsync(cut, Soon);
            Assert.NotEqual(0, Number($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{_schema}.1'"));
            await OpenAsync(0);
            await waiting;
            Assert.Equal(cut + 1, (await _replicas[1].Cases.ChangesAsync(cut, 10, Soon)).Single().Cursor);
        }
    }

    [EngineFact]
    public async Task ends_the_transaction_of_a_replica_that_is_paused_in_its_middle()
    {
        using var decided = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var (sample, request, tries) = (new Samples(), Samples.Request(), 0);
        var paused = Task.Run(() => _replicas[0].Cases.OpenAsync(
            request, sample.Learner, sample.Files,
            _ =>
            {
                // The lock is held by a process that does nothing more; when it goes on, its transaction is gone and it begins another.
                if (++tries == 1)
                {
                    decided.Set();
                    Assert.True(goOn.Wait(TimeSpan.FromSeconds(50)));
                }
                return sample.Opening();
            },
            Soon));
        Assert.True(decided.Wait(TimeSpan.FromSeconds(30)));
        // The others wait for less than their patience, and go on.
        var other = await OpenAsync(1);
        Assert.False(paused.IsCompleted);
        Assert.Null(await _replicas[1].Cases.FindAsync(sample.Case, Soon));
        goOn.Set();
        var opened = Kept(await paused);
        Assert.Equal(2, tries);
        Assert.Equal([other.Application.Case, opened.Application.Case], (await _replicas[2].Cases.ChangesAsync(0, 10, Soon)).Select(n => n.Case.Case));
    }

    [EngineFact]
    public void gives_writers_less_time_to_do_nothing_than_readers()
    {
        foreach (var (readOnly, limit) in new[] { (false, "3s"), (true, "15s") })
        {
            using var session = new PostgresSession(_servers[0].Source.OpenConnection());
            session.Begin(_schema, readOnly);
            Assert.Equal($"{limit} 20s", session.First("SELECT current_setting('idle_in_transaction_session_timeout') || ' ' || current_setting('lock_timeout')", r => r.GetString(0)));
            session.ExecuteOnce("COMMIT");
            Assert.Equal("15s", session.First("SELECT current_setting('idle_in_transaction_session_timeout')", r => r.GetString(0)));
        }
    }

    private static T Kept<T>(Result<T> result) where T : notnull => result.Failed(out var problem, out var value) ? throw new InvalidOperationException(problem.Message) : value;

    private async Task<RecognitionCase> OpenAsync(int replica, LearnerKey? learner = null)
    {
        var sample = learner is null ? new Samples() : new Samples { Learner = learner };
        return Kept(await _replicas[replica % Replicas].Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), Soon));
    }

    private long Number(string sql)
    {
        using var connection = _servers[0].Source.OpenConnection();
#pragma warning disable CA2100 // The test's own text.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return Assert.IsType<long>(command.ExecuteScalar());
    }
}
