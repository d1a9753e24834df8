using System.Globalization;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>The table of attacks in <c>tests/hostile.md</c>.</summary>
internal static class HostileTable
{
    private const string Begin = "<!-- attacks -->\n";
    private const string End = "<!-- end -->";

    /// <summary>Puts rows in the place of those before.</summary>
    public static async Task WriteAsync(string rows)
    {
        var path = Path.Combine(TestFederation.Repository, "tests", "hostile.md");
        var text = await File.ReadAllTextAsync(path);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        const string head = "| attack | sent | times | seen by the attacker | honest p99 at rest, ms | beside the decoy, ms | beside the node, ms | node to decoy | connected anew beside the node, ms | submissions at rest, ms | beside the decoy, ms | beside the node, ms | the node's processors, % | most memory, MiB | longest connection |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
        var taken = string.Create(CultureInfo.InvariantCulture, $"Taken on {TimeProvider.System.GetUtcNow():d MMMM yyyy}, {Environment.ProcessorCount} processors.\n\n");
        await File.WriteAllTextAsync(path, text[..from] + taken + head + rows + text[to..]);
    }
}
