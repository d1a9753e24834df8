using System.Collections.Concurrent;
using MicroCreds.Cli.Pilot;
using MicroCreds.Federation.V1;
using Xunit.Abstractions;

namespace MicroCreds.Federation.Tests.Crash;

/// <summary>Nodes are killed with SIGKILL at random moments while they decide and exchange: nothing acknowledged is lost, nothing is doubled, nothing changes its place.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 50;
    private const int Submitters = 4;
    // Keeps a run that hangs from hanging for ever; a slow machine is not a failure.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task fifty_kills_lose_double_and_reorder_nothing()
    {
        var seed = Environment.GetEnvironmentVariable("MICROCREDS_SEED") is { Length: > 0 } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount;
        output.WriteLine($"MICROCREDS_SEED={seed} repeats the moments of the kills, as far as the machine repeats its own.");
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma, PilotInstitution.Madrid);
        using var patience = new CancellationTokenSource(Patience);
        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentBag<string>();
        var submitters = Enumerable.Range(0, Submitters).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                acknowledged.Add((await federation.SubmitAsync(PilotInstitution.Madrid, federation.StatisticsOf($"{seed}-{worker}-{i}"), patience.Token)).CaseId);
        })).ToArray();

        // Each node has its own killer, so that now and then both are away at once.
        await Task.WhenAll(new[] { PilotInstitution.Roma, PilotInstitution.Madrid }.Select(async (victim, place) =>
        {
#pragma warning disable RS0030 // Seeded, and the seed is printed.
            var moments = new Random(seed + place);
            for (var kill = 0; kill < Kills / 2; kill++)
            {
                // Something was decided since the node came back: on a slow machine too, the kill disturbs an exchange.
                var decided = acknowledged.Count;
                await TestFederation.UntilAsync("decisions go on", Patience, () => Task.FromResult(acknowledged.Count > decided));
                await Task.Delay(moments.Next(0, 400));
                await federation.KillAsync(victim);
                await federation.StartAsync(victim);
            }
#pragma warning restore RS0030
        }));

        await stop.CancelAsync();
        await Task.WhenAll(submitters);
        var cases = acknowledged.ToList();
        output.WriteLine($"{cases.Count} decisions were acknowledged over {Kills} kills.");
        Assert.True(cases.Count >= Kills / 2, $"only {cases.Count} decisions were made between the kills");
        Assert.Equal(cases.Count, cases.Distinct().Count());

        StreamHead? sent = null;
        await TestFederation.UntilAsync("everything sent is receipted", TimeSpan.FromMinutes(5), async () =>
        {
            sent = (await HeadsAsync(federation, PilotInstitution.Roma)).Outgoing.Single(h => h.Audience == PilotInstitution.Madrid.Organisation.Value);
            return sent.ReceiptedSequence == sent.Sequence;
        });
        var received = (await HeadsAsync(federation, PilotInstitution.Madrid)).Incoming.Single(h => h.Issuer == PilotInstitution.Roma.Organisation.Value);
        Assert.NotNull(sent);
        // One statement for each case that was opened: those acknowledged, and none besides, since every submitter went on until its answer came.
        Assert.Equal(cases.Count, sent.Sequence);
        Assert.Equal((sent.Sequence, sent.HeadDigest), (received.Sequence, received.HeadDigest));

        var places = new Dictionary<long, string>();
        foreach (var one in cases)
        {
            var atSender = Assert.Single(await EvidenceAsync(federation, PilotInstitution.Roma, one));
            var atReceiver = Assert.Single(await EvidenceAsync(federation, PilotInstitution.Madrid, one));
            Assert.Equal((atSender.Sequence, atSender.Digest), (atReceiver.Sequence, atReceiver.Digest));
            Assert.Equal(atSender.Statement.Jws, atReceiver.Statement.Jws);
            Assert.True(places.TryAdd(atSender.Sequence, one), $"two cases have the place {atSender.Sequence}");
        }

        Assert.Equal(Enumerable.Range(1, cases.Count).Select(n => (long)n), places.Keys.Order());
    }

    private static async Task<GetHeadsResponse> HeadsAsync(TestFederation federation, PilotInstitution at)
    {
        var client = federation[at].Client;
        return await client.Exchange.GetHeadsAsync(new(), client.Call(CancellationToken.None));
    }

    private static async Task<IReadOnlyList<StatementEvidence>> EvidenceAsync(TestFederation federation, PilotInstitution at, string one)
    {
        var client = federation[at].Client;
        return (await client.Recognition.GetEvidenceAsync(new() { CaseId = one }, client.Call(CancellationToken.None))).Statements;
    }
}
