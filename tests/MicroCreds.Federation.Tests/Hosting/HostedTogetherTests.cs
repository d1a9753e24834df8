using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Cli.Pilot;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Tests.Storage;

namespace MicroCreds.Federation.Tests.Hosting;

/// <summary>Two institutions on one node, as a process: the second joins while it runs, and what one says to the other goes by the same road as between strangers.</summary>
public sealed class HostedTogetherTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public Task an_institution_joins_a_running_node_and_exchanges_statements_with_its_neighbour() => JoinAndExchangeAsync("");

    [PostgresFact]
    public async Task the_same_over_a_database_server()
    {
        using var postgres = new TestPostgres();
        await JoinAndExchangeAsync(postgres.Address);
    }

    private static async Task JoinAndExchangeAsync(string store)
    {
        var (files, port) = (PilotFiles.Create(null), FreePorts.Choose(1)[0]);
        try
        {
            var consortium = PilotConsortium.Create(files, new[] { PilotInstitution.Roma, PilotInstitution.Madrid }.ToDictionary(i => i, _ => port), TimeProvider.System.GetUtcNow());
            var file = PilotConsortium.ConfigurationOf(files, PilotInstitution.Roma);
            var configuration = Configured(files, PilotInstitution.Roma, store);
            await File.WriteAllTextAsync(file, configuration.ToJsonString());
            await using var node = PilotNode.Start(TestFederation.Program(), files, PilotInstitution.Roma);
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
            await node.WaitUntilReadyAsync(http, TimeProvider.System, CancellationToken.None);
            await TestFederation.PublishAsync(node.Client);
            Assert.Equal(["uni-roma.example"], await HostedAsync(node));

            // A first look at the file finds keys that are not there: the node says so, goes on, and takes the institution in when they are.
            var joining = Configured(files, PilotInstitution.Madrid, store)["Node"]!["Institutions"]![0]!.DeepClone();
            var keys = joining["KeysDirectory"]!.GetValue<string>();
            Directory.Move(keys, keys + ".away");
            configuration["Node"]!["Institutions"]!.AsArray().Add(joining);
            await File.WriteAllTextAsync(file, configuration.ToJsonString());
            await HangUpAsync(files);
            await TestFederation.UntilAsync("the node says what keeps the institution out", Patience, async () => (await LogAsync(node)).Contains("uni-madrid.example cannot join this node yet", StringComparison.Ordinal));
            Assert.Equal(["uni-roma.example"], await HostedAsync(node));
            Directory.Move(keys + ".away", keys);
            await HangUpAsync(files);
            await TestFederation.UntilAsync("the institution has joined", Patience, async () => (await HostedAsync(node)).SequenceEqual(["uni-madrid.example", "uni-roma.example"]));

            var asMadrid = new Metadata { { "authorization", $"Bearer {(await File.ReadAllTextAsync(node.TokenFile)).Trim()}" }, { "mcf-on-behalf-of", "uni-madrid.example" } };
            var submitted = await node.Client.Recognition.SubmitCredentialAsync(
                new()
                {
                    RequestId = RequestId.New().Value, Institution = "uni-roma.example", Target = new() { Programme = "L-19", Unit = "STAT" },
                    Credential = ByteString.CopyFrom(TestFederation.StatisticsOf(consortium, $"joined-{store.Length}")),
                },
                new CallOptions(asMadrid, TimeProvider.System.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(30)));
            Assert.Equal("uni-madrid.example", submitted.RecognitionCase.SubmittedBy);
            Assert.Equal(RecognitionCase.Types.State.Decided, submitted.RecognitionCase.State);

            await TestFederation.UntilAsync("the neighbour holds the decision and its receipt is here", Patience, async () =>
            {
                var roma = await node.Client.Exchange.GetHeadsAsync(new() { Institution = "uni-roma.example" }, node.Client.Call(CancellationToken.None));
                var madrid = await node.Client.Exchange.GetHeadsAsync(new() { Institution = "uni-madrid.example" }, node.Client.Call(CancellationToken.None));
                return roma.Outgoing.SingleOrDefault() is { } sent && sent.ReceiptedSequence == sent.Sequence && sent.Sequence > 0
                    && madrid.Incoming.SingleOrDefault() is { } received && received.Sequence == sent.Sequence && received.HeadDigest == sent.HeadDigest;
            });
        }
        finally
        {
            files.Leave();
        }
    }

    /// <summary>Configuration of an institution's node whose keys lie in a folder of their own, so that it may as well be hosted elsewhere.</summary>
    private static JsonObject Configured(PilotFiles files, PilotInstitution institution, string store)
    {
        var configuration = JsonNode.Parse(File.ReadAllText(PilotConsortium.ConfigurationOf(files, institution)))!.AsObject();
        var keys = Path.Combine(files.DataOf(institution), institution.Organisation.Value, "keys");
        configuration["Node"]!["Institutions"]![0]!["KeysDirectory"] = keys;
        if (!File.Exists(Path.Combine(keys, "learner.secret"))) PilotFiles.WriteSecret(Path.Combine(keys, "learner.secret"), Convert.ToBase64String(new byte[32]));
        if (store.Length > 0) configuration["Node"]!["Store"] = store;
        return configuration;
    }

    private static async Task<string[]> HostedAsync(PilotNode node) =>
        [.. (await node.Client.Members.GetNodeAsync(new(), node.Client.Call(CancellationToken.None))).Institutions.Select(i => i.Organisation)];

    private static async Task<string> LogAsync(PilotNode node)
    {
        await using var log = new FileStream(node.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync();
    }

    private static async Task HangUpAsync(PilotFiles files)
    {
        using var ready = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(files.DataOf(PilotInstitution.Roma), "node.json")));
        using var kill = Process.Start("kill", ["-HUP", ready.RootElement.GetProperty("pid").GetInt32().ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
