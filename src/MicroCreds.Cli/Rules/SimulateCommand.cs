using System.CommandLine;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf rule simulate</c>: what a draft would have changed among past cases. With <c>--json</c> every message of the stream, one a line.</summary>
internal static class SimulateCommand
{
    // A table in a terminal; a program takes the stream.
    private const int MaxRows = 1000;

    /// <summary>The command.</summary>
    public static Command Make(CommandHost host)
    {
        var tableId = new Option<string>("--table", "-t") { Description = "Table whose draft is simulated.", HelpName = "TABLE", Required = true };
        var programme = new Option<string>("--programme") { Description = "Only cases of this programme.", HelpName = "CODE" };
        var since = new Option<string>("--since") { Description = "Only cases submitted on this day or later.", HelpName = "YYYY-MM-DD" };
        var max = new Option<int>("--max") { Description = "Most cases to assess; 0 for 100,000.", HelpName = "N" };
        var all = new Option<bool>("--all") { Description = "Also show cases that would have come out the same." };
        return new Command("simulate", "Show what a draft would have changed among past cases. Changes nothing.") { tableId, programme, since, max, all }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new SimulateDraftRequest
            {
                Institution = call.Institution, TableId = call.Text(tableId), Programme = call.Text(programme), SinceDate = CaseTexts.Day(call.Text(since), "--since"),
                MaxCases = call.Parsed.GetValue(max), UnchangedToo = call.Parsed.GetValue(all),
            };
            using var stream = call.Node.EquivalenceAdmin.SimulateDraft(request, call.Node.Watch(cancellationToken));
            var table = Tables.Of("case", "unit", "change", "before", "after", "");
            while (await stream.ResponseStream.MoveNext(cancellationToken))
            {
                var message = stream.ResponseStream.Current;
                if (message.SimulatedCase is { } one && table.Rows.Count < MaxRows)
                    table.Row(one.CaseId, one.TargetUnit, PlainText.Of(one.Change), Text(one.Before), Text(one.After),
                        string.Join("; ", new[] { one.NewlyAutomatic ? "newly automatic" : "", one.NewlyReferred ? "newly referred" : "", one.Reproduction == SimulatedCase.Types.Reproduction.Exact ? "" : $"recorded: {PlainText.Of(one.Reproduction)}" }.Where(t => t.Length > 0)));
                if (message.Progress is { Done: false } so) call.Output.Aside.Say($"… {so.CaseCount} cases");
                call.Output.Write(message, console =>
                {
                    if (message.Progress is not { Done: true } end) return;
                    if (table.Rows.Count > 0) console.Write(table);
                    console.Say($"{end.CaseCount} cases: {end.SameCount} the same, {end.MoreCount} with more credits, {end.LessCount} with fewer, {end.OtherwiseCount} otherwise; {end.NewlyAutomaticCount} newly automatic, {end.NewlyReferredCount} newly referred.");
                    if (end.NotReproducedCount > 0) console.Say($"{end.NotReproducedCount} could not be assessed again exactly as recorded.");
                    if (end.Truncated) console.Say("There are more cases; --max takes more.");
                });
            }
        });
    }

    private static string Text(SimulatedOutcome outcome) =>
        $"{PlainText.OrDash(outcome.Outcome)} {PlainText.Credits(outcome.EctsCreditsHundredths)} ECTS{(outcome.RuleId.Length > 0 ? $" by {outcome.RuleId}" : "")}{(outcome.Automatic ? ", automatic" : "")}";
}
