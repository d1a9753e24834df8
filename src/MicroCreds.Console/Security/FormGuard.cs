using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
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
        if (TooLarge(http)) return "it is too large";
        if (!http.Request.HasFormContentType) return "it is not a form";
        if (http.GetEndpoint()?.Metadata.GetMetadata<FormLimit>() is { } limit) Widen(http, limit);
        return await antiforgery.IsRequestValidAsync(http) ? null : "its token is missing or does not fit";
    }

    /// <summary>Whether the form says of itself that it is larger than its address takes.</summary>
    public static bool TooLarge(HttpContext http) =>
        http.Request.ContentLength > (http.GetEndpoint()?.Metadata.GetMetadata<FormLimit>()?.Bytes ?? MaxFormBytes);

    // The reader of forms and the server have limits of their own, which would end the request before this console could say why.
    private static void Widen(HttpContext http, FormLimit limit)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body) body.MaxRequestBodySize = limit.Bytes;
        http.Features.Set<IFormFeature>(new FormFeature(http.Request, new FormOptions { ValueLengthLimit = (int)limit.Bytes, BufferBodyLengthLimit = limit.Bytes, MultipartBodyLengthLimit = limit.Bytes }));
    }
}
