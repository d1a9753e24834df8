using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Assets;

/// <summary>Serves the static files.</summary>
internal static class AssetEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/assets/{hash}/{name}", Serve).AllowAnonymous();
        console.MapGet("/favicon.ico", (EmbeddedAssets assets) => Results.Redirect(assets.AddressOf("favicon.svg"))).AllowAnonymous();
    }

    private static IResult Serve(string hash, string name, EmbeddedAssets assets, HttpContext http)
    {
        // An old hash answers 404 rather than the new file: a cache must never keep new content under an old address.
        if (assets.Find(name) is not { } asset || asset.Hash != hash) return Results.NotFound();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(asset.Bytes, asset.ContentType);
    }
}
