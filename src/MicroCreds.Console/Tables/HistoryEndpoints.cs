using Grpc.Core;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Tables;

/// <summary>The versions of a table, what differs between two of them, and bringing one back as a draft.</summary>
internal static class HistoryEndpoints
{
    private const int RowsOnPage = 100;

    /// <summary>What was just done, for the notice at the top.</summary>
    public static IReadOnlyList<string> Done { get; } = ["publish", "discard", "restore", "approve"];

    public static void Map(RouteGroupBuilder console)
    {
        var group = Administrators.Group(console);
        group.MapGet("/tables/history", (string? table, string? page, string? done, ConsoleContext here, NodeClient node, CancellationToken ct) => ShowAsync(table, page, done, null, here, node, ct));
        group.MapGet("/tables/compare", CompareAsync);
        group.MapPost("/tables/restore", RestoreAsync);
    }

    private static async Task<IResult> ShowAsync(
        string? table, string? token, string? done, NodeProblem? problem, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(table)) return Page.SeeOther(page.To("/tables"));
        var history = await Administrators.HistoryAsync(node, page, table, token ?? "", cancellationToken);
        return Page.Of<HistoryPage>(
            problem?.HttpStatus ?? StatusCodes.Status200OK, ("Table", table), ("History", history), ("Problem", problem), ("LaterPage", !string.IsNullOrEmpty(token)),
            ("Act", Done.FirstOrDefault(d => d == done) ?? ""));
    }

    private static async Task<IResult> CompareAsync(string? table, int? from, int? to, string? page, ConsoleContext here, NodeClient node, CancellationToken cancellationToken)
    {
        var request = new CompareVersionsRequest { Institution = here.Organisation, TableId = table ?? "", FromVersion = from ?? 0, ToVersion = to ?? 0, PageSize = RowsOnPage, PageToken = page ?? "" };
        var answer = await node.EquivalenceAdmin.CompareVersionsAsync(request, node.LongCall(cancellationToken));
        var history = await Administrators.HistoryAsync(node, here, request.TableId, "", cancellationToken);
        return Page.Of<ComparePage>(StatusCodes.Status200OK, ("Asked", request), ("Answer", answer), ("History", history));
    }

    private static async Task<IResult> RestoreAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var table = form["table"].ToString();
        _ = int.TryParse(form["version"], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version);
        var request = new RestoreVersionRequest
        {
            RequestId = RequestKey.Keep(form["request_id"]), Institution = page.Organisation, TableId = table, Version = version, Etag = form["etag"].ToString(),
        };
        try
        {
            await node.EquivalenceAdmin.RestoreVersionAsync(request, node.LongCall(cancellationToken));
        }
        catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false } problem)
        {
            return await ShowAsync(table, null, null, problem, page, node, cancellationToken);
        }
        return Page.SeeOther(page.To("/tables/history", ("table", table), ("done", "restore")));
    }
}
