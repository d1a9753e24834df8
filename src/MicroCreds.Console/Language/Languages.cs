using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;

namespace MicroCreds.Console.Language;

/// <summary>Languages in which every text of the console exists.</summary>
internal static class Languages
{
    /// <summary>BCP 47 tags; the first is the default.</summary>
    public static IReadOnlyList<string> Names { get; } = ["en", "it", "es"];

    /// <summary>Sets up the framework's choice of language, so that <c>UseRequestLocalization</c> chooses as the console does.</summary>
    public static void Configure(RequestLocalizationOptions options)
    {
        options.SetDefaultCulture(Names[0]).AddSupportedCultures([.. Names]).AddSupportedUICultures([.. Names]);
        options.RequestCultureProviders = [new CookieRequestCultureProvider(), new AcceptLanguageHeaderRequestCultureProvider()];
        foreach (var provider in options.RequestCultureProviders.OfType<RequestCultureProvider>()) provider.Options = options;
    }

    /// <summary>The visitor's choice, else the best of what the browser asks for, else English.</summary>
    public static async Task<CultureInfo> ChooseAsync(HttpContext http, RequestLocalizationOptions options)
    {
        foreach (var provider in options.RequestCultureProviders)
        {
            if (await provider.DetermineProviderCultureResult(http) is not { } wishes) continue;
            foreach (var wish in wishes.UICultures)
                if (Names.FirstOrDefault(n => wish.Equals(n, StringComparison.OrdinalIgnoreCase) || wish.StartsWith(n + "-", StringComparison.OrdinalIgnoreCase)) is { } name)
                    return CultureInfo.GetCultureInfo(name);
        }
        return CultureInfo.GetCultureInfo(Names[0]);
    }
}
