using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace MicroCreds.Console.Security;

/// <summary>What every page knows about the request it answers.</summary>
internal sealed class ConsoleContext(IAntiforgery antiforgery, IOptions<ConsoleOptions> options, TimeProvider clock)
{
    private const string InstitutionKey = "institution";

    private HttpContext? _request;

    /// <summary>The request; set before anything else is asked.</summary>
    public HttpContext Http
    {
        private get => _request ?? throw new InvalidOperationException("A page is made outside a request.");
        set => _request = value;
    }

    /// <summary>Who is signed in; null on the pages that need nobody.</summary>
    public ConsoleSession? Session { get; set; }

    /// <summary>Today in UTC, as the node counts days.</summary>
    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>Institutions this account may choose from.</summary>
    public IReadOnlyList<ConsoleInstitution> Institutions => Session is { } session
        ? [.. (options.Value.Institutions?.Invoke() ?? []).Where(i => session.Institutions.Contains("*") || session.Institutions.Contains(i.Organisation))]
        : [];

    /// <summary>The institution in the address when the account may work for it, else the account's first; null when it has none here.</summary>
    public ConsoleInstitution? Institution
    {
        get
        {
            var asked = Http.Request.Query[InstitutionKey].ToString();
            return Institutions.FirstOrDefault(i => i.Organisation == asked) ?? (Institutions is [var first, ..] ? first : null);
        }
    }

    /// <summary>SCHAC id of <see cref="Institution"/>, or empty.</summary>
    public string Organisation => Institution?.Organisation ?? "";

    /// <summary>Path and query of the request.</summary>
    public string Address => Http.Request.Path + Http.Request.QueryString;

    /// <summary>The token for a form on this page.</summary>
    public string FormToken => antiforgery.GetAndStoreTokens(Http).RequestToken ?? "";

    /// <summary>An address inside the console that keeps the institution when there is a choice of them.</summary>
    public string To(string path, params ReadOnlySpan<(string Key, string? Value)> query)
    {
        var pairs = new List<string>();
        foreach (var (key, value) in query)
            if (!string.IsNullOrEmpty(value)) pairs.Add($"{key}={Uri.EscapeDataString(value)}");
        if (Institutions.Count > 1) pairs.Add($"{InstitutionKey}={Uri.EscapeDataString(Organisation)}");
        return pairs.Count == 0 ? path : $"{path}?{string.Join('&', pairs)}";
    }
}
