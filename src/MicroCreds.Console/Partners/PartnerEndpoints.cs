using Grpc.Core;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Partners;

/// <summary>The members of the federation, how the exchange with each stands, and a test of the way to one.</summary>
internal static class PartnerEndpoints
{
    private const int MostMembers = 1000;

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/partners", (ConsoleContext page, NodeClient node, CancellationToken ct) => ShowAsync(page, node, null, ct));
        console.MapPost("/partners/test", TestAsync);
    }

    private static async Task<IResult> ShowAsync(ConsoleContext page, NodeClient node, PartnerTest? test, CancellationToken cancellationToken)
    {
        if (page.Institution is null) return Page.Message("no-institution", StatusCodes.Status403Forbidden);
        var members = await node.Members.ListMembersAsync(new ListMembersRequest { PageSize = MostMembers }, node.Call(cancellationToken));
        var heads = await node.Exchange.GetHeadsAsync(new GetHeadsRequest { Institution = page.Organisation }, node.Call(cancellationToken));
        return Page.Of<PartnersPage>(StatusCodes.Status200OK, ("Members", members), ("Heads", heads), ("Test", test));
    }

    private static async Task<IResult> TestAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var partner = form["partner"].ToString();
        PartnerTest test;
        try
        {
            var answer = await node.Members.EchoAsync(new EchoRequest { Institution = partner, Message = "console" }, node.Call(cancellationToken));
            test = new PartnerTest(partner, answer, null);
        }
        catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false } problem)
        {
            test = new PartnerTest(partner, null, problem);
        }
        return await ShowAsync(page, node, test, cancellationToken);
    }
}
