using System.Text.Json.Nodes;

namespace MicroCreds.Federation.Tests.Pilot;

/// <summary>A pilot that is killed leaves no node behind.</summary>
public sealed class PilotEndTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task the_nodes_end_when_the_pilot_is_killed()
    {
        using var pilot = PilotProcess.Start("--json");
        var ignored = pilot.StandardError.ReadToEndAsync();
        JsonObject? folder = null, up = null;
        while (up is null && await pilot.StandardOutput.ReadLineAsync() is { } line)
        {
            var step = JsonNode.Parse(line)!.AsObject();
            if ((string?)step["step"] == "keys_made") folder = step;
            if ((string?)step["step"] == "nodes_up") up = step;
        }
        Assert.True((bool?)up?["ok"]);

        pilot.Kill();
        await pilot.WaitForExitAsync();

        using var http = new HttpClient();
        using var patience = new CancellationTokenSource(Patience);
        foreach (var node in up!["nodes"]!.AsArray())
            while (await AnswersAsync(http, (string)node!["web"]!, patience.Token)) await Task.Delay(PollInterval, patience.Token);
        Directory.Delete((string)folder!["directory"]!, recursive: true);
        await ignored;
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync($"{address}/healthz", cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
