using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Cases;

/// <summary>Receives the cases ticked in the queue: to be decided as proposed, shown first and then done, or to be taken.</summary>
internal static class SeveralEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        console.MapPost("/several/decide", DecideAsync);
        console.MapPost("/several/assign", AssignAsync);
    }

    private static async Task<IResult> DecideAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var request = new DecideCasesRequest
        {
            RequestId = RequestKey.Keep(form["request_id"]), Institution = page.Organisation, Statement = form["statement"].ToString().ReplaceLineEndings("\n").Trim(), ValidateOnly = form["confirmed"] != "yes",
            Cases = { Ticked(form) },
        };
        if (request.Cases.Count == 0) return Page.Message("none-ticked", StatusCodes.Status422UnprocessableEntity);
        var answers = (await node.Assessment.DecideCasesAsync(request, node.Call(cancellationToken))).Answers;
        return Page.Of<SeveralPage>(StatusCodes.Status200OK, ("Asked", request.Cases), ("Answers", answers), ("Rehearsed", request.ValidateOnly));
    }

    private static async Task<IResult> AssignAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var request = new AssignCasesRequest { RequestId = RequestKey.Keep(form["request_id"]), Institution = page.Organisation, Assignee = page.Session?.Account ?? "", Cases = { Ticked(form) } };
        if (request.Cases.Count == 0) return Page.Message("none-ticked", StatusCodes.Status422UnprocessableEntity);
        var answers = (await node.Assessment.AssignCasesAsync(request, node.Call(cancellationToken))).Answers;
        return Page.Of<SeveralPage>(StatusCodes.Status200OK, ("Asked", request.Cases), ("Answers", answers));
    }

    // A box holds the case as it was seen: its id, a colon and its etag.
    private static IEnumerable<CaseChoice> Ticked(IFormCollection form) =>
        form["case"].OfType<string>().Select(ticked => ticked.Split(':', 2)).Select(parts => new CaseChoice { CaseId = parts[0], Etag = parts.ElementAtOrDefault(1) ?? "" });
}
