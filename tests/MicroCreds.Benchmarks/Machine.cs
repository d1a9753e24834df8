using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MicroCreds.Benchmarks;

/// <summary>Where and of what a table of numbers was made.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, system, runtime, load, day and commit, in one line.</summary>
    internal static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, load {Load()}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm}Z, commit {Commit()}");

    private static string Processor() =>
        FirstLine("/proc/cpuinfo", "model name")?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string Load() => FirstLine("/proc/loadavg", "")?.Split(' ')[0] ?? "unknown";

    private static string? FirstLine(string path, string start) =>
        File.Exists(path) ? File.ReadLines(path).FirstOrDefault(l => l.StartsWith(start, StringComparison.Ordinal)) : null;

    private static string Commit() => Git("rev-parse --short HEAD") is { } commit ? commit + (Git("status --porcelain -- src") is { } ? " with changes" : "") : "unknown";

    private static string? Git(string arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        var text = git?.StandardOutput.ReadToEnd().Trim();
        git?.WaitForExit();
        return git?.ExitCode == 0 && !string.IsNullOrEmpty(text) ? text : null;
    }
}
