using System.Collections.Concurrent;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Services.Exchange;

/// <summary>Keeps one <see cref="PartnerExchange"/> running for every pair of a hosted institution and an active member, and wakes it when there is something to do.</summary>
public sealed class StatementExchange(
    Hosting hosting, TrustRegistry registry, IPartnerChannels channels, NodeMetrics metrics, TimeProvider clock, ILogger<StatementExchange> logger) : BackgroundService
{
    private static readonly TimeSpan UnreadablePause = TimeSpan.FromSeconds(5);

    // A start waits no longer than this for partners to say how far they hold what was sent to them; each is asked again when its turn comes.
    private static readonly TimeSpan FirstQuestion = TimeSpan.FromSeconds(3);

    // Partners asked ahead of a start, of each institution: connections are made to all of them at once.
    private const int MostAskedFirst = 64;

    private readonly ConcurrentDictionary<(OrganisationId Institution, OrganisationId Partner), PartnerExchange> _pairs = new();
    private readonly ConcurrentBag<Task> _running = [];

    /// <summary>Has the stream from <paramref name="partner"/> pulled soon. Harmless when there is nothing new, or for an organisation that is no partner.</summary>
    public void PullSoon(OrganisationId institution, OrganisationId partner)
    {
        if (_pairs.TryGetValue((institution, partner), out var pair)) pair.PullSoon();
    }

    /// <summary>Prepares every institution before any door is open.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(hosting.All.Select(institution => PrepareAsync(institution, cancellationToken)));
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Asks partners how far they hold the institution's streams, for a short time, before anybody can call it: a store that somebody put back from an old copy must not sign first.</summary>
    public async Task PrepareAsync(HostedInstitution institution, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var soon = new CancellationTokenSource(FirstQuestion, clock);
        using var told = soon.Token.Register(ends.Cancel);
        await AskFirstAsync(institution, ends.Token);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Runs until the node stops.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        void ListChanged()
        {
            foreach (var pair in _pairs.Values) pair.ListChanged();
            foreach (var institution in hosting.All) StartPairs(institution, stoppingToken);
        }

        // Listened to first: a list that comes into force while the pairs are started must not be missed.
        registry.Changed += ListChanged;
        try
        {
            await hosting.ForEachAsync(
                institution =>
                {
                    StartPairs(institution, stoppingToken);
                    return Task.WhenAll(WakeSendersAsync(institution, stoppingToken), AskWhenHeldAsync(institution, stoppingToken));
                },
                stoppingToken);
        }
        finally
        {
            registry.Changed -= ListChanged;
            await Task.WhenAll(_running);
        }
    }

    private void StartPairs(HostedInstitution institution, CancellationToken stoppingToken)
    {
        foreach (var member in registry.Current.List.Members.Where(m => m.Status == MemberStatus.Active && !m.Endpoints.IsEmpty && m.Organisation != institution.Organisation))
        {
            var pair = new PartnerExchange(institution, member.Organisation, registry, channels, metrics, clock, logger);
            if (_pairs.TryAdd((institution.Organisation, member.Organisation), pair)) _running.Add(pair.RunAsync(stoppingToken));
        }
    }

    private async Task AskFirstAsync(HostedInstitution institution, CancellationToken cancellationToken)
    {
        try
        {
            var streams = await institution.Statements.OutgoingStreamsAsync(cancellationToken);
            await Task.WhenAll(streams.Where(s => registry.Current.Find(s.Partner) is { Status: MemberStatus.Active, Endpoints.IsEmpty: false }).Take(MostAskedFirst)
                .Select(stream => new PartnerRecovery(institution, stream.Partner, registry, channels, clock, logger).RunAsync(cancellationToken)));
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or StoreUnavailableException)
        {
            // Asked again when the exchange with each partner begins.
        }
    }

    /// <summary>Has every partner asked how far it holds its stream as soon as the store finds that it may lack what was said.</summary>
    private async Task AskWhenHeldAsync(HostedInstitution institution, CancellationToken stoppingToken)
    {
        if (institution.Recovery is not { } recovery) return;
        try
        {
            for (var seen = 0L; ;)
            {
                seen = await recovery.WaitForHoldAsync(seen, stoppingToken);
                logger.StreamsHeld(institution.Organisation.Value);
                foreach (var pair in _pairs.Where(p => p.Key.Institution == institution.Organisation)) pair.Value.PullSoon();
            }
        }
        catch (Exception e) when (stoppingToken.IsCancellationRequested || e is ObjectDisposedException)
        {
            // The node stops.
        }
    }

    /// <summary>Wakes the pairs whose streams have grown, and no other: with many partners each decision concerns one or two.</summary>
    private async Task WakeSendersAsync(HostedInstitution institution, CancellationToken stoppingToken)
    {
        var heads = new Dictionary<OrganisationId, StreamHead>();
        for (long seen = 0; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                var count = await institution.Statements.WaitForOutgoingAsync(seen, stoppingToken);
                foreach (var stream in await institution.Statements.OutgoingStreamsAsync(stoppingToken))
                {
                    if (heads.GetValueOrDefault(stream.Partner) == stream.Head) continue;
                    heads[stream.Partner] = stream.Head;
                    if (_pairs.TryGetValue((institution.Organisation, stream.Partner), out var pair)) pair.NotifySoon();
                }

                seen = count;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // The node stops.
            }
            catch (Exception e)
            {
                logger.StreamsUnreadable(e, institution.Organisation.Value, UnreadablePause.TotalSeconds);
                await Task.Delay(UnreadablePause, clock, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }
}
