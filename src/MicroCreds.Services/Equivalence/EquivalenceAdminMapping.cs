using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Sheets;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Between drafts and findings of the domain and of the contract.</summary>
internal static class EquivalenceAdminMapping
{
    private const int MaxFileName = 100;
    private const string KindShape = "is required: one of the kinds of sheets, or workbook";
    private const string TableShape = "a table identifier of 1 to 64 letters, digits and . _ / : -";

    /// <summary>What is to be imported.</summary>
    internal static (DraftChange Change, ImmutableArray<SheetFile> Sheets) ToImport(Wire.ImportDraftRequest request) => ToImport(request, contentFollows: false);

    /// <summary>What is to be imported once the sheets have come: as the message to which their contents will be added, and as the change it asks for.</summary>
    internal static (DraftChange Change, Wire.ImportDraftRequest Import) ToUpload(Wire.UploadDraftRequest first)
    {
        var import = new Wire.ImportDraftRequest
        {
            RequestId = first.RequestId, Institution = first.Institution, TableId = first.TableId, Etag = first.Etag, ValidateOnly = first.ValidateOnly, Mode = first.Mode, Sheets = { first.Sheets },
        };
        return (ToImport(import, contentFollows: true).Change, import);
    }

    private static (DraftChange Change, ImmutableArray<SheetFile> Sheets) ToImport(Wire.ImportDraftRequest request, bool contentFollows)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var (id, table, etag) = (fields.RequestId(request.RequestId), Table(request.TableId, fields), Etag(request.Etag, fields));
        fields.Require(System.Enum.IsDefined(request.Mode), "mode", "must be all or nothing, or good rows");
        fields.Require(request.Sheets.Count > 0, "sheets", "is required: at least one sheet");
        var sheets = ImmutableArray.CreateBuilder<SheetFile>();
        foreach (var (sheet, i) in request.Sheets.Take(4).Select((s, i) => (s, i)))
        {
            var at = $"sheets[{i}].";
            var workbook = sheet.Kind == Wire.Sheet.Types.Kind.Workbook;
            var kind = Kind(sheet.Kind);
            if (kind is null && !workbook)
            {
                fields.Wrong(at + "kind", KindShape);
                continue;
            }

            var name = kind is { } rows ? SnakeCase.Of(rows) : "workbook";
            if (sheets.Any(s => s.Kind == kind)) fields.Wrong(at + "kind", $"stands twice: {name}");
            fields.Require(sheet.Content.Length > 0 != contentFollows, at + "content", contentFollows ? "must be empty: it comes in chunks" : "is required: the file");
            fields.Require(sheet.FileName.Length <= MaxFileName && !sheet.FileName.Any(char.IsControl), at + "file_name", $"must have at most {MaxFileName} printable characters");
            sheets.Add(new(kind, sheet.FileName.Length > 0 ? sheet.FileName : name, sheet.Content.Memory));
        }

        fields.ThrowIfWrong();
        return (new(RequestFields.Known(id), RequestFields.Known(table), etag, request.Mode == Wire.ImportMode.GoodRows), sheets.ToImmutable());
    }

    /// <summary>The table whose draft is to be checked.</summary>
    internal static TableId ToCheck(Wire.CheckDraftRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var table = Table(request.TableId, fields);
        fields.ThrowIfWrong();
        return RequestFields.Known(table);
    }

    /// <summary>A request for the template says nothing but the institution.</summary>
    internal static bool ToTemplate(Wire.GetImportTemplateRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        fields.ThrowIfWrong();
        return true;
    }

    /// <summary>What is to be exported; version 0 is the draft, and no kind a workbook of all.</summary>
    internal static (TableId Table, int Version, SheetKind? Kind) ToExport(string institution, string tableId, int version, Wire.Sheet.Types.Kind sheet)
    {
        var fields = new RequestFields();
        fields.Institution(institution);
        var (table, kind) = (Table(tableId, fields), Kind(sheet));
        fields.Require(version >= 0, "version", "must be 0 for the draft, or a version from 1");
        fields.Require(kind is not null || sheet == Wire.Sheet.Types.Kind.Workbook, "kind", KindShape);
        fields.ThrowIfWrong();
        return (RequestFields.Known(table), version, kind);
    }

    /// <summary>A draft; its etag is its revision.</summary>
    internal static Wire.EquivalenceDraft ToWire(EquivalenceDraft draft, HostedInstitution institution) => new()
    {
        Institution = institution.Organisation.Value,
        TableId = draft.Id.Value,
        Etag = draft.Revision.ToString(CultureInfo.InvariantCulture),
        UnitCount = draft.Units.Length,
        RuleCount = draft.Rules.Length,
        UpdateTime = Timestamp.FromDateTimeOffset(draft.EditedAt),
        EditedBy = draft.EditedBy,
        Digest = EquivalenceTableBuilder.DigestOf(draft.Units, draft.Rules).Value,
        ApprovedBy = draft.Approval?.By ?? "",
        ApproveTime = draft.Approval is { } approval ? Timestamp.FromDateTimeOffset(approval.At) : null,
        ApprovalNeeded = institution.TableApproval == TableApproval.SecondPerson,
    };

    /// <summary>A required table.</summary>
    internal static TableId? Table(string text, RequestFields fields) => fields.Required<TableId>("table_id", text, TableId.TryParse, TableShape);

    /// <summary>The revision a caller read; null for whatever stands.</summary>
    internal static int? Etag(string text, RequestFields fields)
    {
        if (text.Length == 0) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)) return revision;
        fields.Wrong("etag", "must be the etag of a draft as it was read");
        return null;
    }

    private static SheetKind? Kind(Wire.Sheet.Types.Kind kind) => kind switch
    {
        Wire.Sheet.Types.Kind.Units => SheetKind.Units,
        Wire.Sheet.Types.Kind.Outcomes => SheetKind.Outcomes,
        Wire.Sheet.Types.Kind.Rules => SheetKind.Rules,
        Wire.Sheet.Types.Kind.Sources => SheetKind.Sources,
        _ => null,
    };
}

/// <summary>A change of a draft.</summary>
/// <param name="Id">Request id.</param>
/// <param name="Table">Table.</param>
/// <param name="Etag">Revision the caller read; null for whatever stands.</param>
/// <param name="GoodRows">Whether the good rows of an import are taken when others are wrong.</param>
internal sealed record DraftChange(RequestId Id, TableId Table, int? Etag, bool GoodRows = false);
