using System.CommandLine;

namespace MicroCreds.Cli.Connection;

/// <summary>Reads lists page by page.</summary>
internal static class Paging
{
    private const int PageSize = 500;

    /// <summary>Option for the most entries to show.</summary>
    public static Option<int> Limit()
    {
        var limit = new Option<int>("--limit") { Description = "Most entries to show; 0 for all.", HelpName = "N" };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && given.Value.StartsWith('-')) result.AddError("--limit must not be negative.");
        });
        return limit;
    }

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
