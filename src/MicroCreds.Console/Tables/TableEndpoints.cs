using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Tables;

/// <summary>The published tables, one table with its rules, its units, one rule and one unit.</summary>
internal static class TableEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/tables", ShowAsync);
        console.MapGet("/tables/units", UnitsAsync);
        console.MapGet("/tables/unit", UnitAsync);
        console.MapGet("/tables/rule", RuleAsync);
    }

    /// <summary>The published tables of the institution.</summary>
    internal static async Task<IReadOnlyList<EquivalenceTable>> ListAsync(ConsoleContext page, NodeClient node, CancellationToken cancellationToken) =>
        (await node.Equivalence.ListTablesAsync(new ListTablesRequest { Institution = page.Organisation, PageSize = TableFilter.MostTables }, node.Call(cancellationToken))).Tables;

    private static async Task<IResult> ShowAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        if (page.Institution is null) return Page.Message("no-institution", StatusCodes.Status403Forbidden);
        var filter = TableFilter.From(http.Request.Query);
        var tables = await ListAsync(page, node, cancellationToken);
        if (filter.Table.Length == 0 && !filter.Narrowed)
            return Page.Of<TablesPage>(StatusCodes.Status200OK, ("Filter", filter), ("Tables", tables), ("Drafts", await DraftsAsync(page, node, cancellationToken)));

        var rules = await node.Equivalence.ListRulesAsync(filter.ToRequest(page), node.Call(cancellationToken));
        return filter.Table.Length == 0
            ? Page.Of<TablesPage>(StatusCodes.Status200OK, ("Filter", filter), ("Tables", tables), ("Rules", rules))
            : Page.Of<TablePage>(StatusCodes.Status200OK, ("Filter", filter), ("Tables", tables), ("Rules", rules));
    }

    // Who may not edit tables is shown what is published.
    private static async Task<IReadOnlyList<EquivalenceDraft>> DraftsAsync(ConsoleContext page, NodeClient node, CancellationToken cancellationToken) =>
        page.Session is { MayAdminister: true }
            ? (await node.EquivalenceAdmin.ListDraftsAsync(new ListDraftsRequest { Institution = page.Organisation, PageSize = TableFilter.MostTables }, node.Call(cancellationToken))).Drafts
            : [];

    private static async Task<IResult> UnitsAsync(string? table, string? q, ConsoleContext page, NodeClient node, CancellationToken cancellationToken) =>
        (await ListAsync(page, node, cancellationToken)).FirstOrDefault(t => t.TableId == table) is { } found
            ? Page.Of<UnitsPage>(StatusCodes.Status200OK, ("Table", found), ("Search", q?.Trim() ?? ""))
            : Page.Message("not-found", StatusCodes.Status404NotFound);

    private static async Task<IResult> UnitAsync(string? code, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var table = (await ListAsync(page, node, cancellationToken)).FirstOrDefault(t => t.Units.Any(u => u.Code == code));
        if (table is null) return Page.Message("not-found", StatusCodes.Status404NotFound);
        var filter = new TableFilter { Table = table.TableId, Unit = code ?? "" };
        var rules = await node.Equivalence.ListRulesAsync(filter.ToRequest(page), node.Call(cancellationToken));
        return Page.Of<UnitPage>(StatusCodes.Status200OK, ("Table", table), ("Unit", table.Units.First(u => u.Code == code)), ("Filter", filter), ("Rules", rules));
    }

    private static async Task<IResult> RuleAsync(string? id, string? table, string? draft, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var request = new ListRulesRequest { Institution = page.Organisation, TableId = table ?? "", RuleId = id ?? "", Draft = draft == "yes" };
        var rules = string.IsNullOrEmpty(id) ? [] : (await node.Equivalence.ListRulesAsync(request, node.Call(cancellationToken))).Rules;
        if (rules is not [var rule]) return Page.Message("not-found", StatusCodes.Status404NotFound);
        var tables = await ListAsync(page, node, cancellationToken);
        return Page.Of<RulePage>(
            StatusCodes.Status200OK, ("Rule", rule), ("Draft", request.Draft), ("Table", request.TableId.Length > 0 ? request.TableId : tables.FirstOrDefault(t => t.Units.Any(u => u.Code == rule.TargetUnit))?.TableId ?? ""),
            ("Unit", tables.SelectMany(t => t.Units).FirstOrDefault(u => u.Code == rule.TargetUnit)));
    }
}
