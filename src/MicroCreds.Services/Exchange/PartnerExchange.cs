using System.Threading.Channels;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using Microsoft.Extensions.Logging;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Exchange;

/// <summary>
/// Everything one institution does with one partner on its own accord: it tells the partner when its stream has grown, until the partner's
/// receipt covers it, and it pulls the partner's stream when told, at start, and every quarter of an hour, since a notification may be lost.
/// Waits are measured on a clock that no one sets (exchange reference C.11).
/// </summary>
public sealed class PartnerExchange(
    HostedInstitution institution, OrganisationId partner, TrustRegistry registry, IPartnerChannels channels, NodeMetrics metrics, TimeProvider clock, ILogger logger)
{
    /// <summary>Time between pulls when nobody notifies.</summary>
    public static readonly TimeSpan AntiEntropy = TimeSpan.FromMinutes(15);

    /// <summary>Least time between a pull that failed and the next one, however often the partner notifies.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Never = TimeSpan.MaxValue;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly long _start = clock.GetTimestamp();
    private readonly string _pair = $"{institution.Organisation}>{partner}";
    private readonly PartnerPull _pull = new(institution, partner, registry, channels, metrics, clock, logger);
    private readonly PartnerRecovery _recovery = new(institution, partner, registry, channels, clock, logger);
    private TimeSpan _nextNotification;
    private TimeSpan _nextPull;
    private TimeSpan _earliestPull;
    private int _pullFailures;
    private int _notifications;
    private long _notifiedSequence;
    private long _refusedSequence;
    private bool _away;
    private bool _grown;
    private bool _told;
    private bool _listChanged;

    private TimeSpan Now => clock.GetElapsedTime(_start);

    private bool IsActive => registry.Current.Find(partner) is { Status: MemberStatus.Active, Endpoints.IsEmpty: false };

    /// <summary>The partner said that its stream has grown.</summary>
    public void PullSoon() => Wake(ref _told);

    /// <summary>The institution's stream to the partner has grown. While the partner is away this does not shorten the wait: each statement would be a try.</summary>
    public void NotifySoon() => Wake(ref _grown);

    /// <summary>Another trust list is in force: what failed under the old one is tried again.</summary>
    public void ListChanged() => Wake(ref _listChanged);

    /// <summary>Runs until the node stops. Nothing that happens with one partner ends it.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            while (true) await RestAsync(await StepAsync(stoppingToken), stoppingToken);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // A call that is cancelled ends in one of several ways; all of them mean that the node stops.
        }
    }

    /// <summary>Does what is due and answers how long to rest if nobody wakes.</summary>
    internal async Task<TimeSpan> StepAsync(CancellationToken stoppingToken)
    {
        if (Interlocked.Exchange(ref _listChanged, false))
            (_nextPull, _earliestPull, _pullFailures, _nextNotification, _notifications, _refusedSequence, _away) = (Now, Now, 0, Now, 0, 0, false);
        // Suspended, or without an address: quiet until another list says otherwise.
        if (!IsActive) return AntiEntropy;

        if (Interlocked.Exchange(ref _told, false) && _nextPull > Now) _nextPull = _earliestPull > Now ? _earliestPull : Now;
        if (_nextPull <= Now) await PullAsync(stoppingToken);
        if (Interlocked.Exchange(ref _grown, false) && !_away) _nextNotification = Now;
        if (_nextNotification <= Now) await NotifyAsync(stoppingToken);
        var rest = (_nextNotification < _nextPull ? _nextNotification : _nextPull) - Now;
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    private async Task RestAsync(TimeSpan rest, CancellationToken stoppingToken)
    {
        if (rest == TimeSpan.Zero) return;
        using var due = clock.CreateTimer(_ => _wake.Writer.TryWrite(true), null, rest, Timeout.InfiniteTimeSpan);
        await _wake.Reader.ReadAsync(stoppingToken);
    }

    private async Task PullAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _recovery.RunAsync(stoppingToken);
            if (!await _pull.RunAsync(stoppingToken))
            {
                PullAgainLater();
                return;
            }

            (_pullFailures, _nextPull) = (0, Now + BackOff.Spread(AntiEntropy, $"{_pair} {_nextPull.Ticks}"));
            // It answers again, so it will also listen again.
            if (_away) (_away, _notifications, _nextNotification) = (false, 0, Now);
        }
        catch (RpcException e) when (!stoppingToken.IsCancellationRequested)
        {
            var pause = PullAgainLater();
            if (RpcReason.IsPassing(e)) logger.PartnerAway(partner.Value, institution.Organisation.Value, RpcReason.Words(e), pause.TotalSeconds);
            else logger.PullRefused(partner.Value, institution.Organisation.Value, RpcReason.Words(e), e.Status.Detail, pause.TotalSeconds);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            PullAgainLater();
            logger.ExchangeFailed(e, institution.Organisation.Value, partner.Value);
        }
    }

    private TimeSpan PullAgainLater()
    {
        var pause = BackOff.After(++_pullFailures, _pair);
        (_nextPull, _earliestPull) = (Now + pause, Now + LeastPause);
        return pause;
    }

    /// <summary>Tells the partner how far the stream goes, if its receipt does not cover that yet; again with growing pauses until the receipt is there, since either may be lost.</summary>
    private async Task NotifyAsync(CancellationToken stoppingToken)
    {
        try
        {
            var stream = (await institution.Statements.OutgoingStreamsAsync(stoppingToken)).FirstOrDefault(s => s.Partner == partner);
            if (stream is null || stream.Acknowledged.Sequence >= stream.Head.Sequence || stream.Head.Sequence == _refusedSequence)
            {
                _nextNotification = Never;
                return;
            }

            if (stream.Head.Sequence != _notifiedSequence && !_away) _notifications = 0;
            (_notifiedSequence, _away) = (stream.Head.Sequence, true);
            var request = new Wire.NotifyRequest { Issuer = institution.Organisation.Value, Audience = partner.Value, Epoch = stream.Head.Epoch, Sequence = stream.Head.Sequence };
            await new Wire.ExchangeService.ExchangeServiceClient(channels.For(institution, partner)).NotifyAsync(
                request, new CallOptions(deadline: clock.GetUtcNow().UtcDateTime + TransportLimits.UnaryDeadline, cancellationToken: stoppingToken));
            _away = false;
            NotifyAgainLater();
            logger.Notified(partner.Value, stream.Head.Sequence, institution.Organisation.Value);
        }
        catch (RpcException e) when (!stoppingToken.IsCancellationRequested && RpcReason.IsPassing(e))
        {
            logger.PartnerAway(partner.Value, institution.Organisation.Value, RpcReason.Words(e), NotifyAgainLater().TotalSeconds);
        }
        catch (RpcException e) when (!stoppingToken.IsCancellationRequested)
        {
            // A refusal does not get better by asking again. The partner still finds the statement when it pulls.
            (_away, _refusedSequence, _nextNotification) = (false, _notifiedSequence, Never);
            logger.NotificationRefused(partner.Value, institution.Organisation.Value, RpcReason.Words(e), e.Status.Detail);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            NotifyAgainLater();
            logger.ExchangeFailed(e, institution.Organisation.Value, partner.Value);
        }
    }

    private TimeSpan NotifyAgainLater()
    {
        var pause = BackOff.After(++_notifications, _pair);
        _nextNotification = Now + pause;
        return pause;
    }

    private void Wake(ref bool why)
    {
        Volatile.Write(ref why, true);
        _wake.Writer.TryWrite(true);
    }
}
