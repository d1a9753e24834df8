using System.Collections.Immutable;
using Grpc.Core;
using MicroCreds.Console.Cases;
using MicroCreds.Console.Language;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Tables;

/// <summary>The import in three steps: choose files, look at what they would change, take them.</summary>
internal static class ImportEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        var group = Administrators.Group(console);
        var files = new FormLimit(SheetParcel.MaxFormBytes);
        group.MapGet("/tables/import", (string? table) => Page.Of<ImportPage>(StatusCodes.Status200OK, ("Model", new ImportModel { Table = table?.Trim() ?? "" })));
        group.MapPost("/tables/import/preview", PreviewAsync).WithMetadata(files);
        group.MapPost("/tables/import/apply", ApplyAsync).WithMetadata(files);
        group.MapPost("/tables/import/rejected", RejectedAsync).WithMetadata(files);
    }

    private static async Task<IResult> PreviewAsync(HttpContext http, ConsoleContext page, NodeClient node, SheetParcel parcels, Words words, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var carried = form["parcel"].ToString();
        var sheets = carried.Length == 0 ? await UploadedSheets.ReadAsync(form, cancellationToken) : parcels.Open(carried);
        if (sheets is null) return Page.Message("parcel", StatusCodes.Status409Conflict);
        if (UploadedSheets.Check(sheets, words) is { IsEmpty: false } slips) return Refused(sheets, form, slips, problem: null);
        try
        {
            return Page.Of<ImportPreviewPage>(StatusCodes.Status200OK, ("Model", await RehearseAsync(sheets, page, node, parcels, sent: null, cancellationToken)));
        }
        catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false } problem)
        {
            return Refused(sheets, form, Listed(problem), problem);
        }
    }

    private static async Task<IResult> ApplyAsync(HttpContext http, ConsoleContext page, NodeClient node, SheetParcel parcels, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var carried = form["parcel"].ToString();
        if (parcels.Open(carried) is not { } sheets) return Page.Message("parcel", StatusCodes.Status409Conflict);
        var request = sheets.Clone();
        request.RequestId = RequestKey.Keep(form["request_id"]);
        request.Institution = page.Organisation;
        request.Etag = form["etag"].ToString();
        request.Mode = form["mode"] == "good" ? ImportMode.GoodRows : ImportMode.AllOrNothing;
        try
        {
            var answer = await node.SendAsync(request, cancellationToken);
            return Page.Of<ImportDonePage>(StatusCodes.Status200OK, ("Model", new ImportModel { Table = sheets.TableId, Answer = answer, RejectedParcel = SealRejected(sheets, answer, parcels) }));
        }
        catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false } problem)
        {
            var requestId = problem.Unsure ? request.RequestId : RequestKey.New();
            var sent = new SentForm { Action = UploadedSheets.Form, Fields = form, Problem = problem, Errors = Listed(problem), RequestId = requestId };
            try
            {
                return Page.Of<ImportPreviewPage>(problem.HttpStatus, ("Model", await RehearseAsync(sheets, page, node, parcels, sent, cancellationToken)));
            }
            catch (RpcException) when (problem.Unsure)
            {
                // The node is away, so nothing can be previewed; the files must not be lost with it.
                return Page.Of<ImportPreviewPage>(problem.HttpStatus, ("Model", new ImportModel { Table = sheets.TableId, Parcel = carried, RequestId = requestId, Sent = sent }));
            }
        }
    }

    private static async Task<IResult> RejectedAsync(HttpContext http, SheetParcel parcels, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        if (parcels.Open(form["parcel"].ToString()) is not { } rejected) return Page.Message("parcel", StatusCodes.Status409Conflict);
        return rejected.Sheets.FirstOrDefault(s => UploadedSheets.Field(s.Kind) == form["kind"]) is { } sheet
            ? SheetDownload.Of(sheet, $"{rejected.TableId}-wrong-rows")
            : Page.Message("not-found", StatusCodes.Status404NotFound);
    }

    // The etag is that of the draft as it stands now: whoever edits it in between makes the import fail instead of being overwritten.
    private static async Task<ImportModel> RehearseAsync(
        ImportDraftRequest sheets, ConsoleContext page, NodeClient node, SheetParcel parcels, SentForm? sent, CancellationToken cancellationToken)
    {
        var history = await Administrators.HistoryAsync(node, page, sheets.TableId, "", cancellationToken);
        var request = sheets.Clone();
        (request.RequestId, request.Institution, request.ValidateOnly, request.Mode) = (RequestKey.New(), page.Organisation, true, ImportMode.GoodRows);
        var answer = await node.SendAsync(request, cancellationToken);
        return new ImportModel
        {
            Table = sheets.TableId, Answer = answer, Before = history?.Draft, Files = [.. sheets.Sheets.Select(s => s.FileName)], Parcel = parcels.Seal(sheets),
            RejectedParcel = SealRejected(sheets, answer, parcels), RequestId = sent?.RequestId ?? RequestKey.New(), Sent = sent,
        };
    }

    private static string SealRejected(ImportDraftRequest sheets, ImportDraftResponse answer, SheetParcel parcels) =>
        answer.RejectedSheets.Count == 0 ? "" : parcels.Seal(new ImportDraftRequest { TableId = sheets.TableId, Sheets = { answer.RejectedSheets } });

    private static IResult Refused(ImportDraftRequest sheets, IFormCollection form, ImmutableArray<FieldError> errors, NodeProblem? problem)
    {
        var sent = new SentForm { Action = UploadedSheets.Form, Fields = form, Errors = errors, Problem = problem, RequestId = RequestKey.New() };
        return Page.Of<ImportPage>(problem?.HttpStatus ?? StatusCodes.Status422UnprocessableEntity, ("Model", new ImportModel { Table = sheets.TableId, Sent = sent }));
    }

    private static ImmutableArray<FieldError> Listed(NodeProblem problem) =>
        [.. problem.Violations.Take(100).Select(v => new FieldError(v.Field == "table_id" ? "table" : "", $"{ForeignText.Visible(v.Field)}: {ForeignText.Visible(v.Description)}"))];
}
