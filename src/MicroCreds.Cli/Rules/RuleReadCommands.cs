using System.CommandLine;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf rule tables|list|find</c>: what is published.</summary>
internal static class RuleReadCommands
{
    /// <summary>Tables with their units.</summary>
    public static Command TablesList(CommandHost host) => new Command("tables", "List published tables with their units.").Calls(host, async (call, cancellationToken) =>
    {
        var request = new ListTablesRequest { Institution = call.Institution };
        var tables = await Paging.AllAsync<EquivalenceTable>(0, async (size, token) =>
        {
            (request.PageSize, request.PageToken) = (size, token);
            var page = await call.Node.Equivalence.ListTablesAsync(request, call.Node.Call(cancellationToken));
            return (page.Tables, page.NextPageToken);
        });
        call.Output.Write(tables, console =>
        {
            if (tables.Count == 0) console.Say("No published tables.");
            foreach (var one in tables)
            {
                console.Heading($"{one.Institution} {one.TableId} version {one.Version}, {one.RuleCount} rules, published {PlainText.Of(one.PublishTime)}");
                var table = Tables.Of("unit", "title", "programme", "ECTS", "EQF", "kind", "outcomes");
                foreach (var unit in one.Units)
                    table.Row(unit.Code, PlainText.Of(unit.Title), unit.Programme, PlainText.Credits(unit.EctsCreditsHundredths), $"{unit.EqfLevel}", unit.Kind, $"{unit.Outcomes.Count}");
                console.Write(table);
            }
        });
    });

    /// <summary>Rules.</summary>
    public static Command List(CommandHost host)
    {
        var tableId = new Option<string>("--table", "-t") { Description = "Only rules of this table.", HelpName = "TABLE" };
        var unit = new Option<string>("--unit") { Description = "Only rules that grant this unit.", HelpName = "CODE" };
        var body = new Option<string>("--from") { Description = "Only rules that name this awarding body.", HelpName = "ORGANISATION" };
        var limit = Paging.Limit();
        return new Command("list", "List published rules.") { tableId, unit, body, limit }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new ListRulesRequest { Institution = call.Institution, TableId = call.Text(tableId), TargetUnit = call.Text(unit), AwardingBody = call.Text(body) };
            var rules = await Paging.AllAsync<EquivalenceRule>(call.Parsed.GetValue(limit), async (size, token) =>
            {
                (request.PageSize, request.PageToken) = (size, token);
                var page = await call.Node.Equivalence.ListRulesAsync(request, call.Node.Call(cancellationToken));
                return (page.Rules, page.NextPageToken);
            });
            call.Output.Write(rules, console =>
            {
                var table = Tables.Of("rule", "unit", "if", "grants", "automatic", "in force", "rank");
                foreach (var rule in rules)
                    table.Row(rule.RuleId, rule.TargetUnit, string.Join("; ", rule.Conditions.Select(condition => $"{condition.Condition} {condition.Expected}")),
                        $"{(rule.HasFixedEctsCreditsHundredths ? $"{PlainText.Credits(rule.FixedEctsCreditsHundredths)} ECTS" : "as earned")}, {rule.Grade}", rule.Automatic ? "yes" : "no",
                        $"{PlainText.OrDash(rule.ValidFromDate)} … {PlainText.OrDash(rule.ValidUntilDate)}", $"{rule.Rank}");
                console.Write(table);
            });
        });
    }

    /// <summary>Forward and reverse questions without a person.</summary>
    public static Command Find(CommandHost host)
    {
        var body = new Option<string>("--from") { Description = "Forward question: awarding body of the achievement.", HelpName = "ORGANISATION" };
        var code = new Option<string>("--code") { Description = "Code of the achievement." };
        var title = new Option<string>("--title") { Description = "Title of the achievement." };
        var credits = new Option<string>("--credits") { Description = "Its ECTS credits, with a decimal point.", HelpName = "CREDITS" };
        var level = new Option<int>("--level") { Description = "Its EQF level, 1 to 8.", HelpName = "LEVEL" };
        var fields = new Option<string[]>("--field") { Description = "Its ISCED-F code; may be repeated.", HelpName = "CODE" };
        var awarded = new Option<string>("--awarded") { Description = "Day of award. Default: the as-of day.", HelpName = "YYYY-MM-DD" };
        var unit = new Option<string>("--unit") { Description = "Reverse question: what counts as this unit?", HelpName = "CODE" };
        var asOf = new Option<string>("--as-of") { Description = "Day the answer is to hold for. Default: today.", HelpName = "YYYY-MM-DD" };
        return new Command("find", "Ask how an achievement would count (--from …), or what counts as a unit (--unit).") { body, code, title, credits, level, fields, awarded, unit, asOf }.Calls(host, async (call, cancellationToken) =>
        {
            if (call.Text(body).Length > 0 == call.Text(unit).Length > 0) throw CommandFailure.Usage("One question is asked at a time.", "Give either --from (and what is known of the achievement) or --unit.");
            var request = new FindEquivalencesRequest { Institution = call.Institution, AsOfDate = CaseTexts.Day(call.Text(asOf), "--as-of") };
            if (call.Text(unit).Length > 0)
            {
                request.Unit = call.Text(unit);
            }
            else
            {
                request.Achievement = new()
                {
                    AwardingBody = call.Text(body), Code = call.Text(code), Title = call.Text(title), EqfLevel = call.Parsed.GetValue(level),
                    AwardedDate = CaseTexts.Day(call.Text(awarded), "--awarded"), IscedFields = { call.Parsed.GetValue(fields) ?? [] },
                };
                if (call.Text(credits) is { Length: > 0 } text) request.Achievement.EctsCreditsHundredths = CaseTexts.Credits(text, "--credits");
            }
            var answer = await call.Node.Equivalence.FindEquivalencesAsync(request, call.Node.Call(cancellationToken));
            call.Output.Write(answer.Answers, console =>
            {
                var table = Tables.Of($"as of {answer.AsOfDate}", "unit", "rule", "grants", "automatic", "until", "from", "achievement", "note");
                foreach (var one in answer.Answers)
                    table.Row(one.Generic ? $"{PlainText.Of(one.Kind)}, generic" : PlainText.Of(one.Kind), one.Unit, one.RuleId,
                        one.HasGrantedEctsCreditsHundredths ? $"{PlainText.Credits(one.GrantedEctsCreditsHundredths)} ECTS" : "", one.Automatic ? "yes" : "no", one.ValidUntilDate, one.AwardingBody, one.Achievement, one.Note);
                console.Write(table);
            });
        });
    }
}
