using System.CommandLine;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf rule check-federation</c>: the published rules of all members together.</summary>
internal static class FederationCheckCommand
{
    /// <summary>The command. Exit code 0 whatever is found: nobody's draft is at fault.</summary>
    public static Command Make(CommandHost host)
    {
        var asOf = new Option<string>("--as-of") { Description = "Day on which rules are in force. Default: today.", HelpName = "YYYY-MM-DD" };
        var timeout = new Option<int>("--partner-timeout") { Description = "Longest time a partner may take, in milliseconds; 0 for 10000.", HelpName = "MS" };
        return new Command("check-federation", "Check the published rules of all members together: credits that grow on a way round, units counted differently.") { asOf, timeout }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new CheckFederationRequest { Institution = call.Institution, AsOfDate = CaseTexts.Day(call.Text(asOf), "--as-of"), PartnerTimeoutMs = call.Parsed.GetValue(timeout) };
            // Partners have their own time, which may be longer than that of one call.
            var answer = await call.Node.EquivalenceAdmin.CheckFederationAsync(request, call.Node.Watch(cancellationToken));
            call.Output.Write(answer, console =>
            {
                var members = Tables.Of("institution", "rules", "not understood", "outcome");
                foreach (var one in answer.Institutions)
                    members.Row($"{one.Name} ({one.Institution})", $"{one.RuleCount}", $"{one.UnreadRuleCount}", one.Detail.Length > 0 ? $"{PlainText.Of(one.Outcome)}: {one.Detail}" : PlainText.Of(one.Outcome));
                console.Write(members);
                console.Say($"{answer.FindingCount} findings on {answer.AsOfDate}.");
                if (answer.Findings.Count == 0) return;
                var findings = Tables.Of("severity", "finding", "rules", "what");
                foreach (var one in answer.Findings) findings.Row(PlainText.Of(one.Severity), one.Kind, string.Join("\n", one.Steps.Select(step => $"{step.Institution} {step.RuleId}")), one.Message);
                console.Write(findings);
            });
        });
    }
}
