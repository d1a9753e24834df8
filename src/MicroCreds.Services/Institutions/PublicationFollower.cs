using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Services.Institutions;

/// <summary>Puts into effect what another replica publishes. For nodes that share their stores; alone on its stores, a node knows what it publishes.</summary>
public sealed class PublicationFollower(Hosting hosting, TimeProvider clock, ILogger<PublicationFollower> logger) : BackgroundService
{
    private static readonly TimeSpan UnreadablePause = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => hosting.ForEachAsync(institution => FollowAsync(institution, stoppingToken), stoppingToken);

    private async Task FollowAsync(HostedInstitution institution, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await institution.Published.FollowAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // The node stops.
            }
            catch (Exception e)
            {
                logger.PublicationsUnreadable(e, institution.Organisation.Value, UnreadablePause.TotalSeconds);
                await Task.Delay(UnreadablePause, clock, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }
}
