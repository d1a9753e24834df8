using MicroCreds.Console.Language;
using MicroCreds.Console.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Security;

/// <summary>Pages that need nobody signed in, and the page for addresses that lead nowhere.</summary>
internal static class PublicEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/accessibility", () => Page.Of<AccessibilityPage>(StatusCodes.Status200OK)).AllowAnonymous();
        console.MapPost("/language", ChooseLanguageAsync).AllowAnonymous();
        console.MapFallback("{*path}", () => Page.Message("not-found", StatusCodes.Status404NotFound)).AllowAnonymous();
    }

    private static async Task<IResult> ChooseLanguageAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var culture = form["culture"].ToString();
        if (Languages.Names.Contains(culture))
        {
            http.Response.Cookies.Append(
                CookieRequestCultureProvider.DefaultCookieName,
                CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)),
                new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, MaxAge = TimeSpan.FromDays(365), Secure = http.Request.IsHttps });
        }
        var back = form["return"].ToString();
        return Page.SeeOther(LocalAddress.IsLocal(back) ? back : "/");
    }
}
