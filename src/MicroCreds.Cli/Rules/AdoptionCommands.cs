using System.CommandLine;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf rule adopt|adoptions|acknowledge</c>: a partner's rule as a rule of the institution's own.</summary>
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

    /// <summary>Adopted rules, and how their sources have changed.</summary>
    public static Command List(CommandHost host)
    {
        var tableId = new Option<string>("--table", "-t") { Description = "Only rules of this table.", HelpName = "TABLE" };
        var open = new Option<bool>("--open") { Description = "Only rules whose source has changed and nobody has looked." };
        var limit = Paging.Limit();
        return new Command("adoptions", "List rules adopted from partners, and how their sources have changed since.") { tableId, open, limit }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new ListAdoptionsRequest { Institution = call.Institution, TableId = call.Text(tableId), OpenOnly = call.Parsed.GetValue(open) };
            var adoptions = await Paging.AllAsync<Adoption>(call.Parsed.GetValue(limit), async (size, token) =>
            {
                (request.PageSize, request.PageToken) = (size, token);
                var page = await call.Node.EquivalenceAdmin.ListAdoptionsAsync(request, call.Node.Call(cancellationToken));
                return (page.Adoptions, page.NextPageToken);
            });
            call.Output.Write(adoptions, console =>
            {
                var table = Tables.Of("table", "rule", "adopted from", "source changed", "what", "looked at by");
                foreach (var one in adoptions)
                    table.Row(one.TableId, one.RuleId, $"{one.Source.Institution} {one.Source.RuleId}@v{one.Source.Version}", one.Change is { } change ? $"v{change.FromVersion} → v{change.ToVersion}" : "", What(one.Change), one.AcknowledgedBy);
                console.Write(table);
            });
        });
    }

    /// <summary>Says that a change was looked at.</summary>
    public static Command Acknowledge(CommandHost host)
    {
        var tableId = new Option<string>("--table", "-t") { Description = "Table.", HelpName = "TABLE", Required = true };
        var rule = new Option<string>("--rule") { Description = "The adopted rule.", HelpName = "RULE", Required = true };
        var version = new Option<int>("--version") { Description = "Version of the partner's table that was looked at.", HelpName = "N", Required = true };
        return new Command("acknowledge", "Say that a change of an adopted rule's source was looked at and the copy stays.") { tableId, rule, version, RequestIds.Option }.Calls(host, async (call, cancellationToken) =>
        {
            var answer = await call.Node.EquivalenceAdmin.AcknowledgeAdoptionAsync(
                new() { RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, TableId = call.Text(tableId), RuleId = call.Text(rule), SourceVersion = call.Parsed.GetValue(version) }, call.Node.Call(cancellationToken));
            call.Output.Write(answer, console => console.Say($"The copy {answer.Adoption.RuleId} stays as adopted in version {answer.Adoption.Source.Version}."));
        });
    }

    private static string What(SourceChange? change) => change switch
    {
        null => "",
        { Gone: true } => "it is gone",
        { Cells.Count: 0 } => change.EffectiveDate.Length > 0 ? $"not shown before {change.EffectiveDate}" : "",
        _ => string.Join("\n", change.Cells.Select(cell => $"{cell.Column}: {PlainText.OrDash(cell.OldValue)} → {PlainText.OrDash(cell.NewValue)}")),
    };
}
