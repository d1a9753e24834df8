using System.Diagnostics;
using System.Globalization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage;
using MicroCreds.Storage.Moving;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Benchmarks.Storage;

/// <summary>How long a store takes to move to the other engine and back, as <c>mcf node move</c> does it: copied, read to its end on both sides, and checked with every signature.</summary>
internal static class MoveMeasure
{
    internal static void Run(string file, OrganisationId institution, PostgresServer server, Sha256Digest secret, MemberKeys keys)
    {
        var back = Path.Combine(Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(file) ?? ".", "back")).FullName, Path.GetFileName(file));
        Console.WriteLine();
        using (var source = StoreInspection.OpenAlone(file, institution))
        using (var target = MoveTarget.Schema(server, institution, secret)) Measure("to PostgreSQL", source, target, keys);
        using (var source = StoreInspection.OpenAlone(server, institution))
        using (var target = MoveTarget.File(back, institution)) Measure("back to SQLite", source, target, keys);
    }

    private static void Measure(string where, StoreInspection source, MoveTarget target, MemberKeys keys)
    {
        var clock = Stopwatch.StartNew();
        var moved = StoreMove.Run(source, target, keys);
        var (all, rows) = (clock.Elapsed.TotalSeconds, moved.Tables.Sum(t => t.Rows));
        clock.Restart();
        source.Digests();
        var reading = clock.Elapsed.TotalSeconds;
        clock.Restart();
        source.Check(keys);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Moved {where}: {rows:N0} rows in {all:N0} s ({rows / all:N0} rows per second); reading the source once to its end takes {reading:N1} s of that, checking it with {moved.Verdict.Signatures:N0} signatures {clock.Elapsed.TotalSeconds:N1} s."));
    }
}
