using System.Collections.Immutable;
using System.Text;
using Google.Protobuf.Collections;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Recognition;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Assessment;

/// <summary>Requests about several cases as one command for each, under an id of its own.</summary>
internal static class SeveralRequests
{
    /// <summary>Most cases of one request: as many as a page of the queue shows.</summary>
    public const int MaxCases = 50;

    /// <summary>Reads <c>DecideCasesRequest</c>; no decision means what the rules propose.</summary>
    public static (ImmutableArray<CaseCommand> Commands, OfficerDecision? Decision) ToDecide(Wire.DecideCasesRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        var decision = request.Decision is null ? null : DecisionInputMapping.Read(fields, "decision", request.Decision);
        fields.Require(decision?.Outcome != DecisionOutcome.Refused, "decision.outcome", "must not be a refusal, which is decided case by case");
        fields.Require(request.Decision is null or { Lines.Count: 0 }, "decision.lines", "must be left out: they are about the credentials of one case");
        fields.Text("statement", request.Statement, 0, RecognitionMapping.MaxLongText);
        fields.Require(request.Decision is null || request.Statement.Length == 0, "statement", "must stand in the decision");
        return (ToCommands(fields, request.RequestId, request.Institution, request.Cases, request.ValidateOnly, hosting), decision);
    }

    /// <summary>Reads <c>AssignCasesRequest</c>.</summary>
    public static ImmutableArray<CaseCommand> ToAssign(Wire.AssignCasesRequest request, Hosting hosting)
    {
        var fields = new RequestFields();
        fields.Text("assignee", request.Assignee, 0, OfficerRequests.MaxAccount);
        return ToCommands(fields, request.RequestId, request.Institution, request.Cases, request.ValidateOnly, hosting);
    }

    private static ImmutableArray<CaseCommand> ToCommands(RequestFields fields, string requestId, string named, RepeatedField<Wire.CaseChoice> cases, bool validateOnly, Hosting hosting)
    {
        var id = fields.RequestId("request_id", requestId);
        var institution = fields.Institution("institution", named, hosting);
        fields.Require(cases.Count is > 0 and <= MaxCases, "cases", $"must have 1 to {MaxCases} cases");
        var commands = ImmutableArray.CreateBuilder<CaseCommand>();
        foreach (var (one, i) in cases.Take(MaxCases).Select((one, i) => (one, i)))
        {
            var of = fields.CaseId($"cases[{i}].case_id", one.CaseId);
            var etag = OfficerRequests.Etag(fields, $"cases[{i}].etag", one.Etag);
            fields.Require(!cases.Take(i).Any(earlier => earlier.CaseId == one.CaseId), $"cases[{i}].case_id", "must not be named twice");
            if (id is not null && institution is not null && of is not null) commands.Add(new CaseCommand(id.ForPart(Encoding.ASCII.GetBytes(of.Value)), institution, of, etag, validateOnly));
        }

        fields.ThrowIfWrong();
        return commands.ToImmutable();
    }
}
