using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Cli.Pilot;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Tests.Storage;
using Xunit.Abstractions;

namespace MicroCreds.Federation.Tests.Replicas;

/// <summary>Three processes of one institution over one PostgreSQL server: none leads, any may die, the server may crash; nothing acknowledged is lost, doubled or out of order.</summary>
[Collection(RunningReplicas.Name)]
public sealed class ReplicaTests(RunningReplicas running, ITestOutputHelper output)
{
    // Keeps a run that hangs from hanging for ever; a slow machine is not a failure.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [PostgresFact]
    public async Task replicas_that_are_killed_and_a_server_that_crashes_lose_double_and_reorder_nothing()
    {
        var node = await running.WholeAsync();
        using var patience = new CancellationTokenSource(Patience);
        var before = (await node[0].Client.Recognition.ListCasesAsync(new() { PageSize = 1000 }, node[0].Client.Call(patience.Token))).Cases.Count;
        using var stop = new CancellationTokenSource();
        var (acknowledged, refusals, seen) = (new ConcurrentBag<(string Case, bool OfPartner)>(), new ConcurrentBag<RpcException>(), new ConcurrentQueue<(long Cursor, string Case)>());
        var watcher = WatchAsync(node, seen, patience.Token);
        // Half of them call the replicas, half the partner's node, which calls the address before the replicas and is sent the decisions.
        var submitters = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var attempt = i;
                PilotNode Next() => worker % 2 == 0 ? node[attempt++] : node.Madrid;
                acknowledged.Add(((await SubmitAsync(Next, TestFederation.StatisticsOf(node.Consortium, $"{worker}-{i}"), "STAT", refusals, patience.Token)).CaseId, worker % 2 != 0));
            }
        })).ToArray();

        await DecidedAsync();
        await node.KillAsync(0);
        await DecidedAsync();
        node.Postgres.Crash();
        await TestFederation.UntilAsync("callers are told that the store is away", Patience, () => Task.FromResult(refusals.Any(r => r.StatusCode == StatusCode.Unavailable)));
        node.Postgres.Start();
        await DecidedAsync();
        await node.StartAsync(0);
        await node.KillAsync(1);
        await DecidedAsync();
        await stop.CancelAsync();
        await Task.WhenAll(submitters);

        var cases = acknowledged.Select(a => a.Case).ToList();
        output.WriteLine($"{cases.Count} decisions were acknowledged over 2 kills and 1 crash; callers were refused {refusals.Count} times: {string.Join(", ", refusals.GroupBy(r => r.StatusCode).Select(g => $"{g.Key} {g.Count()}"))}.");
        Assert.Equal(cases.Count, cases.Distinct().Count());
        // A replica that dies ends the calls it holds: for the caller, that is UNAVAILABLE too.
        Assert.Empty(refusals.Where(r => r.StatusCode != StatusCode.Unavailable).Select(r => r.ToString()));

        StreamHead? sent = null;
        await TestFederation.UntilAsync("everything sent is receipted", Patience, async () =>
        {
            sent = (await HeadsAsync(node[0])).Outgoing.Single(h => h.Audience == PilotInstitution.Madrid.Organisation.Value);
            return sent.ReceiptedSequence == sent.Sequence;
        });
        var received = (await HeadsAsync(node.Madrid)).Incoming.Single(h => h.Issuer == PilotInstitution.Roma.Organisation.Value);
        Assert.NotNull(sent);
        Assert.Equal((acknowledged.Count(a => a.OfPartner), sent.HeadDigest), (sent.Sequence, received.HeadDigest));

        await TestFederation.UntilAsync("the watcher has seen every case", Patience, () => Task.FromResult(cases.ToHashSet().IsSubsetOf(seen.Select(s => s.Case))));
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(n => (long)n), seen.Select(s => s.Cursor));
        Assert.Equal(before + cases.Count, seen.Select(s => s.Case).Distinct().Count());
        await patience.CancelAsync();
        await watcher;

        async Task DecidedAsync()
        {
            var decided = acknowledged.Count;
            await TestFederation.UntilAsync("decisions go on", Patience, () => Task.FromResult(acknowledged.Count >= decided + 10));
        }
    }

    [PostgresFact]
    public async Task one_of_64_deciders_at_three_replicas_wins_each_case()
    {
        const int Deciders = 64;
        var count = Environment.GetEnvironmentVariable("MICROCREDS_CONTESTED_CASES") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 20;
        var node = await running.WholeAsync();
        using var patience = new CancellationTokenSource(Patience + TimeSpan.FromMilliseconds(500L * count));
        var cases = new ConcurrentBag<RecognitionCase>();
        await Parallel.ForAsync(0, count, patience.Token, async (i, stop) => cases.Add(await SubmitAsync(() => node[i], TestFederation.VolunteeringOf(node.Consortium, $"contested-{i}"), "ALTRE-3", [], stop)));
        Assert.All(cases, c => Assert.Equal(RecognitionCase.Types.State.Referred, c.State));
        var order = cases.ToList();

        var start = Stopwatch.GetTimestamp();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Deciders).Select(decider => Task.Run(async () =>
        {
            var answers = new List<(string Case, StatusCode Status)>(order.Count);
            foreach (var c in order) answers.Add((c.CaseId, await DecideAsync(node[decider], c, patience.Token)));
            return answers;
        })));
        var time = Stopwatch.GetElapsedTime(start);
        foreach (var answers in outcomes.SelectMany(o => o).GroupBy(a => a.Case))
        {
            Assert.Single(answers, a => a.Status == StatusCode.OK);
            Assert.All(answers.Where(a => a.Status != StatusCode.OK), a => Assert.Contains(a.Status, new[] { StatusCode.Aborted, StatusCode.FailedPrecondition }));
            var read = await node[2].Client.Recognition.GetCaseAsync(new() { CaseId = answers.Key }, node[2].Client.Call(patience.Token));
            Assert.Single(read.RecognitionCase.Decisions);
        }
        var perReplica = outcomes.SelectMany((o, decider) => o.Where(a => a.Status == StatusCode.OK).Select(_ => decider % 3)).CountBy(replica => replica).OrderBy(r => r.Key).Select(r => r.Value);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{order.Count} cases, {Deciders} deciders each, {order.Count * Deciders} calls in {time.TotalSeconds:0.0} s: {order.Count} winners ({string.Join(" + ", perReplica)} by replica), {outcomes.Sum(o => o.Count(a => a.Status != StatusCode.OK))} told that they came too late."));
    }

    private static async Task<StatusCode> DecideAsync(PilotNode replica, RecognitionCase read, CancellationToken cancellationToken)
    {
        try
        {
            await replica.Client.Assessment.DecideCaseAsync(
                new() { Change = new() { RequestId = RequestId.New().Value, CaseId = read.CaseId, Etag = read.Etag }, Decision = new() { Outcome = DecisionOutcome.Full, Statement = "All learning outcomes of the unit are shown." } },
                replica.Client.Call(cancellationToken));
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    private static async Task<RecognitionCase> SubmitAsync(
        Func<PilotNode> next, byte[] credential, string unit, ConcurrentBag<RpcException> refusals, CancellationToken cancellationToken)
    {
        var request = new SubmitCredentialRequest { RequestId = RequestId.New().Value, Institution = PilotInstitution.Roma.Organisation.Value, Credential = ByteString.CopyFrom(credential), Target = new() { Programme = "L-19", Unit = unit } };
        while (true)
        {
            try
            {
                var client = next().Client;
                return (await client.Recognition.SubmitCredentialAsync(request, client.Call(cancellationToken))).RecognitionCase;
            }
            catch (RpcException e) when (e.StatusCode is not (StatusCode.InvalidArgument or StatusCode.AlreadyExists))
            {
                refusals.Add(e);
                await Task.Delay(50, cancellationToken);
            }
            catch (ObjectDisposedException)
            {
                // The replica was killed between two lines of this test.
            }
        }
    }

    /// <summary>Watches at one replica, and at the next one after the last cursor when the stream ends.</summary>
    private static async Task WatchAsync(ReplicatedNode node, ConcurrentQueue<(long, string)> seen, CancellationToken cancellationToken)
    {
        var cursor = "";
        for (var replica = 1; !cancellationToken.IsCancellationRequested; replica++)
        {
            try
            {
                var client = node[replica].Client;
                using var watch = client.Recognition.WatchCases(new() { AfterCursor = cursor }, client.Watch(cancellationToken));
                await foreach (var message in watch.ResponseStream.ReadAllAsync(cancellationToken))
                {
                    if (message.RecognitionCase is { } changed) seen.Enqueue((long.Parse(message.Cursor, CultureInfo.InvariantCulture), changed.CaseId));
                    cursor = message.Cursor;
                }
            }
            catch (Exception e) when (e is RpcException or ObjectDisposedException or OperationCanceledException)
            {
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    private static async Task<GetHeadsResponse> HeadsAsync(PilotNode at) => await at.Client.Exchange.GetHeadsAsync(new(), at.Client.Call(CancellationToken.None));
}
