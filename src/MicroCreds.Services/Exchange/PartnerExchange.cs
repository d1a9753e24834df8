using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using Microsoft.Extensions.Logging;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Exchange;

/// <summary>
/// Everything one institution does with one partner on its own accord: it tells the partner when its stream has grown, until the partner's
/// receipt covers it, and it pulls the partner's stream when told, at start, and every quarter of an hour, since a notification may be lost.
/// </summary>
public sealed class PartnerExchange(
    HostedInstitution institution, OrganisationId partner, TrustRegistry registry, IPartnerChannels channels, NodeMetrics metrics, TimeProvider clock, ILogger logger)
{
    /// <summary>Time between pulls when nobody notifies.</summary>
    public static readonly TimeSpan AntiEntropy = TimeSpan.FromMinutes(15);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private DateTimeOffset _nextNotification = clock.GetUtcNow();
    private DateTimeOffset _nextPull = clock.GetUtcNow();
    private int _pullFailures;
    private int _notifications;
    private long _notifiedSequence;
    private long _refusedSequence;
    private bool _grown;
    private bool _told;

    /// <summary>The partner said that its stream has grown.</summary>
    public void PullSoon()
    {
        Volatile.Write(ref _told, true);
        _wake.Writer.TryWrite(true);
    }

    /// <summary>An outgoing stream of the institution has grown.</summary>
    public void NotifySoon()
    {
        Volatile.Write(ref _grown, true);
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Runs until the node stops. Nothing that happens with one partner ends it.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (Interlocked.Exchange(ref _told, false) || _nextPull <= clock.GetUtcNow()) await PullAsync(stoppingToken);
                if (Interlocked.Exchange(ref _grown, false) || _nextNotification <= clock.GetUtcNow()) await NotifyAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.ExchangeFailed(e, institution.Organisation.Value, partner.Value);
                _nextPull = clock.GetUtcNow() + BackOff.After(++_pullFailures);
            }
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        var next = _nextNotification < _nextPull ? _nextNotification : _nextPull;
        var delay = next - clock.GetUtcNow();
        if (delay <= TimeSpan.Zero) return;
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var due = clock.CreateTimer(_ => _wake.Writer.TryWrite(true), null, delay, Timeout.InfiniteTimeSpan);
        await _wake.Reader.ReadAsync(timer.Token);
    }

    /// <summary>Tells the partner how far the stream goes, if its receipt does not cover that yet.</summary>
    private async Task NotifyAsync(CancellationToken stoppingToken)
    {
        _nextNotification = DateTimeOffset.MaxValue;
        var stream = (await institution.Statements.OutgoingStreamsAsync(stoppingToken)).FirstOrDefault(s => s.Partner == partner);
        if (stream is null || stream.Acknowledged.Sequence >= stream.Head.Sequence || stream.Head.Sequence == _refusedSequence) return;
        if (stream.Head.Sequence != _notifiedSequence) (_notifications, _notifiedSequence) = (0, stream.Head.Sequence);

        // Told again with growing pauses until the receipt is there: a notification may be lost, and so may the receipt.
        var pause = BackOff.After(++_notifications);
        _nextNotification = clock.GetUtcNow() + pause;
        try
        {
            var request = new Wire.NotifyRequest { Issuer = institution.Organisation.Value, Audience = partner.Value, Epoch = stream.Head.Epoch, Sequence = stream.Head.Sequence };
            await Client().NotifyAsync(request, Options(TransportLimits.UnaryDeadline, stoppingToken));
            logger.Notified(partner.Value, stream.Head.Sequence, institution.Organisation.Value);
        }
        catch (RpcException e) when (!stoppingToken.IsCancellationRequested)
        {
            if (IsPassing(e.StatusCode))
            {
                logger.PartnerAway(partner.Value, institution.Organisation.Value, e.StatusCode.ToString(), pause.TotalSeconds);
                return;
            }

            // A refusal does not get better by asking again. The partner still finds the statement when it pulls.
            logger.NotificationRefused(partner.Value, institution.Organisation.Value, e.StatusCode.ToString(), RpcReason.Of(e));
            (_refusedSequence, _nextNotification) = (stream.Head.Sequence, DateTimeOffset.MaxValue);
        }
    }

    /// <summary>Pulls until nothing is new and hands over the receipt for all of it.</summary>
    private async Task PullAsync(CancellationToken stoppingToken)
    {
        try
        {
            var stream = await institution.Statements.IncomingStreamAsync(partner, stoppingToken);

            // Handed over although it may be known: the sender may have lost the first one, and the same receipt changes nothing.
            if (stream.Head.Sequence > 0) await AcknowledgeAsync(stream, stoppingToken);
            while (await FetchAsync(stream.Head, stoppingToken) is { IsEmpty: false } batch)
            {
                if (await ReceiveAsync(stream.Head, batch, stoppingToken) is not { } received || received.Head.Sequence == stream.Head.Sequence) return;
                metrics.Exchanged((int)(received.Head.Sequence - stream.Head.Sequence), partner.Value, "received");
                logger.Received((int)(received.Head.Sequence - stream.Head.Sequence), partner.Value, institution.Organisation.Value, received.Head.Sequence);
                stream = received;
                await AcknowledgeAsync(stream, stoppingToken);
            }

            _pullFailures = 0;
            _nextPull = clock.GetUtcNow() + (AntiEntropy * (1 - (RandomNumberGenerator.GetInt32(0, 200) / 1000.0)));
        }
        catch (RpcException e) when (!stoppingToken.IsCancellationRequested)
        {
            var pause = BackOff.After(++_pullFailures);
            _nextPull = clock.GetUtcNow() + pause;
            logger.PartnerAway(partner.Value, institution.Organisation.Value, $"{e.StatusCode} {RpcReason.Of(e)}".TrimEnd(), pause.TotalSeconds);
        }
    }

    private async Task<ImmutableArray<SignedStatement>> FetchAsync(StreamHead after, CancellationToken stoppingToken)
    {
        var request = new Wire.PullStatementsRequest { Issuer = partner.Value, Audience = institution.Organisation.Value, Epoch = after.Epoch, AfterSequence = after.Sequence };
        using var call = Client().PullStatements(request, Options(TransportLimits.PullDeadline, stoppingToken));
        var batch = ImmutableArray.CreateBuilder<SignedStatement>();
        await foreach (var message in call.ResponseStream.ReadAllAsync(stoppingToken))
        {
            // A partner that never ends its answer must not fill the memory: what is over is pulled again.
            if (batch.Count == TransportLimits.MaxPullStatements) break;
            batch.Add(ExchangeMapping.ToSigned(message.Statement));
        }

        return batch.ToImmutable();
    }

    private async Task<IncomingStream?> ReceiveAsync(StreamHead head, ImmutableArray<SignedStatement> batch, CancellationToken stoppingToken)
    {
        var directory = registry.Current;
        var parties = new StreamParties(partner, institution.Organisation, directory.List.Consortium);
        var now = clock.GetUtcNow();
        if (StreamReceiver.Verify(batch, parties, key => directory.StatementKey(partner, key)).Failed(out var problem, out var verified)
            || (await institution.Statements.ReceiveAsync(partner, verified,
                to => ReceiptCodec.Sign(parties, to, now, institution.StatementKey), now, stoppingToken)).Failed(out problem, out var received))
        {
            // The cursor stays where it is; the next pull tries again and other partners are not touched.
            logger.StreamFaulted(partner.Value, institution.Organisation.Value, head.Sequence, $"{ProblemStatus.Of(problem.Code).Reason}: {problem.Message}");
            _nextPull = clock.GetUtcNow() + BackOff.After(++_pullFailures);
            return null;
        }

        return received;
    }

    private async Task AcknowledgeAsync(IncomingStream stream, CancellationToken stoppingToken) =>
        await Client().AcknowledgeAsync(
            new Wire.AcknowledgeRequest { Issuer = partner.Value, Audience = institution.Organisation.Value, Receipt = ByteString.CopyFromUtf8(stream.Receipt) },
            Options(TransportLimits.UnaryDeadline, stoppingToken));

    private Wire.ExchangeService.ExchangeServiceClient Client() => new(channels.For(institution, partner));

    private CallOptions Options(TimeSpan deadline, CancellationToken stoppingToken) =>
        new(deadline: clock.GetUtcNow().UtcDateTime + deadline, cancellationToken: stoppingToken);

    private static bool IsPassing(StatusCode status) =>
        status is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Aborted or StatusCode.ResourceExhausted or StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unknown;
}
