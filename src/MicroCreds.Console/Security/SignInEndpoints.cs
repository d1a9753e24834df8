using MicroCreds.Console.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MicroCreds.Console.Security;

/// <summary>Signing in by a one-time link or a token, and out. Opening the link only shows a button, so that a mail program's preview does not use it up.</summary>
internal static class SignInEndpoints
{
    // With the names of some dozens of institutions.
    private const int MaxToken = 4000;

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/sign-in", Show).AllowAnonymous();
        console.MapPost("/sign-in", RedeemAsync).AllowAnonymous();
        console.MapPost("/sign-out", (Delegate)SignOutAsync).AllowAnonymous();
        console.MapGet("/signed-out", () => Page.Message("signed-out", StatusCodes.Status200OK)).AllowAnonymous();
    }

    private static IResult Show(HttpContext http, ConsoleContext page)
    {
        var back = http.Request.Query["return"].ToString();
        return Page.Of<SignInPage>(
            StatusCodes.Status200OK,
            ("Code", http.Request.Query["code"].ToString()),
            ("ReturnTo", page.Session is not null ? "/" : LocalAddress.IsLocal(back) ? back : ""));
    }

    private static async Task<IResult> RedeemAsync(
        HttpContext http, IOptions<ConsoleOptions> options, ILogger<ConsoleSession> logger, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var (code, token) = (form["code"].ToString(), form["token"].ToString().Trim());
        var redeem = options.Value.RedeemCode ?? throw new InvalidOperationException("The console has no RedeemCode.");
        var read = options.Value.ReadToken ?? throw new InvalidOperationException("The console has no ReadToken.");
        var signIn = token.Length is > 0 and <= MaxToken ? read(token) : code.Length is > 0 and <= 400 ? await redeem(code, cancellationToken) : null;
        if (signIn is null)
        {
            Log.LinkRefused(logger);
            return Page.Of<SignInPage>(StatusCodes.Status403Forbidden, ("Refused", token.Length > 0 ? "sign-in.token-refused" : "sign-in.refused"));
        }
        var (principal, properties) = ConsoleSession.ToTicket(signIn);
        await http.SignInAsync(ConsoleComposition.Scheme, principal, properties);
        Log.SignedIn(logger, signIn.Account);
        return Page.SeeOther("/");
    }

    private static async Task<IResult> SignOutAsync(HttpContext http)
    {
        await http.SignOutAsync(ConsoleComposition.Scheme);
        return Page.SeeOther("/signed-out");
    }
}
