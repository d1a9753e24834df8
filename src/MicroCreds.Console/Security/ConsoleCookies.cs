using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace MicroCreds.Console.Security;

/// <summary>Settings of the console's two cookies.</summary>
internal sealed class ConsoleCookies(IOptions<ConsoleOptions> options) : IConfigureNamedOptions<CookieAuthenticationOptions>, IConfigureOptions<AntiforgeryOptions>
{
    public void Configure(string? name, CookieAuthenticationOptions cookie)
    {
        if (name == ConsoleComposition.Scheme) Configure(cookie);
    }

    public void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = Name("mcf");
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.IsEssential = true;
        cookie.SlidingExpiration = false;
        cookie.Events.OnRedirectToLogin = context => ToSignIn(context.HttpContext);
        cookie.Events.OnRedirectToAccessDenied = context => ToSignIn(context.HttpContext);
    }

    public void Configure(AntiforgeryOptions antiforgery)
    {
        antiforgery.Cookie.Name = Name("mcf-form");
        antiforgery.Cookie.HttpOnly = true;
        antiforgery.Cookie.SameSite = SameSiteMode.Strict;
        antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        antiforgery.FormFieldName = FormGuard.FieldName;
        antiforgery.HeaderName = null;
        antiforgery.SuppressXFrameOptionsHeader = true;
    }

    // Browsers do not keep cookies of different ports apart: two nodes on one machine need names of their own.
    private string Name(string prefix) => $"{prefix}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.Value.Instance)))[..8]}";

    private static Task ToSignIn(HttpContext http)
    {
        SecurityHeaders.Apply(http.Response);
        var back = HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : "/";
        http.Response.Redirect("/sign-in?return=" + Uri.EscapeDataString(back));
        return Task.CompletedTask;
    }
}
