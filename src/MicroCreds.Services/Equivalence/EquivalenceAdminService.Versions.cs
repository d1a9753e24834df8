using Grpc.Core;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Sheets;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>The verbs about drafts and versions of tables, and about rules that come from partners.</summary>
internal sealed partial class EquivalenceAdminService
{
    /// <inheritdoc/>
    public override async Task<Wire.ListDraftsResponse> ListDrafts(Wire.ListDraftsRequest request, ServerCallContext context)
    {
        var (desk, size) = Open(context, () => HistoryMapping.ToList(request), request.Institution);
        return await TableHistory.DraftsAsync(desk, size, request.PageToken, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Wire.ListVersionsResponse> ListVersions(Wire.ListVersionsRequest request, ServerCallContext context)
    {
        var (desk, (table, size)) = Open(context, () => HistoryMapping.ToList(request), request.Institution);
        return await TableHistory.ListAsync(desk, table, size, request.PageToken, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Wire.CompareVersionsResponse> CompareVersions(Wire.CompareVersionsRequest request, ServerCallContext context)
    {
        var (desk, asked) = Open(context, () => HistoryMapping.ToCompare(request), request.Institution);
        return await TableHistory.CompareAsync(desk, asked, request.PageToken, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Wire.AdoptRuleResponse> AdoptRule(Wire.AdoptRuleRequest request, ServerCallContext context)
    {
        var (desk, (change, asked)) = Open(context, () => AdoptionMapping.ToAdopt(request), request.Institution);
        if ((await partners.FindAsync(desk.Institution, asked.Partner, asked.Source, context.CancellationToken)).Failed(out var problem, out var found)) throw problem.ToRpcException();
        var adoption = new RuleAdoption { Source = found.Rule, Provenance = found.Provenance, Target = asked.Target, Rule = asked.Rule, Automatic = asked.Automatic };
        var tables = await desk.Tables.PublishedAsync(context.CancellationToken);
        var (published, now) = (tables.FirstOrDefault(t => t.Id == change.Table), clock.GetUtcNow());
        // Before the draft: without it nobody could say later what changed.
        if (!request.ValidateOnly) await desk.Institution.Adoptions.KeepAsync(new() { Source = found.Provenance, Content = found.Rule, SeenAt = now }, context.CancellationToken);
        var result = request.ValidateOnly
            ? Rehearse(change, await desk.Tables.DraftAsync(change.Table, context.CancellationToken), Edit)
            : await desk.Tables.EditDraftAsync(change.Table, ChangeRequests.Of(desk.Staff, context, change.Id, request), change.Etag, Edit, context.CancellationToken);
        if (result.Failed(out problem, out var draft)) throw problem.ToRpcException();
        if (!request.ValidateOnly) follower.Wake();

        var response = new Wire.AdoptRuleResponse { Draft = EquivalenceAdminMapping.ToWire(draft, desk.Institution) };
        if (draft.Rules.FirstOrDefault(r => r.Id == asked.Rule) is { } adopted) response.Rule = EquivalenceMapping.ToWire(adopted);
        response.Findings.AddRange(TableFindingMapping.ToWire(Findings(desk, draft.Id, draft.Units, draft.Rules, tables, now), TablePlaces.Exported(draft.Units, draft.Rules)));
        return response;

        Result<EquivalenceDraft> Edit(EquivalenceDraft? before) => adoption.Into(change.Table, before, published, desk.Staff.Account, now);
    }

    /// <inheritdoc/>
    public override async Task<Wire.ListAdoptionsResponse> ListAdoptions(Wire.ListAdoptionsRequest request, ServerCallContext context)
    {
        var (desk, (table, size)) = Open(context, () => AdoptionMapping.ToList(request), request.Institution);
        return await AdoptionBook.PageAsync(desk, table, size, request, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Wire.AcknowledgeAdoptionResponse> AcknowledgeAdoption(Wire.AcknowledgeAdoptionRequest request, ServerCallContext context)
    {
        var (desk, (id, table, rule)) = Open(context, () => AdoptionMapping.ToAcknowledge(request), request.Institution);
        var acknowledgement = new AdoptionAcknowledgement(table, rule, request.SourceVersion, desk.Staff.Account, clock.GetUtcNow());
        return await AdoptionBook.AcknowledgeAsync(desk, ChangeRequests.Of(desk.Staff, context, id, request), acknowledgement, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Wire.RestoreVersionResponse> RestoreVersion(Wire.RestoreVersionRequest request, ServerCallContext context)
    {
        var (desk, (change, version)) = Open(context, () => HistoryMapping.ToRestore(request), request.Institution);
        if (await desk.Tables.VersionAsync(change.Table, version, context.CancellationToken) is not { } restored) throw NoTable(change.Table).ToRpcException();
        var now = clock.GetUtcNow();
        var result = request.ValidateOnly
            ? Rehearse(change, await desk.Tables.DraftAsync(change.Table, context.CancellationToken), Edit)
            : await desk.Tables.EditDraftAsync(change.Table, ChangeRequests.Of(desk.Staff, context, change.Id, request), change.Etag, Edit, context.CancellationToken);
        if (result.Failed(out var problem, out var draft)) throw problem.ToRpcException();

        var response = new Wire.RestoreVersionResponse { Draft = EquivalenceAdminMapping.ToWire(draft, desk.Institution) };
        response.Findings.AddRange(TableFindingMapping.ToWire(Findings(desk, draft.Id, draft.Units, draft.Rules, await desk.Tables.PublishedAsync(context.CancellationToken), now), TablePlaces.Exported(draft.Units, draft.Rules)));
        return response;

        Result<EquivalenceDraft> Edit(EquivalenceDraft? before) => new EquivalenceDraft(change.Table, (before?.Revision ?? 0) + 1, restored.Units, restored.Rules, desk.Staff.Account, now);
    }

    /// <inheritdoc/>
    public override async Task<Wire.DiscardDraftResponse> DiscardDraft(Wire.DiscardDraftRequest request, ServerCallContext context)
    {
        var (desk, change) = Open(context, () => HistoryMapping.ToDiscard(request), request.Institution);
        var result = await desk.Tables.DiscardDraftAsync(change.Table, ChangeRequests.Of(desk.Staff, context, change.Id, request), change.Etag, context.CancellationToken);
        return result.Failed(out var problem, out var draft) ? throw problem.ToRpcException() : new() { Draft = EquivalenceAdminMapping.ToWire(draft, desk.Institution) };
    }
}
