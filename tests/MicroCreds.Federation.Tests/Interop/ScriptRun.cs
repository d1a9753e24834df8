using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MicroCreds.Federation.Tests.Interop;

/// <summary>A script of <c>tests/interop</c> and what it printed.</summary>
internal static class ScriptRun
{
    /// <summary>Runs a script to its end; it must succeed and print one JSON object per line.</summary>
    public static async Task<List<JsonObject>> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(TestFederation.Repository, "tests", "interop", script));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("node could not be started.");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{await output}\n{await error}");
        return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
    }
}
