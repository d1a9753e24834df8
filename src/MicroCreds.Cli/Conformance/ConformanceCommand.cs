using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Conformance;

/// <summary><c>mcf conformance --vectors DIR</c>: decision cases put to a node. It imports each case's table as a draft of its own, which it throws away, and publishes nothing.</summary>
internal static class ConformanceCommand
{
    private const string DefaultTable = "mcf-conformance";

    /// <summary>The command: 0 every case holds, 1 one does not or the node refuses, 2 the command line or a file is wrong. Needs a node for trial and the role administrator.</summary>
    public static Command Make(CommandHost host)
    {
        var vectors = new Option<string>("--vectors") { Description = "Folder with decision cases, for example tests/vectors/equivalence.", HelpName = "DIR", Required = true };
        var table = new Option<string>("--table", "-t") { Description = $"Table whose draft holds the cases one after another; it must not be published. Default: {DefaultTable}.", HelpName = "TABLE" };
        return new Command("conformance", "Put decision cases to a node and compare what it finds. For a node on trial: nothing is published, no case is made.") { vectors, table }.WithNode()
            .Does(host, async (parsed, output, cancellationToken) =>
            {
                var cases = Read(parsed.GetRequiredValue(vectors));
                var results = ImmutableArray.CreateBuilder<CaseResult>();
                var code = await CommandRunner.CallAsync(host, parsed, output, async (call, token) => results.AddRange(await RunAsync(call, call.Text(table) is { Length: > 0 } named ? named : DefaultTable, cases, token)), cancellationToken);
                if (code != ExitCodes.Ok) return code;
                Show(output, results.ToImmutable());
                return results.All(r => r.Differences.IsEmpty) ? ExitCodes.Ok : ExitCodes.Failure;
            });
    }

    /// <summary>The cases of a folder, by name; at least one.</summary>
    internal static ImmutableArray<ConformanceCase> Read(string folder)
    {
        if (!Directory.Exists(folder)) throw CommandFailure.Usage("There is no such folder.", "Name the folder with the decision cases.", folder);
        ImmutableArray<ConformanceCase> cases = [.. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(ConformanceCase.Read)];
        return cases.IsEmpty ? throw CommandFailure.Usage("The folder holds no decision case.", "Decision cases are files that end in .json.", folder) : cases;
    }

    private static async Task<ImmutableArray<CaseResult>> RunAsync(NodeCall call, string table, ImmutableArray<ConformanceCase> cases, CancellationToken cancellationToken)
    {
        // Read as the only one hosted when none is named: grade tables name the institution they are of.
        var published = await call.Node.Equivalence.ListTablesAsync(new() { Institution = call.Institution, PageSize = 1000 }, call.Node.Call(cancellationToken));
        if (published.Tables.Any(t => t.TableId == table)) throw CommandFailure.Usage($"The table {table} is published, and its draft is not for trial.", "Name another with --table.", "--table");
        var results = ImmutableArray.CreateBuilder<CaseResult>();
        try
        {
            foreach (var one in cases)
            {
                var import = new ImportDraftRequest { RequestId = RequestId.New().Value, Institution = call.Institution, TableId = table };
                import.Sheets.AddRange(one.SheetMessages());
                await call.Node.EquivalenceAdmin.ImportDraftAsync(import, call.Node.Call(cancellationToken));
                var answer = await call.Node.Assessment.TryRulesAsync(one.Question(call.Institution, table), call.Node.Call(cancellationToken));
                results.Add(new(one, answer.Assessment, CaseComparison.Compare(one.Finding, answer.Assessment)));
            }
        }
        finally
        {
            if (results.Count > 0) await call.Node.EquivalenceAdmin.DiscardDraftAsync(new() { RequestId = RequestId.New().Value, Institution = call.Institution, TableId = table }, call.Node.Call(CancellationToken.None));
        }

        return results.ToImmutable();
    }

    private static void Show(CommandOutput output, ImmutableArray<CaseResult> results)
    {
        if (output.Json)
        {
            foreach (var result in results) output.Write(result.Object(), _ => { });
            return;
        }

        var table = Tables.Of("Case", "Expected", "Found", "");
        foreach (var (one, found, differences) in results)
        {
            table.Row(one.File, $"{one.Finding.Outcome} {one.Finding.Granted} {one.Finding.Rule}".Trim(), $"{(found.ProposedOutcome.Length == 0 ? "none" : found.ProposedOutcome)} {PlainText.Credits(found.GrantedEctsCreditsHundredths)} {found.RuleId}".Trim(), differences.IsEmpty ? "as expected" : "differs");
        }

        output.People.Write(table);
        foreach (var (one, _, differences) in results)
        {
            foreach (var difference in differences) output.People.Say($"{one.File}: {difference.What}: expected {difference.Expected}, found {difference.Found}");
        }

        output.People.Say($"{results.Count(r => r.Differences.IsEmpty)} of {results.Length} cases are as expected.");
    }

    private sealed record CaseResult(ConformanceCase Case, Assessment Found, ImmutableArray<CaseDifference> Differences)
    {
        internal JsonObject Object() => new()
        {
            ["case"] = Case.File, ["scenario"] = Case.Scenario, ["holds"] = Differences.IsEmpty, ["found"] = CommandOutput.Node(Found),
            ["differences"] = new JsonArray([.. Differences.Select(d => new JsonObject { ["what"] = d.What, ["expected"] = d.Expected, ["found"] = d.Found })]),
        };
    }
}
