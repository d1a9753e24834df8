using System.Diagnostics;
using MicroCreds.Cli.Output;

namespace MicroCreds.Cli.Operations;

/// <summary>The node's own program on this machine. <c>mcf</c> starts it and knows nothing of its inside.</summary>
internal static class NodeProgram
{
    /// <summary>Environment variable that names it.</summary>
    public const string Variable = "MCF_NODE_PROGRAM";

    private const string Name = "MicroCreds.Node";

    /// <summary>The program: as named, else as <see cref="Variable"/> names it, else the one in this program's folder, else the one built beside it.</summary>
    /// <exception cref="CommandFailure">It is not there.</exception>
    public static string Find(string? named, CommandHost host)
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var beside = Path.Combine(here, $"{Name}.dll");
        var path = Path.GetFullPath(
            named ?? (host.Variable(Variable) is { Length: > 0 } variable ? variable : null)
            ?? (File.Exists(Path.ChangeExtension(beside, ".runtimeconfig.json")) ? beside : Path.Combine(here, "..", "..", Name, Path.GetFileName(here), $"{Name}.dll")));
        return File.Exists(path) ? path : throw CommandFailure.Of("The node's program is not there.", $"Build it (dotnet build src/{Name}), or name it with {Variable} (mcf pilot: --node-program).", path);
    }

    /// <summary>How the program is started with nothing on its command line.</summary>
    public static ProcessStartInfo Start(string program)
    {
        var isAssembly = Path.GetExtension(program) == ".dll";
        var start = new ProcessStartInfo(isAssembly ? Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet" : program) { UseShellExecute = false };
        if (isAssembly) start.ArgumentList.Add(program);
        return start;
    }
}
