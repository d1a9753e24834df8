using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Issuing;
using MicroCreds.Cli.Pilot;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;

namespace MicroCreds.Benchmarks.Wire;

/// <summary>Two institutions on one node: what one's flood of calls does to the other's answers, and how they share it when both are busy.</summary>
internal static class FairnessCommand
{
    private const int Cases = 100;
    private const int Samples = 300;
    private const int FloodAtOnce = 256;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    internal static async Task<int> RunAsync(string[] args)
    {
        if (args is not ([] or ["--postgres", _]))
        {
            Console.Error.WriteLine("Options: --postgres ADDRESS, a server on which the schemas uni-roma.example and uni-madrid.example may be made.");
            return 2;
        }

        var files = PilotFiles.Create(null);
        try
        {
            var consortium = Prepare(files, args is [_, var address] ? address : "");
            using var server = MeasuredServer.Start("node", files.Root, ["node", "--config", PilotConsortium.ConfigurationOf(files, PilotInstitution.Roma)], files.DataOf(PilotInstitution.Roma));
            using var client = new NodeClient(new Uri(server.Address), server.Token, TimeProvider.System);
            await WireCommand.ProveAsync(server);
            foreach (var institution in new[] { PilotInstitution.Roma, PilotInstitution.Madrid })
            {
                await PublishAsync(client, institution);
                for (var i = 0; i < Cases; i++) await SubmitAsync(client, consortium, institution, $"filled-{i}");
            }

            var (roma, madrid) = (Question(files, PilotInstitution.Roma), Question(files, PilotInstitution.Madrid));
            const string Method = "/microcreds.federation.v1.RecognitionService/ListCases";

            Console.WriteLine(Machine.Describe());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"`fairness{(args.Length > 0 ? " --postgres …" : "")}`: uni-madrid.example calls once every {Pause.TotalMilliseconds} ms ({Samples} times each); uni-roma.example is asked for lists of {Cases} cases by {FloodAtOnce} callers at once."));
            Console.WriteLine();
            Console.WriteLine("| uni-madrid.example | alone: median, p99 (ms) | beside the flood: median, p99 (ms) |");
            Console.WriteLine("|---|---|---|");
            await server.FloodAsync(Method, roma, FloodAtOnce, Time / 4);
            foreach (var (name, call) in new (string, Func<int, Task>)[]
            {
                ("reads a list", _ => client.Recognition.ListCasesAsync(new() { Institution = "uni-madrid.example", PageSize = 20 }, client.Call(CancellationToken.None)).ResponseAsync),
                ("submits a credential", i => SubmitAsync(client, consortium, PilotInstitution.Madrid, $"measured-{i}")),
            })
            {
                var alone = await MeasureAsync(0, call);
                var flood = server.FloodAsync(Method, roma, FloodAtOnce, Time);
                var beside = await MeasureAsync(Samples, call);
                await flood;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {At(alone, 50):N1}, {At(alone, 99):N1} | {At(beside, 50):N1}, {At(beside, 99):N1} |"));
            }

            var both = await Task.WhenAll(server.FloodAsync(Method, roma, FloodAtOnce, Time), server.FloodAsync(Method, madrid, FloodAtOnce, Time));
            var uneven = await Task.WhenAll(server.FloodAsync(Method, roma, FloodAtOnce, Time), server.FloodAsync(Method, madrid, FloodAtOnce / 4, Time));
            Console.WriteLine();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Lists per second when both are flooded by {FloodAtOnce} callers: {both[0]:N0} and {both[1]:N0} ({both.Min() / both.Max():N2}); by {FloodAtOnce} and {FloodAtOnce / 4}: {uneven[0]:N0} and {uneven[1]:N0} ({uneven[1] / uneven[0]:N2} for a quarter of the callers)."));
            return 0;
        }
        finally
        {
            files.Leave();
        }
    }

    private static PilotConsortium Prepare(PilotFiles files, string store)
    {
        var port = FreePorts.Choose(1)[0];
        PilotInstitution[] hosted = [PilotInstitution.Roma, PilotInstitution.Madrid];
        var consortium = PilotConsortium.Create(files, new[] { PilotInstitution.Roma, PilotInstitution.Madrid, PilotInstitution.Voluntariado }.ToDictionary(i => i, _ => port), TimeProvider.System.GetUtcNow());
        var configurations = hosted.Select(i => JsonNode.Parse(File.ReadAllText(PilotConsortium.ConfigurationOf(files, i)))?.AsObject() ?? []).ToArray();
        for (var i = 0; i < hosted.Length; i++)
        {
            var keys = Path.Combine(files.DataOf(hosted[i]), hosted[i].Organisation.Value, "keys");
            PilotFiles.WriteSecret(Path.Combine(keys, "learner.secret"), Convert.ToBase64String(new byte[32]));
            if (configurations[i]["Node"]?["Institutions"]?[0] is JsonObject institution) institution["KeysDirectory"] = keys;
        }

        if (configurations[0]["Node"] is JsonObject node && configurations[1]["Node"]?["Institutions"]?[0]?.DeepClone() is { } second)
        {
            (node["Institutions"] as JsonArray)?.Add(second);
            if (store.Length > 0) node["Store"] = store;
        }

        File.WriteAllText(PilotConsortium.ConfigurationOf(files, PilotInstitution.Roma), configurations[0].ToJsonString());
        return consortium;
    }

    private static async Task PublishAsync(NodeClient client, PilotInstitution institution)
    {
        var import = new ImportDraftRequest { RequestId = RequestId.New().Value, Institution = institution.Organisation.Value, TableId = "micro-credentials" };
        foreach (var (kind, name) in new[] { (Sheet.Types.Kind.Units, "units.csv"), (Sheet.Types.Kind.Outcomes, "outcomes.csv"), (Sheet.Types.Kind.Rules, "rules.csv") })
            import.Sheets.Add(new Sheet { Kind = kind, FileName = name, Content = ByteString.CopyFromUtf8(PilotFiles.Shipped(name)) });
        await client.EquivalenceAdmin.ImportDraftAsync(import, client.Call(CancellationToken.None));
        await client.EquivalenceAdmin.PublishDraftAsync(new() { RequestId = RequestId.New().Value, Institution = import.Institution, TableId = import.TableId }, client.Call(CancellationToken.None));
    }

    /// <summary>A gRPC message, framed, that asks for the institution's cases.</summary>
    private static string Question(PilotFiles files, PilotInstitution institution)
    {
        var message = new ListCasesRequest { Institution = institution.Organisation.Value, PageSize = Cases }.ToByteArray();
        var framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, 5);
        var path = files.At($"{institution.Organisation}.bin");
        File.WriteAllBytes(path, framed);
        return path;
    }

    private static async Task SubmitAsync(NodeClient client, PilotConsortium consortium, PilotInstitution institution, string learner)
    {
        var claims = JsonNode.Parse(PilotFiles.Shipped("volunteering.claims.json"))?.AsObject() ?? [];
        claims["credential_id"] = $"urn:credential:{institution.Organisation}:{learner}";
        claims["awarded_on"] = "2026-06-30";
        if (claims["holder"] is JsonObject holder) holder["identifier"] = $"urn:schac:personalUniqueCode:int:esi:{institution.Organisation}:{learner}";
        var credential = IssueCommand.Issue(IssueCommand.ReadClaims(claims.ToJsonString(), learner), consortium.SealOf(PilotInstitution.Voluntariado), TimeProvider.System.GetUtcNow(), learner);
        await client.Recognition.SubmitCredentialAsync(
            new()
            {
                RequestId = RequestId.New().Value, Institution = institution.Organisation.Value, Credential = ByteString.CopyFrom(credential), Target = new() { Programme = "L-19", Unit = "ALTRE-3" },
            },
            client.Call(CancellationToken.None));
    }

    private static async Task<double[]> MeasureAsync(int from, Func<int, Task> call)
    {
        var times = new double[Samples];
        for (var i = 0; i < Samples; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await call(from + i);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            await Task.Delay(Pause);
        }

        Array.Sort(times);
        return times;
    }

    private static double At(double[] sorted, int percent) => sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];
}
