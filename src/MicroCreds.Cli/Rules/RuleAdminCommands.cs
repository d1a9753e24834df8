using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.Collections;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;
using Spectre.Console;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf rule import|check|publish</c>: the administrator's way from spreadsheets to a published table.</summary>
internal static class RuleAdminCommands
{
    private static readonly Option<string> Table = new("--table", "-t") { Description = "Table.", HelpName = "TABLE", Required = true };
    private static readonly Option<bool> ValidateOnly = new("--validate-only") { Description = "Read and check, keep nothing." };

    /// <summary>Takes sheets into the draft and publishes it when asked.</summary>
    public static Command Import(CommandHost host)
    {
        var files = new Argument<string[]>("FILES") { Description = "CSV or XLSX files whose names begin with units, outcomes, rules or sources, or one workbook of any other name with sheets named so.", Arity = ArgumentArity.ZeroOrMore };
        var units = new Option<string>("--units") { Description = "CSV file of units, under any name.", HelpName = "FILE" };
        var outcomes = new Option<string>("--outcomes") { Description = "CSV file of outcomes, under any name.", HelpName = "FILE" };
        var rules = new Option<string>("--rules") { Description = "CSV file of rules, under any name.", HelpName = "FILE" };
        var sources = new Option<string>("--sources") { Description = "CSV file of the sources of rules about several credentials, under any name.", HelpName = "FILE" };
        var preview = new Option<bool>("--preview") { Description = "Show row by row what the import would do, with old and new values and the rows it would leave out. Keeps nothing." };
        var goodRows = new Option<bool>("--good-rows") { Description = "Import the good rows when others are wrong; what a wrong row was to replace stays." };
        var rejected = new Option<string>("--rejected") { Description = "Write the rows that are left out here, to be mended. With several kinds of sheets the kind is put before the name.", HelpName = "FILE.csv" };
        var publish = new Option<bool>("--publish") { Description = "Publish the draft when no finding forbids it." };
        return new Command("import", "Import spreadsheets into a table's draft. If any cell is wrong nothing is imported and every wrong cell is named.")
            { files, Table, units, outcomes, rules, sources, preview, goodRows, rejected, publish, Reasons, ValidateOnly, CaseEtag, RequestIds.Option }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new UploadDraftRequest
            {
                RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, TableId = call.Text(Table), Etag = call.Text(CaseEtag), ValidateOnly = call.Parsed.GetValue(ValidateOnly) || call.Parsed.GetValue(preview),
                // A preview shows the wrong rows beside the others, not instead of them.
                Mode = call.Parsed.GetValue(goodRows) || call.Parsed.GetValue(preview) ? ImportMode.GoodRows : ImportMode.AllOrNothing,
            };
            var contents = new List<ByteString>();
            foreach (var path in call.Parsed.GetValue(files) ?? []) Add(path, KindOf(path));
            foreach (var (option, kind) in new[] { (units, Federation.V1.Sheet.Types.Kind.Units), (outcomes, Federation.V1.Sheet.Types.Kind.Outcomes), (rules, Federation.V1.Sheet.Types.Kind.Rules), (sources, Federation.V1.Sheet.Types.Kind.Sources) })
                if (call.Text(option) is { Length: > 0 } path) Add(path, kind);
            if (request.Sheets.Count == 0) throw CommandFailure.Usage("No file is named.", "Give CSV files, for example: mcf rule import units.csv outcomes.csv rules.csv --table T.", "FILES");

            var imported = await DraftSender.SendAsync(call, request, contents, cancellationToken);
            if (call.Text(rejected) is { Length: > 0 } target) ImportView.Save(target, imported.RejectedSheets);
            if (!call.Parsed.GetValue(publish) || request.ValidateOnly)
            {
                call.Output.Write(imported, console =>
                {
                    console.Say($"Draft of {imported.Draft.TableId}: {imported.Draft.UnitCount} units, {imported.Draft.RuleCount} rules{(request.ValidateOnly ? "; nothing was kept" : "")}. Etag {imported.Draft.Etag}.");
                    ImportView.Show(console, imported);
                    Findings(console, imported.Findings);
                });
                return;
            }
            var publication = new PublishDraftRequest { RequestId = Domain.Identifiers.RequestId.New().Value, Institution = call.Institution, TableId = request.TableId, Etag = imported.Draft.Etag };
            publication.Reasons.AddRange(ReasonsOf(call));
            await PublishAsync(call, publication, cancellationToken);

            void Add(string path, Sheet.Types.Kind kind)
            {
                request.Sheets.Add(new Sheet { Kind = kind, FileName = Path.GetFileName(path) });
                contents.Add(UnsafeByteOperations.UnsafeWrap(CommandFiles.Read(path)));
            }
        });
    }

    /// <summary>Findings of sheets, offline, or of the draft that a node keeps.</summary>
    public static Command Check(CommandHost host)
    {
        var options = new SheetOptions();
        var table = new Option<string>("--table", "-t") { Description = "Table whose draft on the node is to be checked, instead of files.", HelpName = "TABLE" };
        return options.AddTo(new Command("check", "Check sheets offline (FILE…), or a draft on a node (--table), as for publication.") { table }).Does(host, (parsed, output, cancellationToken) =>
            (options.Named(parsed), parsed.GetValue(table)) switch
            {
                (true, null) => Task.FromResult(OfflineCheck.Run(parsed, options, host, output)),
                (false, { } id) => CommandRunner.CallAsync(host, parsed, output, (call, token) => CheckDraftAsync(call, id, token), cancellationToken),
                _ => throw CommandFailure.Usage("One thing is checked at a time.", "Give either sheets, or --table for the draft on a node.", "--table"),
            });
    }

    private static async Task CheckDraftAsync(NodeCall call, string table, CancellationToken cancellationToken)
    {
        var answer = await call.Node.EquivalenceAdmin.CheckDraftAsync(new() { Institution = call.Institution, TableId = table }, call.Node.LongCall(cancellationToken));
        call.Output.Write(answer, console =>
        {
            console.Say($"Draft of {answer.Draft.TableId}: {answer.Draft.UnitCount} units, {answer.Draft.RuleCount} rules. Etag {answer.Draft.Etag}.");
            Findings(console, answer.Findings);
            console.Say($"Rules that can match one credential: {answer.Overlaps?.Conflicting ?? 0} pairs in conflict, {answer.Overlaps?.Agreeing ?? 0} that agree, {answer.Overlaps?.Settled ?? 0} that precedence settles.");
        });
    }

    /// <summary>Publishes the draft.</summary>
    public static Command Publish(CommandHost host) => new Command("publish", "Publish a draft as the next version, at once and as a whole.") { Table, Reasons, EffectiveDate, ValidateOnly, CaseEtag, RequestIds.Option }
        .Calls(host, (call, cancellationToken) =>
        {
            var request = new PublishDraftRequest
            {
                RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, TableId = call.Text(Table), Etag = call.Text(CaseEtag), ValidateOnly = call.Parsed.GetValue(ValidateOnly),
                EffectiveDate = CaseTexts.Day(call.Text(EffectiveDate), "--effective"),
            };
            request.Reasons.AddRange(ReasonsOf(call));
            return PublishAsync(call, request, cancellationToken);
        });

    /// <summary>Approves the draft, as the second person.</summary>
    public static Command Approve(CommandHost host)
    {
        var etag = new Option<string>("--etag") { Description = "Etag of the draft that was looked at.", Required = true };
        return new Command("approve", "Approve a draft that another account edited last, as it stands.") { Table, etag, RequestIds.Option }.Calls(host, async (call, cancellationToken) =>
        {
            var answer = await call.Node.EquivalenceAdmin.ApproveDraftAsync(
                new() { RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, TableId = call.Text(Table), Etag = call.Text(etag) }, call.Node.Call(cancellationToken));
            call.Output.Write(answer, console => console.Say($"Approved the draft of {answer.Draft.TableId}, digest {answer.Draft.Digest}. Etag {answer.Draft.Etag}."));
        });
    }

    private static Option<string[]> Reasons { get; } = new("--reason")
    {
        Description = "Why warnings of a kind are accepted, kept with the version; without a kind, those of every other kind. May be repeated.", HelpName = "KIND=TEXT",
    };

    private static Option<string> EffectiveDate { get; } = new("--effective") { Description = "Day from which the version is in force, today or later. Default: at once.", HelpName = "YYYY-MM-DD" };

    private static Option<string> CaseEtag { get; } = new("--etag") { Description = "Act only if the draft still has this etag. Default: act on whatever stands." };

    /// <summary>Kind of a sheet by the name of its file; a workbook of another name holds sheets of every kind.</summary>
    internal static Sheet.Types.Kind KindOf(string path)
    {
        var name = Path.GetFileName(path);
        return name.StartsWith("units", StringComparison.OrdinalIgnoreCase) ? Federation.V1.Sheet.Types.Kind.Units
            : name.StartsWith("outcomes", StringComparison.OrdinalIgnoreCase) ? Federation.V1.Sheet.Types.Kind.Outcomes
            : name.StartsWith("rules", StringComparison.OrdinalIgnoreCase) ? Federation.V1.Sheet.Types.Kind.Rules
            : name.StartsWith("sources", StringComparison.OrdinalIgnoreCase) ? Federation.V1.Sheet.Types.Kind.Sources
            : name.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase) ? Federation.V1.Sheet.Types.Kind.Workbook
            : throw CommandFailure.Usage($"The name '{name}' does not tell what the rows are.", "Begin it with units, outcomes, rules or sources, or give the file with --units, --outcomes, --rules or --sources.", path);
    }

    private static async Task PublishAsync(NodeCall call, PublishDraftRequest request, CancellationToken cancellationToken)
    {
        var answer = await call.Node.EquivalenceAdmin.PublishDraftAsync(request, call.Node.LongCall(cancellationToken));
        call.Output.Write(answer, console =>
        {
            console.Say($"{(request.ValidateOnly ? "Would publish" : "Published")} {answer.Table.TableId} version {answer.Table.Version}: {answer.Table.Units.Count} units, {answer.Table.RuleCount} rules, digest {answer.Table.Digest}{(answer.Table.EffectiveDate.Length > 0 ? $", in force from {answer.Table.EffectiveDate}" : "")}.");
            Findings(console, answer.Findings);
        });
    }

    // A reason may hold an equals sign; a kind is one word.
    private static IEnumerable<WarningReason> ReasonsOf(NodeCall call) => (call.Parsed.GetValue(Reasons) ?? []).Select(text =>
        text.IndexOf('=', StringComparison.Ordinal) is var at and > 0 && text.AsSpan(0, at).IndexOf(' ') < 0 ? new WarningReason { Kind = text[..at], Reason = text[(at + 1)..] } : new() { Reason = text });

    /// <summary>Findings of a draft.</summary>
    internal static void Findings(IAnsiConsole console, RepeatedField<TableFinding> findings)
    {
        if (findings.Count == 0) return;
        var table = Tables.Of("severity", "finding", "where", "what", "for example");
        foreach (var finding in findings) table.Row(PlainText.Of(finding.Severity), finding.Kind, string.Join("\n", Where(finding)), finding.Message, WitnessText.Of(finding.Witness));
        console.Write(table);
    }

    // What was kept from an earlier import has no row in the sheets of this one.
    private static IEnumerable<string> Where(TableFinding finding)
    {
        var rows = finding.Places.ToLookup(place => place.Key, place => $"{place.Key}: {place.FileName} row {place.Row}");
        return finding.RuleIds.Count == 0 ? rows.SelectMany(row => row) : finding.RuleIds.Select(id => rows[id].FirstOrDefault(id));
    }
}
