using Grpc.Core;
using MicroCreds.Console.Language;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Tables;

/// <summary>What a draft would have changed in past cases, and what the rules of all members do together.</summary>
internal static class SimulationEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        var group = Administrators.Group(console);
        group.MapGet("/tables/simulate", SimulateAsync);
        group.MapGet("/tables/federation", FederationAsync);
    }

    private static async Task<IResult> SimulateAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var since = Words.TryDay(query["since"].ToString()) is null ? "" : query["since"].ToString();
        var request = new SimulateDraftRequest { Institution = page.Organisation, TableId = query["table"].ToString(), Programme = query["programme"].ToString().Trim(), SinceDate = since };
        if (request.TableId.Length == 0) return Page.SeeOther(page.To("/tables"));
        if (query["run"] != "yes") return Page.Of<SimulationPage>(StatusCodes.Status200OK, ("Asked", request));

        var asked = node.EquivalenceAdmin.SimulateDraft(request, node.LongCall(cancellationToken));
        try
        {
            // The first message is waited for: until it comes, a refusal can still have a page of its own.
            return await asked.ResponseStream.MoveNext(cancellationToken)
                ? new StreamedSimulation(asked, request)
                : throw new InvalidOperationException("A simulation ended without its progress.");
        }
        catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false } problem)
        {
            asked.Dispose();
            return Page.Of<SimulationPage>(problem.HttpStatus, ("Asked", request), ("Problem", problem));
        }
        catch
        {
            asked.Dispose();
            throw;
        }
    }

    private static async Task<IResult> FederationAsync(string? run, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        if (run != "yes") return Page.Of<FederationPage>(StatusCodes.Status200OK);
        var answer = await node.EquivalenceAdmin.CheckFederationAsync(new CheckFederationRequest { Institution = page.Organisation }, node.LongCall(cancellationToken));
        return Page.Of<FederationPage>(StatusCodes.Status200OK, ("Answer", answer));
    }
}
