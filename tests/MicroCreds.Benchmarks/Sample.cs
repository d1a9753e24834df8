using System.Diagnostics;
using System.Globalization;

namespace MicroCreds.Benchmarks;

/// <summary>One thing measured: how long each operation took by the wall, and what all of them cost in CPU time.</summary>
/// <param name="name">Name for the table.</param>
/// <param name="run">The operation on the input of this number; the number it answers is only there to be used.</param>
internal sealed class Sample(string name, Func<int, int> run)
{
    private readonly List<long> _ticks = [];
    private readonly List<double> _perOperation = [];
    private int _next;
    private long _sink;

    internal string Name => name;

    /// <summary>One operation, not measured.</summary>
    internal int Once() => run(0);

    /// <summary>Runs without measuring until the time is over and the code has settled.</summary>
    internal void WarmUp(TimeSpan time) => Loop(time, (_, _) => { });

    /// <summary>One round: every operation is timed by itself, and the round as a whole in CPU time.</summary>
    internal void Round(TimeSpan time)
    {
        var cpu = ThreadClock.Now();
        var count = Loop(time, (_, _) => { });
        _perOperation.Add((ThreadClock.Now() - cpu) / (double)count);
        Loop(time, (before, after) => _ticks.Add(after - before));
    }

    /// <summary>Row of the table: operations per CPU second (median of rounds), CPU time of one, median, 99th percentile.</summary>
    internal string Row(int rules)
    {
        var cpu = Median(_perOperation);
        _ticks.Sort();
        return string.Create(CultureInfo.InvariantCulture,
            $"| {rules:N0} | {name} | {1e9 / cpu:N0} | {Micro(cpu)} | {Micro(At(0.5))} | {Micro(At(0.99))} |");
    }

    /// <summary>CPU nanoseconds of one operation, median of the rounds.</summary>
    internal double CpuNanoseconds => Median(_perOperation);

    private double At(double share) => _ticks.Count == 0 ? 0 : _ticks[(int)((_ticks.Count - 1) * share)] * 1e9 / Stopwatch.Frequency;

    private static string Micro(double nanoseconds) => (nanoseconds / 1000).ToString(nanoseconds < 100_000 ? "0.00" : "0", CultureInfo.InvariantCulture);

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }

    private long Loop(TimeSpan time, Action<long, long> timed)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var count = 0L;
        for (var before = Stopwatch.GetTimestamp(); before < end;)
        {
            _sink += run(_next++);
            var after = Stopwatch.GetTimestamp();
            timed(before, after);
            before = after;
            count++;
        }

        return count;
    }
}
