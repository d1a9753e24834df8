using MicroCreds.Console.Node;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;

namespace MicroCreds.Console.Cases;

/// <summary>Reads a case with its evidence.</summary>
internal static class CaseReader
{
    public static async Task<CaseModel> ReadAsync(
        NodeClient node, ConsoleContext page, string caseId, SentForm? sent, string done, CancellationToken cancellationToken)
    {
        var read = node.Recognition.GetCaseAsync(new GetCaseRequest { Institution = page.Organisation, CaseId = caseId }, node.Call(cancellationToken));
        var evidence = node.Recognition.GetEvidenceAsync(new GetEvidenceRequest { Institution = page.Organisation, CaseId = caseId }, node.Call(cancellationToken));
        using (read)
        using (evidence)
        {
            var found = await read;
            var kept = await evidence;
            return new CaseModel { Case = found.RecognitionCase, Evidence = kept.Statements, Sent = sent, Done = done };
        }
    }
}
