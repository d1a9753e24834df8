using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Tables;

/// <summary>Tables and the empty template as files.</summary>
internal static class ExportEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        var group = Administrators.Group(console);
        group.MapGet("/tables/export", ExportAsync);
        group.MapGet("/tables/template", TemplateAsync);
    }

    /// <summary>Address of a version's sheet; version 0 is the draft.</summary>
    public static string Address(ConsoleContext page, string table, int version, Sheet.Types.Kind kind) =>
        page.To("/tables/export", ("table", table), ("version", version.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("kind", UploadedSheets.Field(kind)));

    private static async Task<IResult> ExportAsync(string? table, int? version, string? kind, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var wanted = UploadedSheets.Kinds.Append(Sheet.Types.Kind.Workbook).FirstOrDefault(k => UploadedSheets.Field(k) == kind);
        if (wanted == Sheet.Types.Kind.Unspecified || string.IsNullOrEmpty(table)) return Page.Message("not-found", StatusCodes.Status404NotFound);
        var request = new DownloadTableRequest { Institution = page.Organisation, TableId = table, Version = version ?? 0, Kind = wanted };
        using var download = node.EquivalenceAdmin.DownloadTable(request, node.LongCall(cancellationToken));
        var (sheet, content) = (new Sheet(), new MemoryStream());
        await foreach (var message in download.ResponseStream.ReadAllAsync(cancellationToken))
        {
            sheet = message.Sheet ?? sheet;
            content.Write(message.Content.Span);
        }

        sheet.Content = ByteString.CopyFrom(content.GetBuffer(), 0, (int)content.Length);
        return SheetDownload.Of(sheet, request.Version == 0 ? $"{table}-draft" : $"{table}-v{request.Version}");
    }

    private static async Task<IResult> TemplateAsync(ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var answer = await node.EquivalenceAdmin.GetImportTemplateAsync(new GetImportTemplateRequest { Institution = page.Organisation }, node.Call(cancellationToken));
        return SheetDownload.Of(answer.Sheet, "template");
    }
}
