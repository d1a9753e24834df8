using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Tables;

/// <summary>A sheet as a file to keep.</summary>
internal static class SheetDownload
{
    /// <summary>The file, under a name that begins with <paramref name="stem"/>.</summary>
    public static IResult Of(Sheet sheet, string stem)
    {
        var workbook = sheet.FileName.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase);
        var name = string.Concat($"{stem}-{sheet.Kind.ToString().ToLowerInvariant()}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
        return Results.Bytes(
            sheet.Content.ToByteArray(), workbook ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8", name + (workbook ? ".xlsx" : ".csv"));
    }
}
