using Grpc.Core;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Console.Trials;

/// <summary>
/// The page of an exploration, written as answers come: everything before the first row, then each row, then what can only be said at the end. The
/// browser shows a row when it arrives, without script.
/// </summary>
internal sealed class StreamedExploration(AsyncServerStreamingCall<ExploreRecognitionResponse> asked, ExplorationQuestion question, AchievementForm achievement) : IResult
{
    /// <summary>Where rows go.</summary>
    public const string RowSeam = "<!--rows-->";

    /// <summary>Where what is known at the end goes.</summary>
    public const string EndSeam = "<!--end-->";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (asked)
        {
            var services = httpContext.RequestServices;
            await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
            var whole = await RenderAsync<ExplorePage>(renderer, ("Achievement", achievement), ("AsOf", question.AsOfDate), ("Question", question));
            var (rows, end) = (whole.IndexOf(RowSeam, StringComparison.Ordinal), whole.IndexOf(EndSeam, StringComparison.Ordinal));
            var (response, stop) = (httpContext.Response, httpContext.RequestAborted);
            response.ContentType = "text/html; charset=utf-8";
            await SendAsync(response, whole[..rows], stop);

            ExplorationEnd? last = null;
            NodeProblem? problem = null;
            try
            {
                while (await asked.ResponseStream.MoveNext(stop))
                {
                    if (asked.ResponseStream.Current.Institution is { } institution)
                        await SendAsync(response, await RenderAsync<ExploredRow>(renderer, ("Answer", institution)), stop);
                    last = asked.ResponseStream.Current.End ?? last;
                }
            }
            catch (RpcException broken) when (!stop.IsCancellationRequested)
            {
                // Rows that came stay; the page says that it was cut off.
                problem = NodeProblem.From(broken);
            }

            await SendAsync(response, whole[(rows + RowSeam.Length)..end], stop);
            await SendAsync(response, await RenderAsync<ExploreEnd>(renderer, ("End", last), ("Problem", problem)), stop);
            await SendAsync(response, whole[(end + EndSeam.Length)..], stop);
        }
    }

    private static Task<string> RenderAsync<T>(HtmlRenderer renderer, params (string Name, object? Value)[] parameters) where T : IComponent =>
        renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal)))).ToHtmlString());

    private static async Task SendAsync(HttpResponse response, string html, CancellationToken stop)
    {
        await response.WriteAsync(html, stop);
        await response.Body.FlushAsync(stop);
    }
}
