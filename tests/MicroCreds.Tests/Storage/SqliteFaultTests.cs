using System.Text;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Storage;
using MicroCreds.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace MicroCreds.Tests.Storage;

/// <summary>What the store does when the disk does not.</summary>
public sealed class SqliteFaultTests : IAsyncLifetime, IDisposable
{
    private static readonly OrganisationId Institution = OrganisationId.Parse("uni-a.example");
    private readonly TemporaryDirectory _directory = new();
    private SqliteDatabase _database = null!;
    private CaseStore _cases = null!;

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public Task InitializeAsync()
    {
        Open();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task refuses_writes_on_a_full_disk_reads_on_and_resumes()
    {
        await WriteAsync(t => t.Session.Number("PRAGMA max_page_count = 150"));
        var (kept, refused) = (new List<RecognitionCase>(), new List<Problem>());
        while (refused.Count < 100)
        {
            foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => OpenCaseAsync(3000)))))
            {
                if (answer.Failed(out var problem, out var opened)) refused.Add(problem);
                else kept.Add(opened);
            }
        }
        Assert.All(refused, p => Assert.Equal((ProblemCode.StoreUnavailable, "disk_full"), (p.Code, p.Facts["cause"])));
        Assert.NotEmpty(kept);
        foreach (var c in kept) Assert.NotNull(await _cases.FindAsync(c.Application.Case, Soon));
        Assert.Equal(kept.Count, (await _cases.ChangesAsync(0, 1000, Soon)).Length);

        await WriteAsync(t => t.Session.Number("PRAGMA max_page_count = 100000"));
        Assert.False((await OpenCaseAsync(3000)).Failed(out _, out _));
        Assert.Equal(kept.Count + 1, (await _cases.ChangesAsync(kept.Count, 10, Soon)).Single().Cursor);
        Assert.False(_database.Broken.IsCompleted);
        await ExpectSoundAsync();
    }

    [Fact]
    public async Task acknowledges_nothing_of_a_batch_that_met_a_disk_fault_and_stops_writing()
    {
        Assert.False((await OpenCaseAsync(10)).Failed(out _, out _));
        using var go = new SemaphoreSlim(0);
        var holding = await HoldWriterAsync(go);
        var before = Enumerable.Range(0, 5).Select(_ => OpenCaseAsync(10)).ToList();
        var faulty = WriteAsync(_ => throw new SqliteException("disk I/O error", 10));
        var after = Enumerable.Range(0, 5).Select(_ => OpenCaseAsync(10)).ToList();
        go.Release();
        await holding.Done;

        await Assert.ThrowsAsync<StoreUnusableException>(() => faulty);
        foreach (var write in before.Concat(after)) await Assert.ThrowsAsync<StoreUnusableException>(() => write);
        Assert.Contains("disk I/O error", (await _database.Broken.WaitAsync(Soon)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnusableException>(() => OpenCaseAsync(10));
        Assert.Single(await _cases.ChangesAsync(0, 10, Soon));

        await _database.DisposeAsync();
        Assert.InRange(new FileInfo(_directory.File("a.db-wal")).Length, 1, long.MaxValue);
        Open();
        Assert.Single(await _cases.ChangesAsync(0, 10, Soon));
        Assert.False((await OpenCaseAsync(10)).Failed(out _, out _));
        await ExpectSoundAsync();
    }

    [Fact]
    public async Task keeps_the_log_short_while_writing()
    {
        for (var i = 0; i < 150; i++) Assert.False((await OpenCaseAsync(200_000)).Failed(out _, out _));
        Assert.InRange(new FileInfo(_directory.File("a.db-wal")).Length, 1, 10_000_000);
        await ExpectSoundAsync();
    }

    [Fact]
    public async Task finishes_accepted_writes_when_closed_and_refuses_later_ones()
    {
        using var go = new SemaphoreSlim(0);
        var holding = await HoldWriterAsync(go);
        var accepted = Enumerable.Range(0, 100).Select(_ => OpenCaseAsync(10)).ToList();
        var waiting = _cases.WaitForChangeAsync(1000, Soon);
        var closing = _database.DisposeAsync().AsTask();
        go.Release();
        await Task.WhenAll(closing, holding.Done);

        Assert.All(await Task.WhenAll(accepted), answer => Assert.False(answer.Failed(out _, out _)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.True((await OpenCaseAsync(10)).Failed(out var problem, out _));
        Assert.Equal((ProblemCode.StoreUnavailable, "closing"), (problem.Code, problem.Facts["cause"]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _cases.FindAsync(CaseId.New(), Soon));
        Open();
        Assert.Equal(100, (await _cases.ChangesAsync(0, 1000, Soon)).Length);
    }

    [Fact]
    public async Task waits_outside_when_too_much_is_waiting_and_loses_nothing()
    {
        using var go = new SemaphoreSlim(0);
        var holding = await HoldWriterAsync(go);
        var writes = Enumerable.Range(0, StoreWriter.MaxWaiting + 200).Select(_ => OpenCaseAsync(10)).ToList();
        go.Release();
        await holding.Done;
        Assert.All(await Task.WhenAll(writes), answer => Assert.False(answer.Failed(out _, out _)));
    }

    [Fact]
    public async Task leaves_no_trace_of_what_was_deleted_once_closed()
    {
        Assert.False((await OpenCaseAsync(10)).Failed(out _, out var opened));
        var canary = "canary-" + RequestId.New();
        Assert.False((await ChangeAsync(c => Samples.Decide(c).Failed(out var none, out var decided) ? none : decided with { Ledger = [decided.Ledger!.Value[0] with { CredentialId = canary }] })).Failed(out _, out _));
        Assert.False((await ChangeAsync(c => new CaseTransition { Events = [new CaseEvent.Assigned(Actor.Node, Samples.Noon, "bert")], Ledger = [] })).Failed(out _, out _));
        await _database.DisposeAsync();
        foreach (var file in new[] { "a.db", "a.db-wal", "a.db-shm" }.Select(_directory.File).Where(File.Exists))
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary)));
        Open();

        Task<Result<RecognitionCase>> ChangeAsync(Func<RecognitionCase, Result<CaseTransition>> change) =>
            _cases.ChangeAsync(opened!.Application.Case, Samples.Request(), null, (c, _) => change(c), Soon);
    }

    [Fact]
    public async Task names_damage_met_while_reading()
    {
        Assert.False((await OpenCaseAsync(10)).Failed(out _, out var opened));
        await WriteAsync(t => t.Session.Execute("UPDATE case_event SET document = x'7b7d'"));
        var damage = await Assert.ThrowsAsync<StoreUnusableException>(() => _cases.FindAsync(opened!.Application.Case, Soon));
        Assert.Contains("is damaged", damage.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await _cases.ChangesAsync(0, 10, Soon)).Single().Cursor);
    }

    private void Open()
    {
        _database = SqliteDatabase.Open(_directory.File("a.db"), Institution);
        _cases = new CaseStore(_database, (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System);
    }

    private Task<Result<RecognitionCase>> OpenCaseAsync(int fileSize)
    {
        var sample = new Samples { Files = [System.Security.Cryptography.RandomNumberGenerator.GetBytes(fileSize)] };
        return _cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), Soon);
    }

    /// <summary>Keeps the writer busy until <paramref name="go"/> is released, so that what is written meanwhile comes in one batch.</summary>
    private async Task<(Task Done, bool Held)> HoldWriterAsync(SemaphoreSlim go)
    {
        var held = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = WriteAsync(_ =>
        {
            held.SetResult(true);
            go.Wait(Soon);
        });
        return (done, await held.Task);
    }

    private async Task WriteAsync(Action<WriteTransaction> work) => await _database.WriteAsync<string>(
        transaction =>
        {
            work(transaction);
            return "";
        },
        Soon);

    private async Task ExpectSoundAsync() => Assert.Empty(await _database.ReadAsync(StoreCheck.Run, Soon));
}
