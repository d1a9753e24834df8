using System.CommandLine;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Cases;

/// <summary><c>mcf case export</c>: the decision in effect as a file for systems that do not speak the contract.</summary>
internal static class DecisionFileCommand
{
    /// <summary>The command.</summary>
    public static Command Make(CommandHost host)
    {
        var id = CaseReadCommands.CaseId();
        var format = new Option<string>("--format") { Description = "elm: European Digital Credential about what was granted, sealed by the institution. elmo: ELMO 2.0 with resultOfRecognition, not signed.", Required = true };
        format.AcceptOnlyFromAmong("elm", "elmo");
        var file = new Option<string>("--out", "-o") { Description = "Where to write the file. Default: the name the node gives it.", HelpName = "FILE" };
        return new Command("export", "Export the decision in effect as ELM credential or as ELMO.") { id, format, file }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new ExportDecisionRequest
            {
                Institution = call.Institution, CaseId = call.Required(id),
                Format = call.Text(format) == "elm" ? ExportDecisionRequest.Types.Format.Elm : ExportDecisionRequest.Types.Format.Elmo,
            };
            var answer = await call.Node.Recognition.ExportDecisionAsync(request, call.Node.Call(cancellationToken));
            // Only the name counts: a node says no folder.
            var path = call.Text(file) is { Length: > 0 } named ? named : Path.GetFileName(answer.FileName);
            CommandFiles.Write(path, answer.Content.Span);
            call.Output.Write(
                new JsonObject { ["file"] = path, ["mediaType"] = answer.MediaType, ["version"] = answer.Version, ["bytes"] = answer.Content.Length, ["digest"] = Domain.Identifiers.Sha256Digest.Of(answer.Content.Span).Value },
                console => console.Say($"Wrote version {answer.Version} of the decision ({answer.Content.Length} bytes) into {path}."));
        });
    }
}
