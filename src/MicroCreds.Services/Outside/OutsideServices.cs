using Microsoft.Extensions.DependencyInjection;

namespace MicroCreds.Services.Outside;

/// <summary>Makes what fetches from outside.</summary>
public static class OutsideServices
{
    /// <summary>
    /// Adds the fetcher, as a service in the background, and what repeats the checks of cases that waited for a status list. Needs what
    /// <see cref="DocumentFetcher"/> is made of. Call <see cref="DocumentFetcher.Load"/> before the application starts.
    /// </summary>
    public static IServiceCollection AddOutsideServices(this IServiceCollection services) => services
        .AddSingleton<DocumentFetcher>().AddHostedService(provider => provider.GetRequiredService<DocumentFetcher>())
        .AddSingleton<StatusFollower>().AddHostedService(provider => provider.GetRequiredService<StatusFollower>());
}
