using System.CommandLine;
using System.Text.Json.Nodes;
using Grpc.Core;
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
        var version = new Option<int?>("--version") { Description = "Version published. Default: the draft, or the newest version when there is none.", HelpName = "N" };
        var folder = new Option<string>("--out", "-o") { Description = "Folder for the sheets, or the workbook FILE.xlsx. Default: here.", HelpName = "FOLDER", DefaultValueFactory = _ => "." };
        var format = new Option<string>("--format") { Description = "csv: a file of each sheet. xlsx: one workbook, table.xlsx in the folder.", HelpName = "csv|xlsx", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "xlsx");
        return new Command("export", "Write a table as sheets that import takes again.") { table, version, folder, format }.Calls(host, async (call, cancellationToken) =>
        {
            var (files, digest) = (new List<string>(), "");
            var chosen = call.Parsed.GetValue(version) ?? await DefaultAsync(call, call.Text(table), cancellationToken);
            var workbook = call.Text(format) == "xlsx" || call.Text(folder).EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase);
            foreach (var kind in workbook ? [Sheet.Types.Kind.Workbook] : (Sheet.Types.Kind[])[Sheet.Types.Kind.Units, Sheet.Types.Kind.Outcomes, Sheet.Types.Kind.Rules, Sheet.Types.Kind.Sources])
            {
                var request = new DownloadTableRequest { Institution = call.Institution, TableId = call.Text(table), Version = chosen, Kind = kind };
                var (content, given) = await DownloadAsync(call, request, cancellationToken);
                if (digest.Length > 0 && digest != given) throw CommandFailure.Of("The draft changed while it was being exported.", "Export it again.");
                digest = given;
                // Not the name the node gives: what comes from outside names no file here.
                var path = call.Text(folder) switch
                {
                    var file when file.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase) => file,
                    var place => Path.Combine(place, workbook ? "table.xlsx" : $"{PlainText.Of(kind)}.csv"),
                };
                CommandFiles.Write(path, content);
                files.Add(path);
            }

            var json = new JsonObject
            {
                ["tableId"] = call.Text(table), ["version"] = chosen, ["digest"] = digest, ["files"] = new JsonArray([.. files.Select(file => (JsonNode?)file)]),
            };
            call.Output.Write(json, console => console.Say($"Wrote {string.Join(", ", files)}; digest {digest}."));
        });
    }

    private static async Task<(byte[] Content, string Digest)> DownloadAsync(NodeCall call, DownloadTableRequest request, CancellationToken cancellationToken)
    {
        using var download = call.Node.EquivalenceAdmin.DownloadTable(request, call.Node.LongCall(cancellationToken));
        var (content, digest, length) = (new MemoryStream(), "", 0L);
        await foreach (var message in download.ResponseStream.ReadAllAsync(cancellationToken))
        {
            if (message.Sheet is not null) (digest, length) = (message.Digest, message.ContentBytes);
            content.Write(message.Content.Span);
        }

        return content.Length == length ? (content.ToArray(), digest) : throw CommandFailure.Of("The node ended the call before the whole sheet had come.", "Export it again.");
    }

    /// <summary>0 for the draft; the newest version when there is no draft.</summary>
    private static async Task<int> DefaultAsync(NodeCall call, string table, CancellationToken cancellationToken)
    {
        var history = await call.Node.EquivalenceAdmin.ListVersionsAsync(new() { Institution = call.Institution, TableId = table, PageSize = 1 }, call.Node.Call(cancellationToken));
        return history.Draft is null && history.Versions.Count > 0 ? history.Versions[0].Version : 0;
    }
}
