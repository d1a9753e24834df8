using System.Globalization;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>A row of the table of attacks.</summary>
/// <param name="Name">The attack's.</param>
/// <param name="NodeToDecoy">How many times as long the slowest of a hundred honest answers took beside the node as beside the decoy.</param>
/// <param name="Line">The row as it stands in the table.</param>
internal sealed record HostileRow(string Name, double NodeToDecoy, string Line)
{
    /// <summary>Whether it is at most doubled, as far as the table says it.</summary>
    public bool AtMostDoubled => Math.Round(NodeToDecoy, 1) <= 2;
}

/// <summary>The table of attacks in <c>tests/hostile.md</c>.</summary>
internal static class HostileTable
{
    private const string Begin = "<!-- attacks -->\n";
    private const string End = "<!-- end -->";

    /// <summary>Puts rows in the place of those before, with what they say of the slowest honest answers.</summary>
    public static async Task WriteAsync(IReadOnlyList<HostileRow> rows)
    {
        var path = Path.Combine(TestFederation.Repository, "tests", "hostile.md");
        var text = await File.ReadAllTextAsync(path);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        const string head = "| attack | sent | times | seen by the attacker | rounds | honest p99 at rest, ms | beside the decoy, ms | beside the node, ms | node to decoy | connected anew beside the node, ms | submissions at rest, ms | beside the decoy, ms | beside the node, ms | the node's processors, % | most memory, MiB | longest connection |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
        await File.WriteAllTextAsync(path, text[..from] + Taken(rows) + head + string.Concat(rows.Select(r => r.Line + "\n")) + text[to..]);
    }

    private static string Taken(IReadOnlyList<HostileRow> rows)
    {
        var more = string.Join(", ", rows.Where(r => !r.AtMostDoubled).Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Name} ({r.NodeToDecoy:0.0})")));
        return string.Create(CultureInfo.InvariantCulture,
            $"Taken on {TimeProvider.System.GetUtcNow():d MMMM yyyy}, {Environment.ProcessorCount} processors. Beside {rows.Count(r => r.AtMostDoubled)} of {rows.Count} attacks on the node the honest p99 is at most twice what it is beside the decoy{(more.Length == 0 ? "" : $"; beside the others: {more}")}.\n\n");
    }
}
