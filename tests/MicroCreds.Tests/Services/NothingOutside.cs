using System.Net;
using MicroCreds.Credentials.Trust;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Outside;
using Microsoft.Extensions.DependencyInjection;

namespace MicroCreds.Tests.Services;

/// <summary>What a node fetches from outside, where it may fetch nothing.</summary>
internal static class NothingOutside
{
    /// <summary>Adds the fetcher of a node that allows no address.</summary>
    /// <param name="services">Services of the node.</param>
    /// <param name="folder">Where it would keep what it fetched.</param>
    public static IServiceCollection AddNothingOutside(this IServiceCollection services, string folder) => services
        .AddSingleton(new AllowedAddresses([], [], [])).AddSingleton<IOutsideTrust>(new OutsideTrust([], [], [])).AddSingleton(new FetchTimes(TimeSpan.FromHours(24), TimeSpan.FromHours(168)))
        .AddSingleton(new DocumentShelf(folder)).AddSingleton(s => new OutsideClient(s.GetRequiredService<AllowedAddresses>(), [], Dns.GetHostAddressesAsync, s.GetRequiredService<TimeProvider>()))
        .AddOutsideServices();
}
