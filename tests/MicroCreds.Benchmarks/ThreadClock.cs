using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MicroCreds.Benchmarks;

/// <summary>CPU time of this thread where the system tells it (Linux), so that waiting for a core does not count; wall time elsewhere.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Name of the clock, for the table.</summary>
    internal static string Name => OperatingSystem.IsLinux() ? "CPU time of the thread" : "wall time";

    /// <summary>Nanoseconds since some moment.</summary>
    internal static long Now()
    {
        if (!OperatingSystem.IsLinux()) return Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency);
        _ = GetTime(ThreadCpuTime, out var time);
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
