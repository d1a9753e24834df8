using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MicroCreds.Federation.Tests.Pilot;

/// <summary>The real <c>mcf pilot --once --json</c> as a process of its own, run once for all tests of a class.</summary>
public sealed class PilotProcess : IAsyncLifetime
{
    // The issue of time is the story's own test; this only keeps a hanging process from hanging the run.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public int ExitCode { get; private set; }

    public string Output { get; private set; } = "";

    public string Error { get; private set; } = "";

    public IReadOnlyList<JsonObject> Steps => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    public JsonObject Step(string name) => Steps.Single(step => (string?)step["step"] == name);

    public async Task InitializeAsync()
    {
        using var process = Start("--once", "--json");
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        (Output, Error) = (await output, await error);
        ExitCode = process.ExitCode;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Starts <c>mcf pilot</c>. The caller ends it.</summary>
    internal static Process Start(params string[] options)
    {
        // artifacts/bin/MicroCreds.Federation.Tests/<configuration>/ stands beside artifacts/bin/MicroCreds.Cli/<configuration>/.
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.GetFullPath(Path.Combine(here, "..", "..", "MicroCreds.Cli", Path.GetFileName(here), "mcf.dll")));
        start.ArgumentList.Add("pilot");
        foreach (var option in options) start.ArgumentList.Add(option);
        return Process.Start(start) ?? throw new InvalidOperationException("mcf could not be started.");
    }
}
