using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Tables;

/// <summary>The published tables and their rules.</summary>
internal static class TableEndpoints
{
    public static void Map(RouteGroupBuilder console) => console.MapGet("/tables", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        if (page.Institution is null) return Page.Message("no-institution", StatusCodes.Status403Forbidden);
        var filter = TableFilter.From(http.Request.Query);
        var tables = await node.Equivalence.ListTablesAsync(
            new ListTablesRequest { Institution = page.Organisation, PageSize = TableFilter.MostTables }, node.Call(cancellationToken));
        var rules = await node.Equivalence.ListRulesAsync(
            new ListRulesRequest
            {
                Institution = page.Organisation, TableId = filter.Table, TargetUnit = filter.Unit, AwardingBody = filter.AwardingBody,
                PageSize = TableFilter.RulesOnPage, PageToken = filter.PageToken,
            },
            node.Call(cancellationToken));
        return Page.Of<TablesPage>(StatusCodes.Status200OK, ("Filter", filter), ("Tables", tables), ("Rules", rules));
    }
}
