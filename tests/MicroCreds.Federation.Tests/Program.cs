using MicroCreds.Federation.Tests.Hostile;

namespace MicroCreds.Federation.Tests;

/// <summary>Entry point of this assembly when a test starts it as a process of its own. Test runners do not use it.</summary>
internal static class Program
{
    private static Task Main(string[] arguments) => arguments switch
    {
        [Attackers.Mode, .. var rest] => Attackers.RunAsync(rest),
        _ => throw new ArgumentException("This assembly holds tests: run it with dotnet test."),
    };
}
