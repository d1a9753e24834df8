using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Pilot;
using MicroCreds.Federation.Tests.Replicas;
using MicroCreds.Federation.V1;
using MicroCreds.Tests.Storage;
using Xunit.Abstractions;

namespace MicroCreds.Federation.Tests.Faults;

/// <summary>
/// Three replicas behind HAProxy over a PostgreSQL server with a standby, under steady load, while one thing after the other breaks. What was acknowledged
/// is there at the end, once and in order, here and at the partner. <c>MICROCREDS_FAULT_SECONDS=1800</c> runs for half an hour.
/// </summary>
[Collection(RunningReplicas.Name)] // Not beside the other tests of replicas: each has as many processes as a machine likes.
public sealed class FaultRunTests(ITestOutputHelper output)
{
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(30);
    // Keeps a run that hangs from hanging for ever; a slow machine is not a failure.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Dictionary<Fault, int> _inflicted = Enum.GetValues<Fault>().ToDictionary(f => f, _ => 0);

    [HaproxyFact]
    public async Task nothing_acknowledged_is_lost_doubled_or_reordered_whatever_breaks()
    {
        var seed = Environment.GetEnvironmentVariable("MICROCREDS_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        var length = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("MICROCREDS_FAULT_SECONDS") is { Length: > 0 } seconds ? int.Parse(seconds, CultureInfo.InvariantCulture) : 60);
        output.WriteLine($"MICROCREDS_SEED={seed} repeats the faults, as far as the machine repeats its own.");
        var postgres = new TestPostgres();
        postgres.AddStandby();
        var relays = Enumerable.Range(0, 3).Select(_ => new StoreRelay(postgres.Sockets)).ToList();
        await using var node = await ReplicatedNode.StartAsync(postgres, replica => relays[replica].Address, behindHaproxy: true);
        using var patience = new CancellationTokenSource(length + Patience);
        await using var load = new SteadyLoad(node, seed.ToString(CultureInfo.InvariantCulture), patience.Token);
        await ProgressAsync(load);

        var start = Stopwatch.GetTimestamp();
        var plan = new FaultPlan(seed);
        var asleep = plan.Replica(0);
        var sleep = node.PauseAsync(asleep, LongPause);
        _inflicted[Fault.Pause]++;
        while (Stopwatch.GetElapsedTime(start) < length || _inflicted.ContainsValue(0))
        {
            if (sleep.IsCompleted) asleep = plan.Replica(asleep);
            await InflictAsync(plan.Next(), node, relays, plan, asleep);
            await ProgressAsync(load);
            await node.NoneEndedByItselfAsync();
        }
        await sleep;
        await load.FinishAsync();
        await JudgeAsync(node, load, patience.Token);
        foreach (var relay in relays) await relay.DisposeAsync();
    }

    private async Task InflictAsync(Fault fault, ReplicatedNode node, List<StoreRelay> relays, FaultPlan plan, int spared)
    {
        _inflicted[fault]++;
        var victim = plan.Replica(spared);
        var began = Stopwatch.GetTimestamp();
        switch (fault)
        {
            case Fault.Kill:
                await node.KillAsync(victim);
                await node.StartAsync(victim);
                break;
            case Fault.Pause:
                await node.PauseAsync(victim, plan.Between(3, 8));
                break;
            case Fault.Cut:
                relays[victim].Cut();
                await Task.Delay(plan.Between(1, 6));
                relays[victim].Mend();
                break;
            case Fault.Stall:
                relays[victim].Stall();
                await Task.Delay(plan.Between(4, 12));
                relays[victim].Mend();
                break;
            case Fault.Restart:
                node.Postgres.Kill();
                await Task.Delay(plan.Between(0, 3));
                node.Postgres.Start();
                break;
            case Fault.FailOver:
                node.Postgres.Kill();
                await Task.Delay(plan.Between(0, 2));
                node.Postgres.Promote();
                node.Postgres.AddStandby();
                break;
            case Fault.FreezeStandby:
                node.Postgres.FreezeStandby();
                await Task.Delay(plan.Between(2, 6));
                node.Postgres.ThawStandby();
                break;
            default:
                throw new UnreachableException();
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fault}{(fault is Fault.Kill or Fault.Pause or Fault.Cut or Fault.Stall ? $" of replica {victim}" : "")}: {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
    }

    private static async Task ProgressAsync(SteadyLoad load)
    {
        var decided = load.Decided.Count;
        await TestFederation.UntilAsync("decisions go on", Patience, () => Task.FromResult(load.Decided.Count >= decided + 20));
    }

    private async Task JudgeAsync(ReplicatedNode node, SteadyLoad load, CancellationToken patience)
    {
        var (madrid, decided) = (node.Madrid.Client, load.Decided);
        StreamHead? sent = null;
        await TestFederation.UntilAsync("everything sent is receipted", Patience, async () =>
        {
            sent = (await RomaAsync(roma => roma.Exchange.GetHeadsAsync(new(), roma.Call(patience)).ResponseAsync)).Outgoing.Single(h => h.Audience == PilotInstitution.Madrid.Organisation.Value);
            return sent.ReceiptedSequence == sent.Sequence;
        });
        var received = (await madrid.Exchange.GetHeadsAsync(new(), madrid.Call(patience))).Incoming.Single(h => h.Issuer == PilotInstitution.Roma.Organisation.Value);
        await TestFederation.UntilAsync("the watcher has seen every case", Patience, () => Task.FromResult(decided.Keys.ToHashSet().IsSubsetOf(load.Seen.Select(s => s.Case))));

        var (lost, twice) = (0, load.Doubled.Count);
        var places = new Dictionary<long, string>();
        foreach (var (one, ofPartner) in decided)
        {
            var read = (await RomaAsync(roma => roma.Recognition.GetCaseAsync(new() { CaseId = one }, roma.Call(patience)).ResponseAsync)).RecognitionCase;
            if (read.Decisions.Count == 0) lost++;
            if (read.Decisions.Count > 1) twice++;
            if (!ofPartner) continue;
            var here = (await RomaAsync(roma => roma.Recognition.GetEvidenceAsync(new() { CaseId = one }, roma.Call(patience)).ResponseAsync)).Statements;
            var there = (await madrid.Recognition.GetEvidenceAsync(new() { CaseId = one }, madrid.Call(patience))).Statements;
            if (here.Count == 0 || there.Count == 0) lost++;
            if (here.Count > 1 || there.Count > 1) twice++;
            Assert.Equal(here.Select(s => (s.Sequence, s.Digest, s.Statement.Jws)), there.Select(s => (s.Sequence, s.Digest, s.Statement.Jws)));
            foreach (var statement in here) Assert.True(places.TryAdd(statement.Sequence, one), $"two cases have the place {statement.Sequence}");
        }
        var seen = load.Seen.ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"""
            {_inflicted[Fault.Kill]} kills, {_inflicted[Fault.Pause]} pauses, {_inflicted[Fault.Cut]} cuts and {_inflicted[Fault.Stall]} stalls of replicas; {_inflicted[Fault.Restart]} restarts, {_inflicted[Fault.FailOver]} failovers and {_inflicted[Fault.FreezeStandby]} silent standbys of the database.
            acknowledged: {decided.Count}, of them sent to the partner: {sent!.Sequence}; lost: {lost}, doubled: {twice}
            answered after a refusal with the same request id: {load.Retried}; asked again and given the first answer: {load.Repeated}, another answer: {load.OtherAnswers.Count}
            changes watched: {seen.Count}, the watch resumed {load.Resumed} times; longest time without any answer: {load.LongestSilence.TotalSeconds:0.0} s
            refusals: {string.Join(", ", load.Refusals.OrderBy(r => r.Key.Status).Select(r => $"{r.Value} {r.Key.Status} {r.Key.Detail}".TrimEnd()))}
            """));
        Assert.Equal((0, 0), (lost, twice));
        Assert.Empty(load.OtherAnswers);
        Assert.Equal(decided.Count(d => d.Value), sent.Sequence);
        Assert.Equal((sent.Sequence, sent.HeadDigest), (received.Sequence, received.HeadDigest));
        Assert.Equal(Enumerable.Range(1, places.Count).Select(n => (long)n), places.Keys.Order());
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(n => (long)n), seen.Select(s => s.Cursor));
        Assert.Equal(decided.Count, seen.Select(s => s.Case).Distinct().Count());
        // A stream that is reset, by the balancer or by a node when the caller's deadline has come, is CANCELLED to clients; no node answers so.
        Assert.All(load.Refusals.Keys, refusal => Assert.True(
            refusal.Status is StatusCode.Unavailable or StatusCode.DeadlineExceeded || (refusal.Status == StatusCode.Cancelled && refusal.Detail.Contains("HTTP/2 error code 'CANCEL'", StringComparison.Ordinal)), $"{refusal}"));
        foreach (var configuration in new[] { node.ConfigurationOf(0), node.ConfigurationOf(null) }) await CheckAsync(configuration);

        // A replica may still be on its way back.
        Task<T> RomaAsync<T>(Func<NodeClient, Task<T>> call) => TestFederation.RetryAsync(() => node[0], roma => call(roma.Client), patience);
    }

    private async Task CheckAsync(string configuration)
    {
        using var check = Process.Start(new ProcessStartInfo("dotnet", [TestFederation.Program(), "check", "--config", configuration]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await check.StandardOutput.ReadToEndAsync();
        await check.WaitForExitAsync();
        output.WriteLine(said);
        Assert.Equal(0, check.ExitCode);
    }
}
