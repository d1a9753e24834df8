using System.CommandLine;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf rule adopt</c>: a partner's rule as a rule of the institution's own.</summary>
internal static class AdoptionCommands
{
    /// <summary>Takes a partner's rule into the draft.</summary>
    public static Command Adopt(CommandHost host)
    {
        var tableId = new Option<string>("--table", "-t") { Description = "Table into whose draft the rule is taken.", HelpName = "TABLE", Required = true };
        var partner = new Option<string>("--from") { Description = "Partner whose rule it is.", HelpName = "ORGANISATION", Required = true };
        var source = new Option<string>("--rule") { Description = "The partner's rule.", HelpName = "RULE", Required = true };
        var unit = new Option<string>("--unit") { Description = "Unit of this institution that the rule grants.", HelpName = "CODE", Required = true };
        var id = new Option<string>("--as") { Description = "Identifier of the rule here. Default: the partner's.", HelpName = "RULE" };
        var automatic = new Option<bool>("--automatic") { Description = "Let the rule grant here without an officer." };
        var etag = new Option<string>("--etag") { Description = "Act only if the draft still has this etag. Default: act on whatever stands." };
        var validateOnly = new Option<bool>("--validate-only") { Description = "Show what the draft would be, keep nothing." };
        return new Command("adopt", "Take a partner's published rule into the draft, with the version it comes from.") { tableId, partner, source, unit, id, automatic, validateOnly, etag, RequestIds.Option }
            .Calls(host, async (call, cancellationToken) =>
            {
                var request = new AdoptRuleRequest
                {
                    RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, TableId = call.Text(tableId), Etag = call.Text(etag), SourceInstitution = call.Text(partner), SourceRuleId = call.Text(source),
                    TargetUnit = call.Text(unit), RuleId = call.Text(id), Automatic = call.Parsed.GetValue(automatic), ValidateOnly = call.Parsed.GetValue(validateOnly),
                };
                var answer = await call.Node.EquivalenceAdmin.AdoptRuleAsync(request, call.Node.Call(cancellationToken));
                call.Output.Write(answer, console =>
                {
                    var from = answer.Rule.AdoptedFrom;
                    console.Say($"{(request.ValidateOnly ? "Would adopt" : "Adopted")} {from.Institution} {from.RuleId}@v{from.Version}, digest {from.Digest}, as {answer.Rule.RuleId} for {answer.Rule.TargetUnit}. Etag {answer.Draft.Etag}.");
                    RuleAdminCommands.Findings(console, answer.Findings);
                });
            });
    }
}
