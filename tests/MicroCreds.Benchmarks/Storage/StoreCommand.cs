using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Benchmarks.Storage;

/// <summary>Durable openings of cases per second on each engine, in turns within one run, beside what the disk alone gives.</summary>
internal static class StoreCommand
{
    private const int FileBytes = 4096;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(3);
    private static readonly OrganisationId Institution = OrganisationId.Parse("bench.example");
    private static readonly int[] Submitters = [1, 16, 64, 256];

    internal static async Task<int> RunAsync(string[] args)
    {
        if (args is not ([] or ["--postgres", _]))
        {
            Console.Error.WriteLine("Options: --postgres ADDRESS, a server whose schema bench.example may be made.");
            return 2;
        }

        Console.WriteLine(Machine.Describe());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"`store{(args.Length > 0 ? " --postgres …" : "")}`; cases opened per second, each with a file of {FileBytes} bytes and acknowledged when it is on disk; median of 3 rounds of {Slice.TotalSeconds} s, interleaved."));
        Console.WriteLine();
        var folder = Directory.CreateTempSubdirectory("mcf-bench-").FullName;
        var servers = new List<PostgresServer>();
        var stores = new List<(string Name, InstitutionDatabase[] Nodes)> { ("SQLite", [await InstitutionDatabase.OpenAsync(Path.Combine(folder, "institution.db"), Institution, Unsigned, TimeProvider.System)]) };
        if (args is [_, var address])
        {
            for (var i = 0; i < 3; i++) servers.Add(PostgresServer.Of(address));
            InstitutionDatabase[] nodes = [.. await Task.WhenAll(servers.Select(s => InstitutionDatabase.OpenAsync(s, Institution, "bench"u8, Unsigned, TimeProvider.System)))];
            stores.Add(("PostgreSQL, 1 node", nodes[..1]));
            stores.Add(("PostgreSQL, 3 nodes", nodes));
        }

        var rates = new Dictionary<(string, int), List<double>>();
        for (var round = -1; round < 3; round++)
            foreach (var (name, nodes) in stores)
                foreach (var submitters in Submitters)
                {
                    var rate = await MeasureAsync(nodes, submitters, round < 0 ? Slice / 3 : Slice);
                    if (round < 0) continue;
                    if (!rates.TryGetValue((name, submitters), out var known)) rates[(name, submitters)] = known = [];
                    known.Add(rate);
                }

        Console.WriteLine($"| submitters | {string.Join(" | ", stores.Select(s => s.Name))} |");
        Console.WriteLine($"|---|{string.Concat(stores.Select(_ => "---|"))}");
        foreach (var submitters in Submitters)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {submitters} | {string.Join(" | ", stores.Select(s => rates[(s.Name, submitters)].Order().ElementAt(1).ToString("N0", CultureInfo.InvariantCulture)))} |"));
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The disk alone, {FileBytes} bytes appended and synced: {Syncs(folder):N0} per second."));
        foreach (var node in stores.SelectMany(s => s.Nodes).Distinct()) await node.DisposeAsync();
        foreach (var server in servers) await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task<double> MeasureAsync(InstitutionDatabase[] nodes, int submitters, TimeSpan time)
    {
        var (count, clock) = (0, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, submitters).Select(i => Task.Run(async () =>
        {
            while (clock.Elapsed < time)
            {
                await OpenAsync(nodes[i % nodes.Length]);
                Interlocked.Increment(ref count);
            }
        })));
        return count / clock.Elapsed.TotalSeconds;
    }

    private static async Task OpenAsync(InstitutionDatabase node)
    {
        var file = RandomNumberGenerator.GetBytes(FileBytes);
        var digest = Sha256Digest.Of(file);
        var now = TimeProvider.System.GetUtcNow();
        var application = new Application
        {
            Case = CaseId.New(), Institution = Institution, SubmittedBy = Institution, Programme = ProgrammeCode.Parse("BENCH"), TargetUnit = UnitCode.Parse("UNIT"),
            Learner = LearnerKey.For(digest.Value, "bench"u8), Credentials = [digest], SubmittedAt = now,
        };
        var opened = await node.Cases.OpenAsync(
            new ChangeRequest("bench", RequestId.New(), digest), application.Learner, [file],
            _ => new CaseTransition { Events = [new CaseEvent.Submitted(Actor.Node, now, application), new CaseEvent.Acknowledged(Actor.Node, now, 4, "https://bench.example/", "Office")] }, CancellationToken.None);
        if (opened.Failed(out var problem, out _)) throw new InvalidOperationException(problem.Message);
    }

    private static double Syncs(string folder)
    {
        using var file = new FileStream(Path.Combine(folder, "syncs"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        var (bytes, clock, count) = (new byte[FileBytes], Stopwatch.StartNew(), 0);
        for (; clock.Elapsed < Slice; count++)
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        return count / clock.Elapsed.TotalSeconds;
    }

    private static SignedStatement Unsigned(StatementDraft draft, StreamPosition position) => throw new NotSupportedException("Openings send nothing.");
}
