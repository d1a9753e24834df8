using Grpc.Core;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Tables;

/// <summary>The page of a simulation, with a row for each case that would have come out otherwise, when it is found.</summary>
internal sealed class StreamedSimulation(AsyncServerStreamingCall<SimulateDraftResponse> asked, SimulateDraftRequest request) : IResult
{
    /// <summary>Rows shown; all cases are counted.</summary>
    public const int MostRows = 500;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (asked)
        {
            await using var page = new PageWriter(httpContext);
            await page.BeginAsync<SimulationPage>(("Asked", request), ("Running", true));
            SimulationProgress? progress = null;
            NodeProblem? problem = null;
            var rows = 0;
            try
            {
                do
                {
                    if (asked.ResponseStream.Current.SimulatedCase is { } found && ++rows <= MostRows) await page.AddAsync<SimulatedRow>(("Shown", found));
                    progress = asked.ResponseStream.Current.Progress ?? progress;
                }
                while (await asked.ResponseStream.MoveNext(httpContext.RequestAborted));
            }
            catch (RpcException broken) when (!httpContext.RequestAborted.IsCancellationRequested)
            {
                // Cases that came stay; the page says that it was cut off.
                problem = NodeProblem.From(broken);
            }

            await page.EndAsync<SimulationEnd>(("Progress", progress), ("Rows", rows), ("Problem", problem));
        }
    }
}
