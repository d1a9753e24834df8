using System.Globalization;
using Grpc.Core;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Tables;

/// <summary>Taking a partner's published rule into a draft, and what became of those taken before.</summary>
internal static class AdoptionEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        var group = Administrators.Group(console);
        group.MapGet("/tables/adopt", (HttpContext http) => Page.Of<AdoptPage>(
            StatusCodes.Status200OK, ("Form", AdoptionForm.From(name => http.Request.Query[name].ToString())), ("RequestId", RequestKey.New())));
        group.MapPost("/tables/adopt", AdoptAsync);
        group.MapGet("/tables/adoptions", (string? open, string? page, ConsoleContext here, NodeClient node, CancellationToken ct) => ListAsync(open == "yes", page, null, here, node, ct));
        group.MapPost("/tables/adoptions", AcknowledgeAsync);
    }

    private static async Task<IResult> ListAsync(bool openOnly, string? token, NodeProblem? problem, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var request = new ListAdoptionsRequest { Institution = page.Organisation, OpenOnly = openOnly, PageToken = token ?? "" };
        var answer = await node.EquivalenceAdmin.ListAdoptionsAsync(request, node.Call(cancellationToken));
        return Page.Of<AdoptionsPage>(problem?.HttpStatus ?? StatusCodes.Status200OK, ("Asked", request), ("Answer", answer), ("Problem", problem));
    }

    private static async Task<IResult> AcknowledgeAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        _ = int.TryParse(form["source_version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version);
        var request = new AcknowledgeAdoptionRequest
        {
            RequestId = RequestKey.Keep(form["request_id"]), Institution = page.Organisation, TableId = form["table"].ToString(), RuleId = form["rule"].ToString(), SourceVersion = version,
        };
        try
        {
            await node.EquivalenceAdmin.AcknowledgeAdoptionAsync(request, node.Call(cancellationToken));
        }
        catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false } problem)
        {
            return await ListAsync(openOnly: false, null, problem, page, node, cancellationToken);
        }
        return Page.SeeOther(page.To("/tables/adoptions"));
    }

    private static async Task<IResult> AdoptAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var sent = await http.Request.ReadFormAsync(cancellationToken);
        var form = AdoptionForm.From(name => sent[name].ToString());
        var requestId = RequestKey.Keep(sent["request_id"]);
        try
        {
            var answer = await node.EquivalenceAdmin.AdoptRuleAsync(form.ToRequest(requestId, page.Organisation), node.LongCall(cancellationToken));
            return Page.SeeOther(page.To("/tables/rule", ("table", form.Table), ("id", answer.Rule.RuleId), ("draft", "yes")));
        }
        catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false } problem)
        {
            return Page.Of<AdoptPage>(problem.HttpStatus, ("Form", form), ("RequestId", problem.Unsure ? requestId : RequestKey.New()), ("Problem", problem));
        }
    }
}
