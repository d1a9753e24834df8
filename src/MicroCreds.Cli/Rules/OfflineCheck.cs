using System.CommandLine;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Output;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Federation.V1;
using MicroCreds.Sheets;
using Spectre.Console;

namespace MicroCreds.Cli.Rules;

/// <summary>
/// <c>mcf rule check FILE…</c>: what a node would find in sheets, without a node. With <c>--json</c> one object: <c>units, rules, errors, warnings</c>
/// and <c>findings</c>, each with <c>kind, severity, ruleIds, unit, rows</c> (<c>sheet, row, column</c>), <c>message</c> and <c>witness</c>, the example
/// that shows it (<c>FindingWitness</c> of the contract, or null). A wrong cell is a finding of
/// kind <c>wrong_cell</c>.
/// </summary>
internal static class OfflineCheck
{
    // A sheet can hold a hundred thousand wrong cells; nobody mends more at a time.
    private const int MaxWrongCells = 1000;

    /// <summary>Checks the files named. Exit code 1 when a finding forbids publication.</summary>
    public static int Run(ParseResult parsed, SheetOptions options, CommandHost host, CommandOutput output)
    {
        var day = CaseTexts.Day(parsed.GetValue(options.At) ?? "", "--at") is { Length: > 0 } text ? DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : DateOnly.FromDateTime(host.Clock.GetUtcNow().UtcDateTime);
        var reading = SheetReader.ReadEach(options.Read(parsed));
        var trust = options.TrustAt(parsed, new(day, TimeOnly.MinValue, TimeSpan.Zero));
        var findings = reading.Whole ? Judged(reading, options.Policy(parsed, trust), day) : Unread(reading);
        var errors = findings.Count(f => f.Severity == "error");
        var json = new JsonObject
        {
            ["units"] = reading.Sheets.Units?.Length ?? 0, ["rules"] = reading.Sheets.Rules?.Length ?? 0,
            ["errors"] = errors, ["warnings"] = findings.Count - errors, ["findings"] = new JsonArray([.. findings.Select(f => (JsonNode?)f.ToJson())]),
        };
        output.Write(json, console =>
        {
            console.Say($"{reading.Sheets.Units?.Length ?? 0} units, {reading.Sheets.Rules?.Length ?? 0} rules: {errors} errors, {findings.Count - errors} warnings.");
            if (findings.Count == 0) return;
            var table = Tables.Of("severity", "finding", "where", "what", "for example");
            foreach (var finding in findings) table.Row(finding.Severity, finding.Kind, string.Join("\n", finding.Rows.Select(r => r.ToString())), finding.Message, WitnessText.Of(finding.Witness));
            console.Write(table);
        });
        return errors > 0 ? ExitCodes.Failure : ExitCodes.Ok;
    }

    private static List<Finding> Judged(SheetReading reading, RecognitionPolicy policy, DateOnly day)
    {
        // The time is not kept: a draft made here is checked and thrown away.
        if (DraftImport.Apply(TableId.Parse("offline"), null, null, reading.Sheets, "", DateTimeOffset.UnixEpoch).Failed(out var problem, out var draft))
            return [.. problem.Violations.Select(v => new Finding("wrong_cell", "error", [], [Row.Parse(v.Field)], v.Description))];
        var places = TablePlaces.Sent(reading);
        return
        [
            .. TableCheck.Run(draft.Units, draft.Rules, [], policy, day).Select(f => new Finding(
                SnakeCase.Of(f.Code), SnakeCase.Of(f.Severity), [.. f.OtherRules.Prepend(f.Rule).OfType<RuleId>().Select(r => r.Value)],
                [.. places.Of(f).Select(p => new Row(p.Place.Sheet, p.Place.Row, ""))], f.Message, f.Unit?.Value ?? "", f.Witness is { } witness ? WitnessMessage.Of(witness) : null)),
        ];
    }

    private static List<Finding> Unread(SheetReading reading) =>
        reading.Broken
            ? [.. reading.ToProblem().Violations.Select(v => new Finding("wrong_cell", "error", [], [Row.Parse(v.Field)], v.Description))]
            : [.. reading.Rejected.SelectMany(row => row.Faults.Select(fault => new Finding("wrong_cell", "error", [], [new(row.Sheet, row.Number, fault.Column)], fault.Reason))).Take(MaxWrongCells)];

    /// <summary>A row, or a cell of it; row 0 is the file as a whole.</summary>
    private sealed record Row(string Sheet, int Number, string Column)
    {
        /// <summary>A place as a problem names it: <c>sheet:row:column</c>.</summary>
        public static Row Parse(string place)
        {
            var parts = place.Split(':', 3);
            return new(parts[0], parts.Length > 1 && int.TryParse(parts[1], out var row) ? row : 0, parts.Length > 2 ? parts[2] : "");
        }

        public override string ToString() => Number == 0 ? Sheet : Column.Length == 0 ? $"{Sheet} row {Number}" : $"{Sheet} row {Number}, {Column}";
    }

    private sealed record Finding(string Kind, string Severity, IReadOnlyList<string> RuleIds, IReadOnlyList<Row> Rows, string Message, string Unit = "", FindingWitness? Witness = null)
    {
        public JsonObject ToJson() => new()
        {
            ["kind"] = Kind, ["severity"] = Severity, ["ruleIds"] = new JsonArray([.. RuleIds.Select(id => (JsonNode?)id)]), ["unit"] = Unit,
            ["rows"] = new JsonArray([.. Rows.Select(row => (JsonNode?)new JsonObject { ["sheet"] = row.Sheet, ["row"] = row.Number, ["column"] = row.Column })]),
            ["message"] = Message, ["witness"] = Witness is null ? null : CommandOutput.Node(Witness),
        };
    }
}
