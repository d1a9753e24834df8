using System.Collections.Immutable;
using Google.Protobuf;
using MicroCreds.Console.Cases;
using MicroCreds.Console.Language;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Tables;

/// <summary>The files of the import form: a field for each kind of sheet.</summary>
internal static class UploadedSheets
{
    /// <summary>Name of the form.</summary>
    public const string Form = "import";

    private const int LongestName = 100;

    /// <summary>Kinds that have a field of their own beside the workbook's.</summary>
    public static IReadOnlyList<Sheet.Types.Kind> Kinds { get; } =
        [.. Enum.GetValues<Sheet.Types.Kind>().Where(k => k is not (Sheet.Types.Kind.Unspecified or Sheet.Types.Kind.Workbook))];

    /// <summary>Name of the field of a kind.</summary>
    public static string Field(Sheet.Types.Kind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The table and the files that were chosen.</summary>
    public static async Task<ImportDraftRequest> ReadAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        var request = new ImportDraftRequest { TableId = form["table"].ToString().Trim() };
        foreach (var kind in Kinds.Prepend(Sheet.Types.Kind.Workbook))
        {
            if (form.Files.GetFile(Field(kind)) is not { Length: > 0 } file) continue;
            await using var content = file.OpenReadStream();
            // A path, as old browsers send it, is nobody's business.
            var name = file.FileName[(file.FileName.LastIndexOfAny(['/', '\\']) + 1)..];
            request.Sheets.Add(new Sheet { Kind = kind, FileName = name.Length > LongestName ? name[..LongestName] : name, Content = await ByteString.FromStreamAsync(content, cancellationToken) });
        }
        return request;
    }

    /// <summary>What a person can mend without asking the node.</summary>
    public static ImmutableArray<FieldError> Check(ImportDraftRequest request, Words words)
    {
        var slips = ImmutableArray.CreateBuilder<FieldError>();
        if (request.TableId.Length == 0) slips.Add(new FieldError("table", words["slip.table"]));
        if (request.Sheets.Count == 0) slips.Add(new FieldError("workbook", words["slip.no-file"]));
        else if (request.Sheets.Count > 1 && request.Sheets.Any(s => s.Kind == Sheet.Types.Kind.Workbook)) slips.Add(new FieldError("workbook", words["slip.workbook-alone"]));
        else if (request.Sheets.Sum(s => (long)s.Content.Length) > SheetParcel.MaxBytes) slips.Add(new FieldError("workbook", words["slip.too-large"]));
        return slips.ToImmutable();
    }
}
