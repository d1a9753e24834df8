using System.CommandLine;
using System.Text;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Cli.Cases;

/// <summary><c>mcf case evidence</c>: what is signed about a case, and a file of it that anybody can verify.</summary>
internal static class EvidenceCommand
{
    /// <summary>The command.</summary>
    public static Command Make(CommandHost host)
    {
        var id = CaseReadCommands.CaseId();
        var file = new Option<string>("--out", "-o") { Description = "Write one statement with its receipt into this file, for `mcf verify`.", HelpName = "FILE" };
        var sequence = new Option<long>("--sequence") { Description = "Which statement to write, by its number in the stream. Default: the last.", HelpName = "N" };
        return new Command("evidence", "Show or export the statements about a case with their receipts.") { id, file, sequence }.Calls(host, async (call, cancellationToken) =>
        {
            var answer = await call.Node.Recognition.GetEvidenceAsync(new() { Institution = call.Institution, CaseId = call.Required(id) }, call.Node.Call(cancellationToken));
            if (call.Text(file) is { Length: > 0 } path)
            {
                var wanted = call.Parsed.GetValue(sequence);
                var chosen = answer.Statements.LastOrDefault(one => wanted == 0 || one.Sequence == wanted)
                    ?? throw CommandFailure.Of("There is no such statement about this case.", "Leave --out away to see those there are.", call.Required(id));
                CommandFiles.Write(path, Export(chosen));
                call.Output.Write(chosen, console => console.Say($"Wrote number {chosen.Sequence} from {chosen.Issuer} to {chosen.Audience} into {path}{(chosen.Receipt.IsEmpty ? ", without receipt: the partner has not acknowledged it yet" : "")}."));
                return;
            }
            call.Output.Write(answer.Statements, console =>
            {
                var table = Tables.Of("from", "to", "number", "digest", "receipt", "stored");
                foreach (var one in answer.Statements) table.Row(one.Issuer, one.Audience, $"{one.Sequence}", one.Digest, one.ReceiptDigest, PlainText.Of(one.StoreTime));
                console.Write(table);
            });
        });
    }

    /// <summary>The statement with its receipt as a file.</summary>
    public static byte[] Export(Federation.V1.StatementEvidence evidence) =>
        new DecisionExport(
            new Domain.Statements.SignedStatement(Encoding.ASCII.GetString(evidence.Statement.Jws.Span), [.. evidence.Statement.Disclosures]),
            Encoding.ASCII.GetString(evidence.Receipt.Span)).Write();
}
