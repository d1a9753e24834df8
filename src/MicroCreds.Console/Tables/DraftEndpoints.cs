using Grpc.Core;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Tables;

/// <summary>The draft of a table: what is to be looked at, and its publication.</summary>
internal static class DraftEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        var group = Administrators.Group(console);
        group.MapGet("/tables/draft", (string? table, ConsoleContext page, NodeClient node, CancellationToken ct) => ShowAsync(table, page, node, null, ct));
        group.MapGet("/tables/publish", ConfirmAsync);
        group.MapPost("/tables/publish", PublishAsync);
        group.MapPost("/tables/discard", DiscardAsync);
        group.MapPost("/tables/approve", ApproveAsync);
    }

    /// <summary>Field of the reason for warnings of a kind.</summary>
    public static string ReasonField(string kind) => ReasonPrefix + kind;

    private const string ReasonPrefix = "reason_";

    private static async Task<IResult> ShowAsync(string? table, ConsoleContext page, NodeClient node, NodeProblem? problem, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(table)) return Page.SeeOther(page.To("/tables"));
        var history = await Administrators.HistoryAsync(node, page, table.Trim(), "", cancellationToken);
        var check = history?.Draft is null
            ? null
            : await node.EquivalenceAdmin.CheckDraftAsync(new CheckDraftRequest { Institution = page.Organisation, TableId = table.Trim() }, node.LongCall(cancellationToken));
        return Page.Of<DraftPage>(problem?.HttpStatus ?? StatusCodes.Status200OK, ("Table", table.Trim()), ("History", history), ("Check", check), ("Problem", problem));
    }

    private static async Task<IResult> ConfirmAsync(string? table, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var history = await Administrators.HistoryAsync(node, page, table ?? "", "", cancellationToken);
        if (history?.Draft is not { } draft) return Page.SeeOther(page.To("/tables/draft", ("table", table)));
        // Only asks what would be published; the reasons are given on the page that this fills.
        var request = new PublishDraftRequest
        {
            RequestId = RequestKey.New(), Institution = page.Organisation, TableId = draft.TableId, Etag = draft.Etag, ValidateOnly = true, Reasons = { new WarningReason { Reason = "-" } },
        };
        try
        {
            var answer = await node.EquivalenceAdmin.PublishDraftAsync(request, node.LongCall(cancellationToken));
            return Page.Of<PublishPage>(StatusCodes.Status200OK, ("Draft", draft), ("Answer", answer), ("Before", history.Versions.FirstOrDefault()));
        }
        catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false } problem)
        {
            return await ShowAsync(draft.TableId, page, node, problem, cancellationToken);
        }
    }

    private static Task<IResult> PublishAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken) =>
        ActAsync(http, page, node, "publish", async (form, table) =>
        {
            var request = new PublishDraftRequest { RequestId = RequestKey.Keep(form["request_id"]), Institution = page.Organisation, TableId = table, Etag = form["etag"].ToString(), EffectiveDate = form["effective_date"].ToString() };
            request.Reasons.AddRange(form.Where(f => f.Key.StartsWith(ReasonPrefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(f.Value))
                .Select(f => new WarningReason { Kind = f.Key[ReasonPrefix.Length..], Reason = f.Value.ToString().ReplaceLineEndings("\n").Trim() }));
            await node.EquivalenceAdmin.PublishDraftAsync(request, node.LongCall(cancellationToken));
        }, cancellationToken);

    private static Task<IResult> DiscardAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken) =>
        ActAsync(http, page, node, "discard", async (form, table) =>
        {
            var request = new DiscardDraftRequest { RequestId = RequestKey.Keep(form["request_id"]), Institution = page.Organisation, TableId = table, Etag = form["etag"].ToString() };
            await node.EquivalenceAdmin.DiscardDraftAsync(request, node.Call(cancellationToken));
        }, cancellationToken);

    private static Task<IResult> ApproveAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken) =>
        ActAsync(http, page, node, "approve", async (form, table) =>
        {
            var request = new ApproveDraftRequest { RequestId = RequestKey.Keep(form["request_id"]), Institution = page.Organisation, TableId = table, Etag = form["etag"].ToString() };
            await node.EquivalenceAdmin.ApproveDraftAsync(request, node.Call(cancellationToken));
        }, cancellationToken);

    private static async Task<IResult> ActAsync(
        HttpContext http, ConsoleContext page, NodeClient node, string done, Func<IFormCollection, string, Task> act, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var table = form["table"].ToString();
        try
        {
            await act(form, table);
        }
        catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false } problem)
        {
            return await ShowAsync(table, page, node, problem, cancellationToken);
        }
        return Page.SeeOther(page.To("/tables/history", ("table", table), ("done", done)));
    }
}
