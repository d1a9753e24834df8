using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Cases;

/// <summary>The page of a case and its decision letter.</summary>
internal static class CaseEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/cases/{id}", ShowAsync);
        console.MapGet("/cases/{id}/letter", LetterAsync);
        console.MapGet("/cases/{id}/decision", FileAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string id, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var done = http.Request.Query["done"].ToString();
        var model = await CaseReader.ReadAsync(node, page, id, sent: null, CaseActions.IsKnown(done) ? done : "", cancellationToken);
        return Page.Of<CasePage>(StatusCodes.Status200OK, ("Model", model));
    }

    /// <summary>Forms of a decision's file, by their name in addresses and texts.</summary>
    public static readonly IReadOnlyDictionary<string, ExportDecisionRequest.Types.Format> Forms =
        new Dictionary<string, ExportDecisionRequest.Types.Format> { ["elm"] = ExportDecisionRequest.Types.Format.Elm, ["elmo"] = ExportDecisionRequest.Types.Format.Elmo };

    private static async Task<IResult> FileAsync(string id, string? format, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        if (!Forms.TryGetValue(format ?? "", out var form)) return Page.Message("no-decision", StatusCodes.Status404NotFound);
        var file = await node.Recognition.ExportDecisionAsync(new ExportDecisionRequest { Institution = page.Organisation, CaseId = id, Format = form }, node.Call(cancellationToken));
        return Results.Bytes(file.Content.ToByteArray(), file.MediaType, string.Concat(file.FileName.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')));
    }

    private static async Task<IResult> LetterAsync(
        string id, int? version, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var model = await CaseReader.ReadAsync(node, page, id, sent: null, "", cancellationToken);
        var decisions = model.Case.Decisions;
        var decision = version is { } asked ? decisions.FirstOrDefault(d => d.Version == asked) : decisions.FirstOrDefault(d => d.InEffect) ?? decisions.LastOrDefault();
        return decision is null
            ? Page.Message("no-decision", StatusCodes.Status404NotFound)
            : Page.Of<LetterPage>(StatusCodes.Status200OK, ("Model", model), ("Decision", decision));
    }
}
