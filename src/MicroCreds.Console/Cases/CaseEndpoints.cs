using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
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
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string id, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var done = http.Request.Query["done"].ToString();
        var model = await CaseReader.ReadAsync(node, page, id, sent: null, CaseActions.IsKnown(done) ? done : "", cancellationToken);
        return Page.Of<CasePage>(StatusCodes.Status200OK, ("Model", model));
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
