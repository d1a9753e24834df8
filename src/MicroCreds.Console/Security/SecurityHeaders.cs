using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Security;

/// <summary>Headers on every answer of the console.</summary>
internal static class SecurityHeaders
{
    /// <summary>Nothing but the console's own styles, script and pictures; no inline code; forms only to itself.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void Apply(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        // Pages show personal data: no cache may keep them. Assets set their own value.
        headers.CacheControl = "no-store";
    }
}
