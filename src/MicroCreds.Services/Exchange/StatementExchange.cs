using System.Collections.Concurrent;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Services.Exchange;

/// <summary>Keeps one <see cref="PartnerExchange"/> running for every pair of a hosted institution and an active member, and wakes it when there is something to do.</summary>
public sealed class StatementExchange(
    Hosting hosting, TrustRegistry registry, IPartnerChannels channels, NodeMetrics metrics, TimeProvider clock, ILogger<StatementExchange> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<(OrganisationId Institution, OrganisationId Partner), PartnerExchange> _pairs = new();

    /// <summary>Has the stream from <paramref name="partner"/> pulled soon. Harmless when there is nothing new, or for an organisation that is no partner.</summary>
    public void PullSoon(OrganisationId institution, OrganisationId partner)
    {
        if (_pairs.TryGetValue((institution, partner), out var pair)) pair.PullSoon();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new ConcurrentBag<Task>();
        void StartPairs()
        {
            foreach (var institution in hosting.All)
                foreach (var member in registry.Current.List.Members.Where(m => m.Status == MemberStatus.Active && !m.Endpoints.IsEmpty && m.Organisation != institution.Organisation))
                {
                    var pair = new PartnerExchange(institution, member.Organisation, registry, channels, metrics, clock, logger);
                    if (_pairs.TryAdd((institution.Organisation, member.Organisation), pair)) running.Add(pair.RunAsync(stoppingToken));
                }
        }

        StartPairs();
        registry.Changed += StartPairs;
        try
        {
            await Task.WhenAll(hosting.All.Select(institution => WakeSendersAsync(institution, stoppingToken)));
        }
        finally
        {
            registry.Changed -= StartPairs;
            await Task.WhenAll(running);
        }
    }

    private async Task WakeSendersAsync(HostedInstitution institution, CancellationToken stoppingToken)
    {
        try
        {
            for (long seen = 0; ;)
            {
                seen = await institution.Statements.WaitForOutgoingAsync(seen, stoppingToken);
                foreach (var (key, pair) in _pairs) if (key.Institution == institution.Organisation) pair.NotifySoon();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }
}
