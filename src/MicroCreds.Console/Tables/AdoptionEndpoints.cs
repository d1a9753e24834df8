using Grpc.Core;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Tables;

/// <summary>Taking a partner's published rule into a draft.</summary>
internal static class AdoptionEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        var group = Administrators.Group(console);
        group.MapGet("/tables/adopt", (HttpContext http) => Page.Of<AdoptPage>(
            StatusCodes.Status200OK, ("Form", AdoptionForm.From(name => http.Request.Query[name].ToString())), ("RequestId", RequestKey.New())));
        group.MapPost("/tables/adopt", AdoptAsync);
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
