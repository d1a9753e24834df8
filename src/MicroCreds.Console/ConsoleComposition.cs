using MicroCreds.Console.Agreements;
using MicroCreds.Console.Assets;
using MicroCreds.Console.Cases;
using MicroCreds.Console.Language;
using MicroCreds.Console.Node;
using MicroCreds.Console.Partners;
using MicroCreds.Console.Security;
using MicroCreds.Console.Tables;
using MicroCreds.Console.Trials;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MicroCreds.Console;

/// <summary>Puts the console into a web application.</summary>
public static class ConsoleComposition
{
    /// <summary>Name of the cookie scheme, and of the authorization policy that goes with it.</summary>
    public const string Scheme = "mcf";

    /// <summary>Adds the console's services. Start fails in words when an option is missing.</summary>
    public static IServiceCollection AddMicroCredsConsole(this IServiceCollection services, Action<ConsoleOptions> configure)
    {
        services.AddOptions<ConsoleOptions>().Configure(configure)
            .Validate(o => o.RedeemCode is not null, "The console needs RedeemCode to sign people in.")
            .Validate(o => o.Channel is not null || !string.IsNullOrEmpty(o.NodeSocketPath), "The console needs a Channel or a NodeSocketPath.")
            .Validate(o => o.Institutions?.Invoke().Count > 0, "The console needs at least one institution.")
            .ValidateOnStart();

        services.TryAddSingleton(TimeProvider.System);
        services.AddLocalization();
        services.AddRazorComponents();
        services.AddAntiforgery();
        services.AddSingleton<NodeChannel>();
        services.AddScoped<ConsoleContext>();
        services.AddScoped<NodeClient>();
        services.AddScoped<SheetParcel>();
        services.AddScoped<Words>();
        services.AddSingleton<EmbeddedAssets>();
        services.AddSingleton<IConfigureOptions<Microsoft.AspNetCore.Antiforgery.AntiforgeryOptions>, ConsoleCookies>();
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, ConsoleCookies>();
        services.AddSingleton<IConfigureOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>, ConsoleKeys>();
        services.AddDataProtection().SetApplicationName("microcreds-console");
        services.AddAuthentication().AddCookie(Scheme);
        services.AddAuthorizationBuilder()
            .AddPolicy(Scheme, policy => policy.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser());
        services.Configure<RequestLocalizationOptions>(Languages.Configure);
        return services;
    }

    /// <summary>
    /// Maps every page, form and asset of the console, with a friendly page for anything else. The group answers on any host and port unless
    /// the caller restricts it, for example with <c>RequireHost("*:7081")</c>.
    /// </summary>
    public static RouteGroupBuilder MapMicroCredsConsole(this IEndpointRouteBuilder endpoints)
    {
        var console = endpoints.MapGroup("");
        console.AddEndpointFilter<ConsoleGate>();
        console.RequireAuthorization(Scheme);

        SignInEndpoints.Map(console);
        QueueEndpoints.Map(console);
        CaseEndpoints.Map(console);
        CaseActionEndpoints.Map(console);
        SeveralEndpoints.Map(console);
        AgreementEndpoints.Map(console);
        TableEndpoints.Map(console);
        ImportEndpoints.Map(console);
        ExportEndpoints.Map(console);
        DraftEndpoints.Map(console);
        HistoryEndpoints.Map(console);
        SimulationEndpoints.Map(console);
        AdoptionEndpoints.Map(console);
        TryEndpoints.Map(console);
        ExploreEndpoints.Map(console);
        PartnerEndpoints.Map(console);
        AssetEndpoints.Map(console);
        PublicEndpoints.Map(console);
        return console;
    }
}
