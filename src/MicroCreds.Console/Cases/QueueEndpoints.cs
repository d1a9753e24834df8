using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Cases;

/// <summary>The queue.</summary>
internal static class QueueEndpoints
{
    public static void Map(RouteGroupBuilder console) => console.MapGet("/", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        if (page.Institution is null) return Page.Message("no-institution", StatusCodes.Status403Forbidden);
        if (page.Session is { MayReadCases: false }) return Results.LocalRedirect(page.To("/partners"));
        var filter = QueueFilter.From(http.Request.Query);
        var listed = await node.Recognition.ListCasesAsync(filter.ToRequest(page), node.Call(cancellationToken));
        return Page.Of<QueuePage>(StatusCodes.Status200OK, ("Filter", filter), ("Listed", listed));
    }
}
