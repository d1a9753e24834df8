using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MicroCreds.Console.Pages;

/// <summary>Answers of the console.</summary>
internal static class Page
{
    /// <summary>A page made by a component.</summary>
    public static IResult Of<TComponent>(int status, params ReadOnlySpan<(string Name, object? Value)> parameters) where TComponent : IComponent
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in parameters) values[name] = value;
        return new RazorComponentResult<TComponent>(values) { StatusCode = status, PreventStreamingRendering = true };
    }

    /// <summary>A short page whose title and text stand under <c>message.KEY</c>.</summary>
    public static IResult Message(string key, int status, string correlation = "") =>
        Of<MessagePage>(status, ("Message", key), ("Correlation", correlation));

    /// <summary>Goes on to another address after a form (RFC 9110, 15.4.4), so that reloading does not send the form again.</summary>
    public static IResult SeeOther(string address) => new SeeOtherResult(address);

    private sealed class SeeOtherResult(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = address;
            return Task.CompletedTask;
        }
    }
}
