using System.Text.Json.Nodes;
using Grpc.Core;
using MicroCreds.Cli.Output;
using Spectre.Console;

namespace MicroCreds.Cli.Pilot;

/// <summary>What a step has to tell: a sentence or more for people, members of an object for programs.</summary>
internal sealed record Told(string Words, JsonObject Shows);

/// <summary>The story was broken off by a step that did not hold; it has been told already.</summary>
internal sealed class StoryBroken : Exception
{
    /// <summary>Broken off.</summary>
    public StoryBroken(string step, Exception cause) : base($"The step '{step}' did not hold.", cause) { }
}

/// <summary>Tells the pilot's story: plain words for people, or one JSON object per step. Progress goes to standard error.</summary>
internal sealed class PilotTeller(CommandOutput output)
{
    /// <summary>Plays one step and tells it.</summary>
    /// <param name="step">Name of the step, in snake_case.</param>
    /// <param name="doing">What is being done, for people who wait.</param>
    /// <param name="address">Node the step calls, for the report of a refused call.</param>
    /// <param name="play">Plays it.</param>
    /// <exception cref="StoryBroken">The step did not hold.</exception>
    public async Task PlayAsync(string step, string doing, Uri address, Func<Task<Told>> play)
    {
        Progress($"… {doing}");
        try
        {
            var told = await play();
            var json = new JsonObject { ["step"] = step, ["ok"] = true };
            foreach (var (name, value) in told.Shows) json[name] = value?.DeepClone();
            output.Write(json, console => console.Say($"✓ {told.Words}"));
        }
        catch (Exception e) when (e is RpcException { StatusCode: not StatusCode.Cancelled } or CommandFailure or HttpRequestException or IOException)
        {
            var report = e switch
            {
                RpcException refused => FailureReport.From(refused, address),
                CommandFailure failure => FailureReport.From(failure),
                _ => FailureReport.From(CommandFailure.Of(e.Message, cause: e)),
            };
            output.Write(new JsonObject { ["step"] = step, ["ok"] = false, ["error"] = report.ToJson() }, console => console.Say($"✗ {doing}: this did not work."));
            if (!output.Json) report.Show(output);
            throw new StoryBroken(step, e);
        }
    }

    /// <summary>Tells how it ended: always the last object.</summary>
    public void Summary(bool ok, IReadOnlyCollection<JsonObject> decisions) => output.Write(
        new JsonObject { ["step"] = "summary", ["ok"] = ok, ["decisions"] = new JsonArray([.. decisions.Select(decision => decision.DeepClone())]) },
        console =>
        {
            console.WriteLine();
            foreach (var decision in decisions)
                console.Say($"Case {decision["case"]}: {decision["outcome"]}, decided by {decision["decidedBy"]}, {PlainText.Credits((int?)decision["grantedEctsHundredths"] ?? 0)} of {PlainText.Credits((int?)decision["claimedEctsHundredths"] ?? 0)} ECTS; both sides hold {decision["digestAtSender"]}, receipt {decision["receiptDigest"]}.");
            console.Say(ok ? "Every step held." : "Not every step held.");
        });

    /// <summary>One line for people only.</summary>
    public void Say(string line) => output.Sentence(line);

    private void Progress(string line)
    {
        output.Aside.Say(line);
    }
}
