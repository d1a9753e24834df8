using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using MicroCreds.Console.Language;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MicroCreds.Console.Security;

/// <summary>
/// What every request passes: headers, language, session, the form check, and the page for what went wrong. Results are executed here, so that
/// a failure while a page is made is caught as well and the language holds.
/// </summary>
internal sealed class ConsoleGate(IAntiforgery antiforgery, IOptions<RequestLocalizationOptions> languages, ILogger<ConsoleGate> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        SecurityHeaders.Apply(http.Response);
        var culture = await Languages.ChooseAsync(http, languages.Value);
        CultureInfo.CurrentCulture = culture;
        CultureInfo.CurrentUICulture = culture;

        var page = http.RequestServices.GetRequiredService<ConsoleContext>();
        page.Http = http;
        page.Session = ConsoleSession.From(await http.AuthenticateAsync(ConsoleComposition.Scheme));
        var refused = HttpMethods.IsPost(http.Request.Method) ? await FormGuard.RefusalAsync(http, antiforgery) : null;
        if (refused is not null)
        {
            Log.FormRefused(logger, refused);
            await (FormGuard.TooLarge(http) ? Page.Message("too-large", StatusCodes.Status413PayloadTooLarge) : Page.Message("form", StatusCodes.Status400BadRequest)).ExecuteAsync(http);
            return Results.Empty;
        }
        await AnswerAsync(context, next, http);
        return Results.Empty;
    }

    private async Task AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, HttpContext http)
    {
        try
        {
            if (await next(context) is IResult result) await result.ExecuteAsync(http);
        }
        catch (RpcException refused) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            var problem = NodeProblem.From(refused);
            if (problem.SignInNeeded)
            {
                await http.SignOutAsync(ConsoleComposition.Scheme);
                http.Response.Redirect("/sign-in");
                return;
            }
            http.Response.Clear();
            SecurityHeaders.Apply(http.Response);
            await Page.Of<ProblemPage>(problem.HttpStatus, ("Problem", problem)).ExecuteAsync(http);
        }
        catch (Exception unexpected) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            var correlation = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
            Log.PageFailed(logger, correlation, unexpected);
            http.Response.Clear();
            SecurityHeaders.Apply(http.Response);
            await Page.Message("error", StatusCodes.Status500InternalServerError, correlation).ExecuteAsync(http);
        }
    }
}
