using System.CommandLine;

namespace MicroCreds.Cli.Connection;

/// <summary>Reads lists page by page.</summary>
internal static class Paging
{
    private const int PageSize = 500;

    /// <summary>Option for the most entries to show.</summary>
    public static Option<int> Limit() => new("--limit") { Description = "Most entries to show; 0 for all.", HelpName = "N" };

    /// <summary>The entries of every page, at most <paramref name="limit"/>; 0 is all.</summary>
    public static async Task<List<T>> AllAsync<T>(int limit, Func<int, string, Task<(IEnumerable<T> Entries, string NextToken)>> page)
    {
        var all = new List<T>();
        var token = "";
        do
        {
            var wanted = limit > 0 ? Math.Min(PageSize, limit - all.Count) : PageSize;
            (var entries, token) = await page(wanted, token);
            all.AddRange(entries);
        }
        while (token.Length > 0 && (limit <= 0 || all.Count < limit));
        return all;
    }
}
