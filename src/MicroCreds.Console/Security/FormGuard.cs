using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MicroCreds.Console.Security;

/// <summary>Refuses forms that did not come from the console's own pages.</summary>
internal static class FormGuard
{
    public const string FieldName = "_form";

    /// <summary>Largest form in bytes: a decision with every reason at its longest stays well below.</summary>
    public const long MaxFormBytes = 512 * 1024;

    /// <summary>Why the form is refused, for the log; null when it may pass.</summary>
    public static async Task<string?> RefusalAsync(HttpContext http, IAntiforgery antiforgery)
    {
        // Fetch metadata (W3C): browsers that send it tell where the request began. Absent means an older browser; the token still decides.
        if (http.Request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin" && !StringValues.IsNullOrEmpty(site))
            return "it came from another site";
        if (http.Request.ContentLength > MaxFormBytes) return "it is too large";
        if (!http.Request.HasFormContentType) return "it is not a form";
        return await antiforgery.IsRequestValidAsync(http) ? null : "its token is missing or does not fit";
    }
}
