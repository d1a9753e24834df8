using MicroCreds.Tests.Storage;

namespace MicroCreds.Tests;

/// <summary>Entry point of this assembly when a test starts it as a process of its own, to be killed. Test runners do not use it.</summary>
internal static class Program
{
    private static Task Main(string[] arguments) => arguments switch
    {
        [CrashWriter.Mode, var path] => CrashWriter.RunAsync(path),
        [KilledMove.Mode, .. var move] => KilledMove.RunAsync(move),
        _ => throw new ArgumentException("This assembly holds tests: run it with dotnet test."),
    };
}
