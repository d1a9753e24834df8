using System.Globalization;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using MicroCreds.Cli.Pilot;

namespace MicroCreds.Benchmarks.Wire;

/// <summary>An empty authenticated call through the whole node beside the stock server's empty method and a bare endpoint, in turns within one run.</summary>
internal static class WireCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private const string Head = "| server | calls at once | per second | to stock | processor, µs per call | allocated, bytes per call |\n|---|---|---|---|---|---|";
    private static readonly int[] AtOnce = [16, 128];
    private static readonly int[] Connections = [1, 4];

    internal static async Task<int> RunAsync(string[] args)
    {
        if (args is not ([] or ["--rounds", _]) || (args.Length > 0 && !int.TryParse(args[1], CultureInfo.InvariantCulture, out _)))
        {
            Console.Error.WriteLine("Options: --rounds N.");
            return 2;
        }

        var rounds = args.Length > 0 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 7;
        var files = PilotFiles.Create(null);
        try
        {
            var ports = FreePorts.Choose(2);
            PilotConsortium.Create(files, new Dictionary<PilotInstitution, int> { [PilotInstitution.Roma] = ports[0], [PilotInstitution.Madrid] = ports[1] }, TimeProvider.System.GetUtcNow());
            var (own, partner) = (KeysOf(files, PilotInstitution.Roma), KeysOf(files, PilotInstitution.Madrid));
            using var bare = MeasuredServer.Start("bare", files.Root, ["bare", own], null);
            using var stock = MeasuredServer.Start("stock", files.Root, ["stock", own], null);
            using var node = MeasuredServer.Start("node", files.Root, ["node", "--config", PilotConsortium.ConfigurationOf(files, PilotInstitution.Roma)], files.DataOf(PilotInstitution.Roma));
            foreach (var server in new[] { stock, node }) await ProveAsync(server);
            (string Name, MeasuredServer Server, bool Json, string Token)[] compared =
            [
                ("bare endpoint (the limit)", bare, false, ""), ("stock server, empty method", stock, false, ""), ("stock server, with the header that it does not read", stock, false, node.Token),
                ("node, empty call by staff", node, false, node.Token), ("node, the same as JSON", node, true, node.Token),
            ];

            Console.WriteLine(Machine.Describe());
            Console.WriteLine($"`wire --rounds {rounds}`: `Health/Check` under `h2load` over loopback without TLS; medians of {rounds} rounds, interleaved; to the stock server's, of the same round.");
            Console.WriteLine();
            Console.WriteLine(Head);
            foreach (var atOnce in AtOnce)
                Measure(rounds, atOnce, compared.Select(c => (c.Name, new Func<int, Load>(calls => c.Server.Run(c.Json, c.Token, calls, atOnce, files.Root)))));

            Console.WriteLine();
            Console.WriteLine("By a partner: TLS 1.3 with its certificate, an `nghttp` for each connection with 32 calls at once; the time begins with the process.");
            Console.WriteLine();
            Console.WriteLine(Head);
            (string Name, MeasuredServer Server)[] partners = [("bare endpoint (the limit)", bare), ("stock server, empty method", stock), ("node, empty call by a partner", node)];
            foreach (var connections in Connections)
                Measure(rounds, 32 * connections, partners.Select(c => (c.Name, new Func<int, Load>(calls => c.Server.RunByPartner(partner, calls, connections, files.Root)))));

            return 0;
        }
        finally
        {
            files.Leave();
        }
    }

    /// <summary>Measures servers in turns and prints them; the second is the one that the others are compared with.</summary>
    private static void Measure(int rounds, int atOnce, IEnumerable<(string Name, Func<int, Load> Run)> servers)
    {
        var compared = servers.Select(s => (s.Name, s.Run, Loads: new List<Load>())).ToArray();
        for (var round = -1; round < rounds; round++)
            foreach (var (_, run, loads) in compared)
            {
                // The runtime makes its best code of a server after some hundred thousand calls, and of the stock server, which is loaded in two rows, sooner than of others.
                var load = run(round < 0 ? 300_000 : 100_000);
                if (round >= 0) loads.Add(load);
            }

        foreach (var (name, _, loads) in compared)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {atOnce} | {Median(loads, l => l.PerSecond):N0} | {Median(loads.Zip(compared[1].Loads, (own, other) => own.PerSecond / other.PerSecond)):N2} | {Median(loads, l => l.CpuMicroseconds):N1} | {Median(loads, l => l.Bytes):N0} |"));
    }

    private static string KeysOf(PilotFiles files, PilotInstitution institution) => Path.Combine(files.DataOf(institution), institution.Organisation.Value, "keys");

    /// <summary>h2load does not look at gRPC's own status: one call shows that the servers do what is measured.</summary>
    internal static async Task ProveAsync(MeasuredServer server)
    {
        using var channel = GrpcChannel.ForAddress(server.Address);
        var headers = new Metadata();
        if (server.Token.Length > 0) headers.Add("authorization", $"Bearer {server.Token}");
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest(), headers, TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
        while (await watch.ResponseStream.MoveNext(CancellationToken.None))
            if (watch.ResponseStream.Current.Status == HealthCheckResponse.Types.ServingStatus.Serving) return;
        throw new InvalidOperationException($"{server.Name} does not become ready.");
    }

    private static double Median(IEnumerable<Load> loads, Func<Load, double> of) => Median(loads.Select(of));

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;
}
