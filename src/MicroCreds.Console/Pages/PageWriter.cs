using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Console.Pages;

/// <summary>
/// Writes a page in pieces: everything before the first row, then each row when it is known, then what can only be said at the end. The browser shows
/// a row when it arrives, without script.
/// </summary>
internal sealed class PageWriter(HttpContext http) : IAsyncDisposable
{
    /// <summary>Where rows go.</summary>
    public const string RowSeam = "<!--rows-->";

    /// <summary>Where what is known at the end goes.</summary>
    public const string EndSeam = "<!--end-->";

    private readonly HtmlRenderer _renderer = new(http.RequestServices, http.RequestServices.GetRequiredService<ILoggerFactory>());
    private string _rest = "";

    /// <summary>Renders the page, which has both seams, and writes what stands before its rows.</summary>
    public async Task BeginAsync<TPage>(params (string Name, object? Value)[] parameters) where TPage : IComponent
    {
        var whole = await RenderAsync<TPage>(parameters);
        http.Response.ContentType = "text/html; charset=utf-8";
        await SendAsync(UpTo(whole, RowSeam));
    }

    /// <summary>Writes a row.</summary>
    public async Task AddAsync<TRow>(params (string Name, object? Value)[] parameters) where TRow : IComponent => await SendAsync(await RenderAsync<TRow>(parameters));

    /// <summary>Writes the end of the page with what is known only now.</summary>
    public async Task EndAsync<TEnd>(params (string Name, object? Value)[] parameters) where TEnd : IComponent
    {
        await SendAsync(UpTo(_rest, EndSeam));
        await SendAsync(await RenderAsync<TEnd>(parameters));
        await SendAsync(_rest);
    }

    public ValueTask DisposeAsync() => _renderer.DisposeAsync();

    private string UpTo(string html, string seam)
    {
        var at = html.IndexOf(seam, StringComparison.Ordinal);
        _rest = html[(at + seam.Length)..];
        return html[..at];
    }

    private Task<string> RenderAsync<T>((string Name, object? Value)[] parameters) where T : IComponent =>
        _renderer.Dispatcher.InvokeAsync(async () =>
            (await _renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal)))).ToHtmlString());

    private async Task SendAsync(string html)
    {
        await http.Response.WriteAsync(html, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }
}
