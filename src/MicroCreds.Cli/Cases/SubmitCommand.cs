using System.CommandLine;
using Google.Protobuf;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Cases;

/// <summary><c>mcf submit</c>: applies for recognition of a credential, or of several together, at the node's own institution or through it at a partner's.</summary>
internal static class SubmitCommand
{
    /// <summary>The command.</summary>
    public static Command Make(CommandHost host)
    {
        var files = new Argument<string[]>("FILE") { Description = "Credential file, sent byte for byte. Several of one learner are judged together; at most 20. A folder, or --bulk: each file for itself.", Arity = ArgumentArity.OneOrMore };
        var to = new Option<string>("--to") { Description = "Institution asked to recognise it.", HelpName = "ORGANISATION", Required = true };
        var programme = new Option<string>("--programme") { Description = "Programme of that institution.", HelpName = "CODE", Required = true };
        var unit = new Option<string>("--unit") { Description = "Unit it is to count for.", HelpName = "CODE", Required = true };
        var purpose = new Option<string>("--purpose") { Description = "Purpose in the applicant's words." };
        var language = new Option<string>("--language") { Description = "Language in which to write to the learner, BCP 47. Default: en." };
        var consent = new Option<string>("--consent") { Description = "Reference to the learner's consent to the transfer." };
        var bulk = new Option<bool>("--bulk") { Description = "Each file is an application of its own, whosever it is; a line says what became of each. Repeat with the same --request-id what was not answered." };
        return new Command("submit", "Apply for recognition of a credential, or of several that are to count together.") { files, to, programme, unit, purpose, language, consent, bulk, RequestIds.Option }
            .WithNode().Does(host, async (parsed, output, cancellationToken) =>
            {
                var well = true;
                var code = await CommandRunner.CallAsync(host, parsed, output, async (call, token) => well = await SendAsync(call, token), cancellationToken);
                return code != ExitCodes.Ok ? code : well ? ExitCodes.Ok : ExitCodes.Failure;
            });

        async Task<bool> SendAsync(NodeCall call, CancellationToken cancellationToken)
        {
            var named = call.Required(files);
            var request = new SubmitCredentialRequest
            {
                RequestId = RequestIds.Of(call.Parsed),
                Institution = call.Text(to),
                Target = new() { Programme = call.Text(programme), Unit = call.Text(unit) },
                Purpose = call.Text(purpose),
                ContactLanguage = call.Text(language),
                ConsentReference = call.Text(consent),
            };
            if (call.Parsed.GetValue(bulk) || Array.Exists(named, Directory.Exists)) return await new BulkSubmission(call, request).SendAsync(named, cancellationToken);
            var read = named.Select(file => ByteString.CopyFrom(CommandFiles.Read(file))).ToArray();
            request.Credential = read[0];
            request.FurtherCredentials.Add(read[1..]);
            var answer = await call.Node.Recognition.SubmitCredentialAsync(request, call.Node.Call(cancellationToken));
            call.Output.Write(answer.RecognitionCase, console =>
            {
                console.Say($"{request.Institution} has it as case {answer.RecognitionCase.CaseId}: {PlainText.Of(answer.RecognitionCase.State)}.");
                CaseView.Show(console, answer.RecognitionCase);
            });
            return true;
        }
    }
}
