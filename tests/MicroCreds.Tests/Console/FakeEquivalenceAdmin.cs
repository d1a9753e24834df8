using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

internal sealed class FakeEquivalenceAdmin(FakeNode node) : EquivalenceAdminService.EquivalenceAdminServiceBase
{
    public override async Task UploadDraft(IAsyncStreamReader<UploadDraftRequest> requestStream, IServerStreamWriter<UploadDraftResponse> responseStream, ServerCallContext context)
    {
        await requestStream.MoveNext();
        var first = requestStream.Current;
        var request = new ImportDraftRequest
        {
            RequestId = first.RequestId, Institution = first.Institution, TableId = first.TableId, Etag = first.Etag, ValidateOnly = first.ValidateOnly, Mode = first.Mode, Sheets = { first.Sheets },
        };
        var contents = request.Sheets.Select(_ => new MemoryStream()).ToArray();
        while (await requestStream.MoveNext())
        {
            requestStream.Current.Chunk.Content.WriteTo(contents[requestStream.Current.Chunk.SheetIndex]);
            await responseStream.WriteAsync(new() { Progress = new UploadProgress { Phase = UploadProgress.Types.Phase.Receiving } });
        }

        foreach (var (sheet, content) in request.Sheets.Zip(contents)) sheet.Content = ByteString.CopyFrom(content.ToArray());
        await responseStream.WriteAsync(new() { Result = await ImportDraft(request, context) });
    }

    public override Task<ImportDraftResponse> ImportDraft(ImportDraftRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        // A preview comes before and after a refused import; the refusal is the import's.
        if (!request.ValidateOnly || request.TableId == "refused") node.RefuseOnce();
        var answer = node.Import.Clone();
        if (!request.ValidateOnly) answer.Preview = null;
        return Task.FromResult(answer);
    }

    public override Task<ListVersionsResponse> ListVersions(ListVersionsRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(node.Versions ?? throw FakeNode.Refused(StatusCode.NotFound, "TABLE_NOT_FOUND", "No such table.", ("table_id", request.TableId)));
    }

    public override Task<ListDraftsResponse> ListDrafts(ListDraftsRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new ListDraftsResponse { Drafts = { node.Drafts } });
    }

    public override Task<CheckDraftResponse> CheckDraft(CheckDraftRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(node.Check);
    }

    public override Task<PublishDraftResponse> PublishDraft(PublishDraftRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        node.RefuseOnce();
        return Task.FromResult(new PublishDraftResponse { Findings = { node.Check.Findings }, Table = new EquivalenceTable { TableId = request.TableId, Version = 4, RuleCount = 7, Digest = "d4" } });
    }

    public override Task<ApproveDraftResponse> ApproveDraft(ApproveDraftRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        node.RefuseOnce();
        return Task.FromResult(new ApproveDraftResponse());
    }

    public override Task<DiscardDraftResponse> DiscardDraft(DiscardDraftRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        node.RefuseOnce();
        return Task.FromResult(new DiscardDraftResponse());
    }

    public override Task<RestoreVersionResponse> RestoreVersion(RestoreVersionRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        node.RefuseOnce();
        return Task.FromResult(new RestoreVersionResponse());
    }

    public override Task<CompareVersionsResponse> CompareVersions(CompareVersionsRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(node.Comparison);
    }

    public override Task<AdoptRuleResponse> AdoptRule(AdoptRuleRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        node.RefuseOnce();
        return Task.FromResult(new AdoptRuleResponse { Rule = new EquivalenceRule { RuleId = request.RuleId.Length > 0 ? request.RuleId : request.SourceRuleId } });
    }

    public override Task<ListAdoptionsResponse> ListAdoptions(ListAdoptionsRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(node.Adoptions);
    }

    public override Task<AcknowledgeAdoptionResponse> AcknowledgeAdoption(AcknowledgeAdoptionRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        node.RefuseOnce();
        return Task.FromResult(new AcknowledgeAdoptionResponse());
    }

    public override async Task SimulateDraft(SimulateDraftRequest request, IServerStreamWriter<SimulateDraftResponse> responseStream, ServerCallContext context)
    {
        node.Note(request, context);
        node.RefuseOnce();
        foreach (var message in node.Simulation)
        {
            if (message.SimulatedCase is null && message.Progress is null) throw FakeNode.Refused(StatusCode.Unavailable, "", "Cut off.");
            await responseStream.WriteAsync(message, context.CancellationToken);
        }
    }

    public override Task<CheckFederationResponse> CheckFederation(CheckFederationRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(node.FederationCheck);
    }

    public override async Task DownloadTable(DownloadTableRequest request, IServerStreamWriter<DownloadTableResponse> responseStream, ServerCallContext context)
    {
        node.Note(request, context);
        await responseStream.WriteAsync(new() { Sheet = new Sheet { Kind = request.Kind, FileName = request.Kind == Sheet.Types.Kind.Workbook ? "table.xlsx" : "rules.csv" } });
        await responseStream.WriteAsync(new() { Content = ByteString.CopyFromUtf8("rule,") });
        await responseStream.WriteAsync(new() { Content = ByteString.CopyFromUtf8("target_unit\n") });
    }
}
