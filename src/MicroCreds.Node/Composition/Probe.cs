namespace MicroCreds.Node.Composition;

/// <summary>Asks a running node for its health: <c>--probe http://127.0.0.1:7081/readyz</c>, for images that hold no other client.</summary>
internal static class Probe
{
    /// <summary>Shorter than the time container engines give a check by default (30 seconds) and than the one in the compose files (5 seconds).</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>Exit code: 0 the address answered with success, 1 it did not. What was amiss is written to <paramref name="error"/>.</summary>
    public static async Task<int> RunAsync(string address, TextWriter error)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp)
        {
            await error.WriteLineAsync($"'{address}' is not an address such as http://127.0.0.1:7081/readyz.");
            return 1;
        }

        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { Timeout = Timeout };
        try
        {
            using var answer = await http.GetAsync(url);
            if (answer.IsSuccessStatusCode) return 0;
            await error.WriteLineAsync($"{url} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await error.WriteLineAsync($"{url} did not answer: {e.Message}");
        }

        return 1;
    }
}
