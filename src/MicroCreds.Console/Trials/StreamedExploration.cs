using Grpc.Core;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Trials;

/// <summary>The page of an exploration, with a row for each institution when its answer comes.</summary>
internal sealed class StreamedExploration(AsyncServerStreamingCall<ExploreRecognitionResponse> asked, ExplorationQuestion question, AchievementForm achievement) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (asked)
        {
            await using var page = new PageWriter(httpContext);
            await page.BeginAsync<ExplorePage>(("Achievement", achievement), ("AsOf", question.AsOfDate), ("Question", question));
            ExplorationEnd? last = null;
            NodeProblem? problem = null;
            try
            {
                while (await asked.ResponseStream.MoveNext(httpContext.RequestAborted))
                {
                    if (asked.ResponseStream.Current.Institution is { } institution) await page.AddAsync<ExploredRow>(("Answer", institution));
                    last = asked.ResponseStream.Current.End ?? last;
                }
            }
            catch (RpcException broken) when (!httpContext.RequestAborted.IsCancellationRequested)
            {
                // Rows that came stay; the page says that it was cut off.
                problem = NodeProblem.From(broken);
            }

            await page.EndAsync<ExploreEnd>(("End", last), ("Problem", problem));
        }
    }
}
