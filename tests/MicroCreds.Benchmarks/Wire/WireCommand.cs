using System.Globalization;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Pilot;

namespace MicroCreds.Benchmarks.Wire;

/// <summary>An empty authenticated call through the whole node beside the stock server's empty method and a bare endpoint, in turns within one run.</summary>
internal static class WireCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly int[] AtOnce = [16, 128];

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
            PilotConsortium.Create(files, new Dictionary<PilotInstitution, int> { [PilotInstitution.Roma] = FreePorts.Choose(1)[0] }, TimeProvider.System.GetUtcNow());
            using var bare = MeasuredServer.Start("bare", files.Root, ["bare"], null);
            using var stock = MeasuredServer.Start("stock", files.Root, ["stock"], null);
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
            Console.WriteLine("| server | calls at once | per second | to stock | processor, µs per call | allocated, bytes per call |");
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (var atOnce in AtOnce)
            {
                var loads = compared.Select(_ => new List<Load>()).ToArray();
                for (var round = -1; round < rounds; round++)
                    foreach (var ((_, server, json, token), found) in compared.Zip(loads))
                    {
                        var load = server.Run(json, token, round < 0 ? 20_000 : 100_000, atOnce, files.Root);
                        if (round >= 0) found.Add(load);
                    }

                foreach (var ((name, _, _, _), found) in compared.Zip(loads))
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {atOnce} | {Median(found, l => l.PerSecond):N0} | {Median(found.Zip(loads[1], (own, other) => own.PerSecond / other.PerSecond)):N2} | {Median(found, l => l.CpuMicroseconds):N1} | {Median(found, l => l.Bytes):N0} |"));
            }

            return 0;
        }
        finally
        {
            files.Leave();
        }
    }

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
