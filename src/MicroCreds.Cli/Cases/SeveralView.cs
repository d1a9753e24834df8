using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Cases;

/// <summary>What became of several cases, a line for each.</summary>
internal static class SeveralView
{
    /// <summary>Shows the answers. Answers whether none was refused.</summary>
    public static bool Show(NodeCall call, IReadOnlyCollection<CaseAnswer> answers, bool tried)
    {
        foreach (var answer in answers)
        {
            if (answer.ChangedCase is { } changed)
            {
                var granted = changed.Decision is { } decision ? $", {PlainText.Of(decision.Outcome)} with {PlainText.Credits(decision.Lines.Sum(line => line.GrantedEctsCreditsHundredths))} ECTS" : "";
                call.Output.Write(Line(answer, "changedCase", CommandOutput.Node(changed)), console => console.Say($"Case {answer.CaseId} {(tried ? "would be" : "is")} {PlainText.Of(changed.State)}{granted}."));
                continue;
            }

            var report = FailureReport.From(answer.Refusal ?? new(), call.Node.Address);
            call.Output.Write(Line(answer, "error", report.ToJson()), console => console.Say($"Case {answer.CaseId}: {(report.Reason.Length > 0 ? report.Reason : report.Code)}. {report.What}"));
        }

        return answers.All(answer => answer.ChangedCase is not null);
    }

    private static JsonObject Line(CaseAnswer answer, string result, JsonNode? value) => new() { ["caseId"] = answer.CaseId, [result] = value };
}
