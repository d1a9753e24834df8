using Grpc.Core;
using MicroCreds.Console.Language;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Cases;

/// <summary>Receives the forms of the case page.</summary>
internal static class CaseActionEndpoints
{
    public static void Map(RouteGroupBuilder console) => console.MapPost("/cases/{id}/{action}", ActAsync);

    private static async Task<IResult> ActAsync(
        HttpContext http, string id, string action, ConsoleContext page, NodeClient node, Words words, CancellationToken cancellationToken)
    {
        if (!CaseActions.IsKnown(action)) return Page.Message("not-found", StatusCodes.Status404NotFound);
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var requestId = RequestKey.Keep(form["request_id"]);
        var decision = DecisionForm.Sent(form);
        var slips = CaseActions.Unanswered(action, form, words);
        if (CaseActions.Decides(action, form)) slips = [.. slips, .. decision.Check(words)];
        if (!slips.IsEmpty)
            return await RefusedAsync(new SentForm { Action = action, Fields = form, Errors = slips, RequestId = requestId }, StatusCodes.Status422UnprocessableEntity);

        try
        {
            var change = new CaseChange { RequestId = requestId, Institution = page.Organisation, CaseId = id, Etag = form["etag"].ToString() };
            await CaseActions.SendAsync(action, node, change, form, decision, cancellationToken);
        }
        catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false, Code: not StatusCode.NotFound } problem)
        {
            var sent = new SentForm
            {
                Action = action, Fields = form, Problem = problem, Errors = FieldNames.Read(problem, decision),
                RequestId = problem.Unsure ? requestId : RequestKey.New(),
            };
            return await RefusedAsync(sent, problem.HttpStatus);
        }
        return Page.SeeOther(page.To($"/cases/{Uri.EscapeDataString(id)}", ("done", action)));

        async Task<IResult> RefusedAsync(SentForm sent, int status)
        {
            try
            {
                return Page.Of<CasePage>(status, ("Model", await CaseReader.ReadAsync(node, page, id, sent, "", cancellationToken)));
            }
            catch (RpcException) when (sent.Problem is { Unsure: true })
            {
                // The node is away, so the case cannot be shown; what was typed must not be lost with it.
                return Page.Of<ResendPage>(status, ("Sent", sent), ("CaseId", id));
            }
        }
    }
}
