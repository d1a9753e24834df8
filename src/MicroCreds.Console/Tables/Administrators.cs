using Grpc.Core;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Tables;

/// <summary>What the pages of administrators share.</summary>
internal static class Administrators
{
    /// <summary>A group whose addresses show a page of their own to other accounts. A courtesy: the node decides what is allowed.</summary>
    public static RouteGroupBuilder Group(RouteGroupBuilder console)
    {
        var group = console.MapGroup("");
        group.AddEndpointFilter(static async (context, next) =>
            context.HttpContext.RequestServices.GetService(typeof(ConsoleContext)) is ConsoleContext { Session.MayAdminister: true, Institution: not null }
                ? await next(context)
                : Page.Message("not-administrator", StatusCodes.Status403Forbidden));
        return group;
    }

    /// <summary>The versions and the draft of a table; null when it has neither.</summary>
    public static async Task<ListVersionsResponse?> HistoryAsync(NodeClient node, ConsoleContext page, string table, string pageToken, CancellationToken cancellationToken)
    {
        try
        {
            return await node.EquivalenceAdmin.ListVersionsAsync(
                new ListVersionsRequest { Institution = page.Organisation, TableId = table, PageToken = pageToken }, node.Call(cancellationToken));
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.NotFound && NodeProblem.From(refused).Reason == "TABLE_NOT_FOUND")
        {
            return null;
        }
    }
}
