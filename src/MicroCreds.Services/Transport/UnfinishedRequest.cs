using System.IO.Pipelines;
using MicroCreds.Domain.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MicroCreds.Services.Transport;

/// <summary>
/// A request that has begun, is not whole, and is kept in memory until it is: more than a few kilobytes are for those who have signed in, all together have a share of the memory, and
/// its caller must go on sending. The server's own least rate is that of a whole connection, and each of its requests could wait many times as long.
/// </summary>
internal sealed class UnfinishedRequest : IDisposable
{
    private static readonly long LeastBytes = (long)(TransportLimits.LeastRequestBytesPerSecond * TransportLimits.UnfinishedRequestWindow.TotalSeconds);

    private readonly Lock _turn = new();
    private readonly TimeProvider _clock;
    private readonly UnfinishedRequests.Share _share;
    private readonly Problem? _notSignedIn;
    private readonly ITimer _timer;
    private long _held;
    private long _come;
    private long _since;
    private TimeSpan _waited;
    private bool _waiting;
    private bool _late;

    private UnfinishedRequest(UnfinishedRequests all, HttpContext context, PipeReader body)
    {
        (_share, _notSignedIn) = all.Of(context);
        _clock = all.Clock;
        _timer = _clock.CreateTimer(
            _ =>
            {
                lock (_turn)
                {
                    // The server uses its objects again: another request's wait is not to be ended.
                    if (!_waiting) return;
                    _late = true;
                    body.CancelPendingRead();
                }
            },
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // Whatever becomes of the request.
        context.Response.RegisterForDispose(this);
    }

    /// <summary>Why what has come of a request is not taken, or not kept until the rest has come too; null when it is.</summary>
    /// <param name="unfinished">What is known of the request by then; null while little of it has come.</param>
    /// <param name="context">The request.</param>
    /// <param name="body">Where it comes from.</param>
    /// <param name="read">What has come and waits.</param>
    internal static Problem? Refusal(ref UnfinishedRequest? unfinished, HttpContext context, PipeReader body, in ReadResult read)
    {
        if (unfinished is null)
        {
            if (read.Buffer.Length <= (read.IsCompleted ? TransportLimits.MaxStrangerRequestBytes : TransportLimits.UnfinishedRequestBytes)) return null;
            var all = context.RequestServices.GetRequiredService<UnfinishedRequests>();
            if (read.IsCompleted) return all.Of(context).NotSignedIn;
            unfinished = new UnfinishedRequest(all, context, body);
        }

        var refusal = unfinished.Keep(read);
        if (unfinished._late) Doorway.LetGo(context);
        return refusal;
    }

    /// <summary>More of it is waited for from now on.</summary>
    internal void Wait()
    {
        // What waits between the messages of a stream is the stream's business.
        if (_held <= TransportLimits.UnfinishedRequestBytes) return;
        lock (_turn) _waiting = true;
        _since = _clock.GetTimestamp();
        var left = TransportLimits.UnfinishedRequestWindow - _waited;
        _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Nothing of it is kept any more.</summary>
    public void Dispose()
    {
        lock (_turn) _waiting = false;
        _timer.Dispose();
        _share.Keep(-Interlocked.Exchange(ref _held, 0));
    }

    private Problem? Keep(in ReadResult read)
    {
        if (_waiting)
        {
            lock (_turn) _waiting = false;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _waited += _clock.GetElapsedTime(_since);
        }

        var more = read.Buffer.Length - _held;
        _held += more;
        var tooMany = !_share.Keep(more);
        if (_notSignedIn is not null && _held > TransportLimits.MaxStrangerRequestBytes) return _notSignedIn;
        if (read.IsCompleted) return null;
        if (_late)
        {
            return WireRefusal.TooSlow(
                "request_bytes_per_second", TransportLimits.LeastRequestBytesPerSecond,
                $"A request that is not whole comes on at {TransportLimits.LeastRequestBytesPerSecond} bytes a second or faster, in every {TransportLimits.UnfinishedRequestWindow.TotalSeconds} seconds.");
        }

        if (more > 0 && tooMany)
            return Problem.Of(ProblemCode.QuotaExceeded, "This node keeps as many requests that are not whole, of one caller or of all, as it has memory for; send this one again later.", ("limit", "bytes_held"), ("limit_value", $"{_share.Most}"));
        // A message that was taken out is progress as well.
        _come = more < 0 ? LeastBytes : _come + more;
        if (_come >= LeastBytes) (_come, _waited) = (0, TimeSpan.Zero);
        return null;
    }
}
