using System.CommandLine;
using Grpc.Core;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf rule tables|list|find|watch</c>: what is published.</summary>
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
        var rule = new Option<string>("--rule") { Description = "Only this rule.", HelpName = "RULE" };
        var query = new Option<string>("--search") { Description = "Only rules in which every one of these words stands.", HelpName = "WORDS" };
        var rank = new Option<int>("--rank") { Description = "Only rules of this rank, 1 strongest to 5.", HelpName = "1..5" };
        var automatic = new Option<bool?>("--automatic") { Description = "Only rules that grant without an officer (true), or only the others (false).", HelpName = "true|false" };
        var inForce = new Option<string>("--in-force") { Description = "Only rules in force on this day.", HelpName = "YYYY-MM-DD" };
        var draft = new Option<bool>("--draft") { Description = "Rules of the draft of --table in place of those published." };
        var limit = Paging.Limit();
        return new Command("list", "List published rules.") { tableId, unit, body, rule, query, rank, automatic, inForce, draft, limit }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new ListRulesRequest
            {
                Institution = call.Institution, TableId = call.Text(tableId), TargetUnit = call.Text(unit), AwardingBody = call.Text(body), RuleId = call.Text(rule), Query = call.Text(query),
                Rank = call.Parsed.GetValue(rank), InForceDate = CaseTexts.Day(call.Text(inForce), "--in-force"), Draft = call.Parsed.GetValue(draft),
            };
            if (call.Parsed.GetValue(automatic) is { } alone) request.Automatic = alone;
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
                    table.Row(rule.RuleId, string.Join(", ", rule.FurtherUnits.Select(unit => unit.Unit).Prepend(rule.TargetUnit)), Asked(rule),
                        $"{Granted(rule)}, {rule.Grade}", rule.Automatic ? "yes" : "no",
                        $"{PlainText.OrDash(rule.ValidFromDate)} … {PlainText.OrDash(rule.ValidUntilDate)}", $"{rule.Rank}");
                console.Write(table);
            });
        });
    }

    /// <summary>What a rule asks for, in one line: 2 of (A; B) with what holds for each behind.</summary>
    internal static string Asked(EquivalenceRule rule) => string.Join("; ",
        Asked(rule.SourceGroups).Concat(rule.Conditions.Count > 0 ? [Conditions(rule.Conditions)] : []));

    /// <summary>Groups of credentials, one line each: 2 of (A | B).</summary>
    internal static IEnumerable<string> Asked(IEnumerable<RuleSourceGroup> groups) =>
        groups.Select(group => $"{group.NeededCount} of ({string.Join(" | ", group.Sources.Select(source => Conditions(source.Conditions)))})");

    private static string Conditions(IEnumerable<RuleCondition> conditions) => string.Join("; ", conditions.Select(condition => $"{condition.Condition} {condition.Expected}"));

    /// <summary>Forward and reverse questions without a person.</summary>
    public static Command Find(CommandHost host)
    {
        var description = new AchievementOptions();
        var unit = new Option<string>("--unit") { Description = "Reverse question: what counts as this unit?", HelpName = "CODE" };
        var asOf = new Option<string>("--as-of") { Description = "Day the answer is to hold for. Default: today.", HelpName = "YYYY-MM-DD" };
        var command = new Command("find", "Ask how an achievement would count (--from …), or what counts as a unit (--unit).");
        description.AddTo(command);
        command.Add(unit);
        command.Add(asOf);
        return command.Calls(host, async (call, cancellationToken) =>
        {
            if (description.Given(call) == call.Text(unit).Length > 0) throw CommandFailure.Usage("One question is asked at a time.", "Give either --from (and what is known of the achievement) or --unit.");
            var request = new FindEquivalencesRequest { Institution = call.Institution, AsOfDate = CaseTexts.Day(call.Text(asOf), "--as-of") };
            if (description.Given(call)) request.Achievement = description.Read(call);
            else request.Unit = call.Text(unit);
            var answer = await call.Node.Equivalence.FindEquivalencesAsync(request, call.Node.Call(cancellationToken));
            call.Output.Write(answer.Answers, console =>
            {
                foreach (var warning in answer.Warnings) console.Say($"Warning: {warning}");
                console.Write(AnswerTable.Of($"as of {answer.AsOfDate}", answer.Answers));
            });
        });
    }

    /// <summary>Publications as they happen, until Ctrl-C or a number of them. Every line carries the cursor to go on from.</summary>
    public static Command Watch(CommandHost host)
    {
        var after = new Option<string>("--after") { Description = "Cursor of the last publication seen; without it from the first.", HelpName = "CURSOR" };
        var count = new Option<int>("--count") { Description = "End after this many publications; 0 goes on until Ctrl-C.", HelpName = "N" };
        return new Command("watch", "Watch tables being published.") { after, count }.Calls(host, async (call, cancellationToken) =>
        {
            using var watch = call.Node.Equivalence.WatchRules(new() { Institution = call.Institution, AfterCursor = call.Text(after) }, call.Node.Watch(cancellationToken));
            var (seen, wanted) = (0, call.Parsed.GetValue(count));
            try
            {
                while (await watch.ResponseStream.MoveNext(cancellationToken))
                {
                    var message = watch.ResponseStream.Current;
                    if (message.Publication is { } one)
                        call.Output.Write(message, console => console.Say($"{PlainText.Of(one.PublishTime)}  {one.TableId} version {one.Version}  {one.AddedCount} added, {one.ChangedCount} changed, {one.RemovedCount} removed{(one.EffectiveDate.Length > 0 ? $", in force from {one.EffectiveDate}" : "")}  (cursor {message.Cursor})"));
                    else if (call.Output.Json)
                        call.Output.Write(message, _ => { });
                    if (message.Publication is not null && ++seen == wanted) return;
                }
            }
            catch (Exception e) when (cancellationToken.IsCancellationRequested && e is RpcException or OperationCanceledException)
            {
                // Ctrl-C is how a watch ends.
            }
        });
    }

    private static string Granted(EquivalenceRule rule)
    {
        var credits = $"{string.Join(" + ", rule.FurtherUnits.Select(unit => unit.EctsCreditsHundredths).Prepend(rule.FixedEctsCreditsHundredths).Select(PlainText.Credits))} ECTS";
        return rule.Benefit.Length > 0 ? rule.Benefit
            : rule.GrantPercent > 0 ? $"{rule.GrantPercent} % of what was earned{(rule.HasFixedEctsCreditsHundredths ? $", at most {credits}" : "")}"
            : rule.HasFixedEctsCreditsHundredths || rule.FurtherUnits.Count > 0 ? credits
            : "as earned";
    }
}
