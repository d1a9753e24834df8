using System.Globalization;

namespace MicroCreds.Services.Transport;

/// <summary>
/// How many files and connections the process may have open, and what that leaves for new connections: the runtime ends a process that needs one more. Source: Linux, getrlimit(2),
/// RLIMIT_NOFILE, and proc(5), /proc/pid/limits.
/// </summary>
public static class OpenFiles
{
    /// <summary>Open files beside the connections of callers: stores, programs, calls to partners.</summary>
    public const int Others = 1000;

    /// <summary>As many as a node has use for: the connections of three ports, new ones that wait there, and the others.</summary>
    public const int Enough = Others + (Ports * (TransportLimits.MaxConnections + TransportLimits.MaxNewConnections));

    /// <summary>With fewer, the connections alone may be too many.</summary>
    public const int Fewest = Others + (Ports * (TransportLimits.MaxConnections + FewestNew));

    private const int Ports = 3;

    // Below it the lines of addresses could not take turns.
    private const int FewestNew = 16;

    /// <summary>As many as this process may have; null where the system does not say.</summary>
    public static int? Most { get; } = File.Exists("/proc/self/limits") ? Read(File.ReadAllText("/proc/self/limits")) : null;

    /// <summary>New connections that may wait at a port of a process that may have so many files open.</summary>
    public static int NewConnections(int? most) =>
        most is not { } files ? TransportLimits.MaxNewConnections : Math.Clamp(((files - Others) / Ports) - TransportLimits.MaxConnections, FewestNew, TransportLimits.MaxNewConnections);

    /// <summary>Reads what the system says of a process; null when it says nothing of files, or that they are not limited.</summary>
    internal static int? Read(string limits)
    {
        const string name = "Max open files";
        var line = limits.Split('\n').FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.TryParse(line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out var files) ? (int)Math.Min(files, int.MaxValue) : null;
    }
}
