using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using MicroCreds.Sheets;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>The administrator's verbs: take sheets into a draft, check it, publish it.</summary>
internal sealed partial class EquivalenceAdminService(Hosting hosting, TrustRegistry registry, TimeProvider clock, DraftSimulation simulation, FederationReview review, PartnerRules partners, AdoptionFollower follower) : Wire.EquivalenceAdminService.EquivalenceAdminServiceBase
{
    // A console or a student system takes so much in one answer without being told to take more (gRPC's default for clients).
    private const int MaxExportBytes = 4 * 1024 * 1024 - (64 * 1024);

    /// <inheritdoc/>
    public override async Task<Wire.ImportDraftResponse> ImportDraft(Wire.ImportDraftRequest request, ServerCallContext context)
    {
        var (desk, (change, files)) = Open(context, () => EquivalenceAdminMapping.ToImport(request), request.Institution);
        // Read after the role was checked: up to 4 MiB are not read for somebody who may not import.
        return await ImportAsync(desk, change, SheetReader.ReadEach(files), request, context, upload: null);
    }

    /// <inheritdoc/>
    public override async Task UploadDraft(IAsyncStreamReader<Wire.UploadDraftRequest> requestStream, IServerStreamWriter<Wire.UploadDraftResponse> responseStream, ServerCallContext context)
    {
        var first = await requestStream.MoveNext(context.CancellationToken) ? requestStream.Current : new();
        var (desk, (change, import)) = Open(context, () => EquivalenceAdminMapping.ToUpload(first), first.Institution);
        var upload = new DraftUpload(import, responseStream, clock);
        var files = await upload.ReceiveAsync(requestStream, context.CancellationToken);
        await DraftUpload.Turns.WaitAsync(context.CancellationToken);
        try
        {
            var response = await ImportAsync(desk, change, await upload.ReadAsync(files, context.CancellationToken), upload.Identity(), context, upload);
            await upload.AnswerAsync(response, context.CancellationToken);
        }
        finally
        {
            DraftUpload.Turns.Release();
        }
    }

    private async Task<Wire.ImportDraftResponse> ImportAsync(AdminDesk desk, DraftChange change, SheetReading reading, Wire.ImportDraftRequest request, ServerCallContext context, DraftUpload? upload)
    {
        if (!reading.Whole && (reading.Broken || !change.GoodRows)) throw reading.ToProblem().ToRpcException();
        var tables = await desk.Tables.PublishedAsync(context.CancellationToken);
        var now = clock.GetUtcNow();
        var published = tables.FirstOrDefault(t => t.Id == change.Table);
        ImmutableArray<TargetUnit> units = [];
        ImmutableArray<EquivalenceRule> rules = [];
        var result = await DuringAsync(Wire.UploadProgress.Types.Phase.Keeping, async () => request.ValidateOnly
            ? Rehearse(change, await desk.Tables.DraftAsync(change.Table, context.CancellationToken), Edit)
            : await desk.Tables.EditDraftAsync(change.Table, ChangeRequests.Of(desk.Staff, context, change.Id, request), change.Etag, Edit, context.CancellationToken));
        if (result.Failed(out var problem, out var draft)) throw problem.ToRpcException();

        var response = new Wire.ImportDraftResponse { Draft = EquivalenceAdminMapping.ToWire(draft, desk.Institution), Preview = request.ValidateOnly ? ImportMapping.ToWire(ImportPreview.Of(units, rules, draft)) : null };
        if (change.GoodRows) ImportMapping.Reject(response, GoodRows.Rejected(reading, draft.Units, draft.Rules));
        var findings = await DuringAsync(Wire.UploadProgress.Types.Phase.Checking, () => Task.FromResult(Findings(desk, draft.Id, draft.Units, draft.Rules, tables, now)));
        response.FindingCount = findings.Length;
        response.Findings.AddRange(TableFindingMapping.ToWire(findings, TablePlaces.Sent(reading)));
        return response;

        Task<T> DuringAsync<T>(Wire.UploadProgress.Types.Phase phase, Func<Task<T>> work) => upload is null ? work() : upload.DuringAsync(phase, work, context.CancellationToken);

        Result<EquivalenceDraft> Edit(EquivalenceDraft? before)
        {
            (units, rules) = (before?.Units ?? published?.Units ?? [], before?.Rules ?? published?.Rules ?? []);
            return DraftImport.Apply(change.Table, before, published, change.GoodRows ? GoodRows.Over(reading, units, rules) : reading.Sheets, desk.Staff.Account, now);
        }
    }

    /// <inheritdoc/>
    public override async Task<Wire.CheckDraftResponse> CheckDraft(Wire.CheckDraftRequest request, ServerCallContext context)
    {
        var (desk, table) = Open(context, () => EquivalenceAdminMapping.ToCheck(request), request.Institution);
        if (await desk.Tables.DraftAsync(table, context.CancellationToken) is not { } draft) throw NoTable(table).ToRpcException();
        var tables = await desk.Tables.PublishedAsync(context.CancellationToken);
        var report = Report(desk, table, draft.Units, draft.Rules, tables, clock.GetUtcNow());
        var response = new Wire.CheckDraftResponse { Draft = EquivalenceAdminMapping.ToWire(draft, desk.Institution), Overlaps = TableFindingMapping.Overlaps(report) };
        response.FindingCount = report.Findings.Length;
        response.Findings.AddRange(TableFindingMapping.ToWire(report.Findings, TablePlaces.Exported(draft.Units, draft.Rules)));
        return response;
    }

    /// <inheritdoc/>
    public override async Task<Wire.PublishDraftResponse> PublishDraft(Wire.PublishDraftRequest request, ServerCallContext context)
    {
        var (desk, (change, terms)) = Open(context, () => DraftPublicationMapping.ToPublish(request), request.Institution);
        var tables = await desk.Tables.PublishedAsync(context.CancellationToken);
        var now = clock.GetUtcNow();
        var result = request.ValidateOnly
            ? await RehearseAsync()
            : await desk.Tables.PublishAsync(change.Table, ChangeRequests.Of(desk.Staff, context, change.Id, request), change.Etag, Publish, context.CancellationToken);
        if (result.Failed(out var problem, out var table)) throw problem.ToRpcException();
        // Not with the caller's token: what is published takes effect even when the caller has left.
        if (!request.ValidateOnly) await desk.Institution.Published.ReloadAsync(CancellationToken.None);

        var response = new Wire.PublishDraftResponse { Table = EquivalenceMapping.ToWire(table, desk.Organisation, table.Rules.Length), Version = HistoryMapping.ToWire(PublishedVersion.Of(table)) };
        response.Findings.AddRange(TableFindingMapping.ToWire(Findings(desk, table.Id, table.Units, table.Rules, tables, StartOf(table.EffectiveOn, table.PublishedAt)), TablePlaces.Exported(table.Units, table.Rules)));
        return response;

        Result<EquivalenceTable> Publish(EquivalenceDraft draft, int version) =>
            new DraftPublication { By = desk.Staff.Account, At = now, Approval = desk.Institution.TableApproval, Reasons = terms.Reasons, ReasonForOthers = terms.ReasonForOthers, EffectiveOn = terms.EffectiveOn }
                .Publish(draft, version, Findings(desk, draft.Id, draft.Units, draft.Rules, tables, StartOf(terms.EffectiveOn, now)));

        async Task<Result<EquivalenceTable>> RehearseAsync()
        {
            if (await desk.Tables.DraftAsync(change.Table, context.CancellationToken) is not { } draft) return NoTable(change.Table);
            if (Publish(draft, 1 + (tables.FirstOrDefault(t => t.Id == draft.Id)?.Version ?? 0)).Failed(out var refused, out var made)) return refused;
            return Changed(change, draft) is { } changed ? changed : made;
        }
    }

    /// <inheritdoc/>
    public override async Task<Wire.ApproveDraftResponse> ApproveDraft(Wire.ApproveDraftRequest request, ServerCallContext context)
    {
        var (desk, change) = Open(context, () => DraftPublicationMapping.ToApprove(request), request.Institution);
        var now = clock.GetUtcNow();
        var result = await desk.Tables.EditDraftAsync(
            change.Table, ChangeRequests.Of(desk.Staff, context, change.Id, request), change.Etag,
            draft => draft is null ? NoTable(change.Table) : DraftPublication.Approve(draft, desk.Staff.Account, now), context.CancellationToken);
        return result.Failed(out var problem, out var approved) ? throw problem.ToRpcException() : new() { Draft = EquivalenceAdminMapping.ToWire(approved, desk.Institution) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.ExportTableResponse> ExportTable(Wire.ExportTableRequest request, ServerCallContext context)
    {
        var (sheet, digest) = await ExportAsync(context, request.Institution, request.TableId, request.Version, request.Kind);
        if (sheet.Content.Length > MaxExportBytes)
            throw Problem.Of(ProblemCode.InvalidRequest, $"The sheet has {sheet.Content.Length} bytes, more than {MaxExportBytes} of one answer; ask by DownloadTable.").ToRpcException();
        return new() { Sheet = sheet, Digest = digest };
    }

    /// <inheritdoc/>
    public override async Task DownloadTable(Wire.DownloadTableRequest request, IServerStreamWriter<Wire.DownloadTableResponse> responseStream, ServerCallContext context)
    {
        var (sheet, digest) = await ExportAsync(context, request.Institution, request.TableId, request.Version, request.Kind);
        var content = sheet.Content.Memory;
        sheet.Content = ByteString.Empty;
        await responseStream.WriteAsync(new() { Sheet = sheet, Digest = digest, ContentBytes = content.Length }, context.CancellationToken);
        for (var at = 0; at < content.Length; at += DraftUpload.MaxChunkBytes)
            await responseStream.WriteAsync(
                new() { Content = UnsafeByteOperations.UnsafeWrap(content.Slice(at, Math.Min(DraftUpload.MaxChunkBytes, content.Length - at))) }, context.CancellationToken);
    }

    private async Task<(Wire.Sheet Sheet, string Digest)> ExportAsync(ServerCallContext context, string institution, string tableId, int wanted, Wire.Sheet.Types.Kind sheet)
    {
        var (desk, (table, version, kind)) = Open(context, () => EquivalenceAdminMapping.ToExport(institution, tableId, wanted, sheet), institution);
        var draft = version == 0 ? await desk.Tables.DraftAsync(table, context.CancellationToken) : null;
        var published = version > 0 ? await desk.Tables.VersionAsync(table, version, context.CancellationToken) : null;
        if (draft is null && published is null) throw NoTable(table).ToRpcException();
        var (units, rules) = (draft?.Units ?? published?.Units ?? [], draft?.Rules ?? published?.Rules ?? []);
        return (
            kind is { } rows ? ImportMapping.ToWire(new SheetFile(kind, $"{SnakeCase.Of(rows)}.csv", SheetTable.Csv(rows, units, rules))) : Workbook(units, rules),
            EquivalenceTableBuilder.DigestOf(units, rules).Value);
    }

    /// <inheritdoc/>
    public override async Task SimulateDraft(Wire.SimulateDraftRequest request, IServerStreamWriter<Wire.SimulateDraftResponse> responseStream, ServerCallContext context)
    {
        var (desk, asked) = Open(context, () => SimulationMapping.ToSimulate(request), request.Institution);
        if (await desk.Tables.DraftAsync(asked.Table, context.CancellationToken) is not { } draft) throw NoTable(asked.Table).ToRpcException();
        await simulation.RunAsync(desk.Institution, draft, asked, responseStream, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Wire.CheckFederationResponse> CheckFederation(Wire.CheckFederationRequest request, ServerCallContext context)
    {
        var (desk, (asOf, patience)) = Open(context, () => FederationReview.Read(request), request.Institution);
        return await review.CheckAsync(desk.Institution, asOf, patience, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<Wire.GetImportTemplateResponse> GetImportTemplate(Wire.GetImportTemplateRequest request, ServerCallContext context)
    {
        Open(context, () => EquivalenceAdminMapping.ToTemplate(request), request.Institution);
        return Task.FromResult(new Wire.GetImportTemplateResponse { Sheet = Workbook([], []) });
    }

    private static Wire.Sheet Workbook(ImmutableArray<TargetUnit> units, ImmutableArray<EquivalenceRule> rules) => ImportMapping.ToWire(new SheetFile(null, "table.xlsx", SheetTable.Workbook(units, rules)));

    /// <summary>No such table, version or draft.</summary>
    internal static Problem NoTable(TableId table) => Problem.Of(ProblemCode.TableNotFound, $"There is no table or draft {table}.", ("table_id", table.Value));

    // In the order of the contract: who calls, what is asked, whether the caller may.
    private (AdminDesk Desk, T Asked) Open<T>(ServerCallContext context, Func<T> map, string institution)
    {
        var caller = Caller.From(context);
        caller.RequireSignedIn();
        var asked = map();
        if (hosting.Resolve(institution).Failed(out var problem, out var hosted)) throw problem.ToRpcException();
        return (new(hosted, caller.RequireStaff(hosted, StaffRole.Administrator)), asked);
    }

    private static Result<EquivalenceDraft> Rehearse(DraftChange change, EquivalenceDraft? before, Func<EquivalenceDraft?, Result<EquivalenceDraft>> edit)
    {
        if (edit(before).Failed(out var problem, out var draft)) return problem;
        return Changed(change, before) is { } changed ? changed : draft;
    }

    // A table is checked as it stands on the day on which it comes into force.
    private static DateTimeOffset StartOf(DateOnly? effectiveOn, DateTimeOffset publishedAt) =>
        effectiveOn is { } day && new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) is var start && start > publishedAt ? start : publishedAt;

    private static Problem? Changed(DraftChange change, EquivalenceDraft? draft)
    {
        var current = draft?.Revision ?? 0;
        if (change.Etag is not { } expected || expected == current) return null;
        return Problem.Of(
            ProblemCode.ConcurrentChange, $"The draft of {change.Table} is at revision {current}, not {expected}: read it again.",
            ("table_id", change.Table.Value), ("etag", expected.ToString(CultureInfo.InvariantCulture)), ("current_etag", current.ToString(CultureInfo.InvariantCulture)));
    }

    private ImmutableArray<TableFinding> Findings(
        AdminDesk desk, TableId table, ImmutableArray<TargetUnit> units, ImmutableArray<EquivalenceRule> rules, ImmutableArray<EquivalenceTable> published, DateTimeOffset at) =>
        Report(desk, table, units, rules, published, at).Findings;

    private TableCheckResult Report(
        AdminDesk desk, TableId table, ImmutableArray<TargetUnit> units, ImmutableArray<EquivalenceRule> rules, ImmutableArray<EquivalenceTable> published, DateTimeOffset at) =>
        TableCheck.Report(units, rules, [.. published.Where(t => t.Id != table)], desk.Institution.PolicyAmong(registry.Current), DateOnly.FromDateTime(at.UtcDateTime));
}
