using System.CommandLine;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf rule export</c>: a table as the sheets that <c>mcf rule import</c> takes.</summary>
internal static class ExportCommand
{
    /// <summary>The command. With <c>--json</c> one object: <c>tableId, version, digest, files</c>.</summary>
    public static Command Make(CommandHost host)
    {
        var table = new Option<string>("--table", "-t") { Description = "Table.", HelpName = "TABLE", Required = true };
        var version = new Option<int>("--version") { Description = "Version published. Default: the draft.", HelpName = "N" };
        var folder = new Option<string>("--out", "-o") { Description = "Folder for units.csv, outcomes.csv and rules.csv. Default: here.", HelpName = "FOLDER", DefaultValueFactory = _ => "." };
        return new Command("export", "Write a table as three sheets that import takes again.") { table, version, folder }.Calls(host, async (call, cancellationToken) =>
        {
            var (files, digest) = (new List<string>(), "");
            foreach (var kind in (Sheet.Types.Kind[])[Sheet.Types.Kind.Units, Sheet.Types.Kind.Outcomes, Sheet.Types.Kind.Rules])
            {
                var answer = await call.Node.EquivalenceAdmin.ExportTableAsync(
                    new() { Institution = call.Institution, TableId = call.Text(table), Version = call.Parsed.GetValue(version), Kind = kind }, call.Node.Call(cancellationToken));
                if (digest.Length > 0 && digest != answer.Digest) throw CommandFailure.Of("The draft changed while it was being exported.", "Export it again.");
                digest = answer.Digest;
                // Not the name the node gives: what comes from outside names no file here.
                var path = Path.Combine(call.Text(folder), $"{PlainText.Of(kind)}.csv");
                CommandFiles.Write(path, answer.Sheet.Content.Span);
                files.Add(path);
            }

            var json = new JsonObject
            {
                ["tableId"] = call.Text(table), ["version"] = call.Parsed.GetValue(version), ["digest"] = digest, ["files"] = new JsonArray([.. files.Select(file => (JsonNode?)file)]),
            };
            call.Output.Write(json, console => console.Say($"Wrote {string.Join(", ", files)}; digest {digest}."));
        });
    }
}
