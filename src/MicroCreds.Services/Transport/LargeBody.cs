using System.IO.Pipelines;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MicroCreds.Services.Transport;

/// <summary>
/// A request that has begun, is not whole, and is kept in memory until it is: more than a few kilobytes are for those who have signed in, all together have a share of the memory, and
/// its caller must go on sending.
/// </summary>
internal sealed class LargeBody : IDisposable
{
    private static readonly long LeastBytes = (long)(TransportLimits.LeastRequestBytesPerSecond * TransportLimits.LargeBodyWindow.TotalSeconds);

    private readonly Lock _turn = new();
    private readonly LargeBodies _all;
    private readonly ITimer _timer;
    private long _held;
    private long _come;
    private long _since;
    private TimeSpan _waited;
    private bool _waiting;
    private bool _late;

    private LargeBody(LargeBodies all, HttpContext context, PipeReader body)
    {
        _all = all;
        _timer = all.Clock.CreateTimer(
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

    /// <summary>Why what has come of a request is not kept until the rest has come too; null when it is.</summary>
    /// <param name="large">What is known of the request by then; null for a small one.</param>
    /// <param name="context">The request.</param>
    /// <param name="body">Where it comes from.</param>
    /// <param name="read">What has come and waits.</param>
    internal static Problem? Refusal(ref LargeBody? large, HttpContext context, PipeReader body, in ReadResult read)
    {
        if (large is null)
        {
            if (read.IsCompleted || read.Buffer.Length <= TransportLimits.MaxStrangerRequestBytes) return null;
            var all = context.RequestServices.GetRequiredService<LargeBodies>();
            if (all.Authentication.Authenticate(context).Failed(out var problem, out var caller)) return problem;
            if (caller is Caller.Anonymous)
            {
                return Problem.Of(
                    ProblemCode.Unauthenticated, $"A request of more than {TransportLimits.MaxStrangerRequestBytes} bytes is taken from those who have signed in; send a token, or call with a member's certificate.",
                    ("limit_bytes", $"{TransportLimits.MaxStrangerRequestBytes}"));
            }

            large = new LargeBody(all, context, body);
        }

        var refusal = large.Keep(read);
        if (large._late) Doorway.LetGo(context);
        return refusal;
    }

    /// <summary>More of it is waited for from now on.</summary>
    internal void Wait()
    {
        // What waits between the messages of a stream is the stream's business.
        if (_held <= TransportLimits.MaxStrangerRequestBytes) return;
        lock (_turn) _waiting = true;
        _since = _all.Clock.GetTimestamp();
        var left = TransportLimits.LargeBodyWindow - _waited;
        _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Nothing of it is kept any more.</summary>
    public void Dispose()
    {
        lock (_turn) _waiting = false;
        _timer.Dispose();
        _all.Add(-Interlocked.Exchange(ref _held, 0));
    }

    private Problem? Keep(in ReadResult read)
    {
        if (_waiting)
        {
            lock (_turn) _waiting = false;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _waited += _all.Clock.GetElapsedTime(_since);
        }

        var more = read.Buffer.Length - _held;
        _held += more;
        var held = _all.Add(more);
        if (read.IsCompleted) return null;
        if (_late)
        {
            return WireRefusal.TooSlow(
                "request_bytes_per_second", TransportLimits.LeastRequestBytesPerSecond, $"A large request comes at {TransportLimits.LeastRequestBytesPerSecond} bytes a second or faster, in every {TransportLimits.LargeBodyWindow.TotalSeconds} seconds.");
        }

        if (more > 0 && held > TransportLimits.MaxBytesHeld)
            return Problem.Of(ProblemCode.QuotaExceeded, "This node keeps as many large requests that are not whole as it has memory for; send this one again later.", ("limit", "bytes_held"), ("limit_value", $"{TransportLimits.MaxBytesHeld}"));
        // A message that was taken out is progress as well.
        _come = more < 0 ? LeastBytes : _come + more;
        if (_come >= LeastBytes) (_come, _waited) = (0, TimeSpan.Zero);
        return null;
    }
}

/// <summary>What large requests of a node have in common.</summary>
/// <param name="authentication">Tells who sends one.</param>
/// <param name="clock">Measures how long one is waited for.</param>
internal sealed class LargeBodies(CallerAuthentication authentication, TimeProvider clock)
{
    private long _held;

    internal CallerAuthentication Authentication => authentication;

    internal TimeProvider Clock => clock;

    /// <summary>Bytes of all of them that are kept now.</summary>
    internal long Held => Volatile.Read(ref _held);

    /// <summary>Keeps more bytes, or fewer, and answers how many all of them are.</summary>
    internal long Add(long bytes) => Interlocked.Add(ref _held, bytes);
}
