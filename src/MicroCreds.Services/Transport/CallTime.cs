using System.Collections.Frozen;
using System.Globalization;
using Google.Protobuf.Reflection;
using MicroCreds.Domain.Problems;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MicroCreds.Services.Transport;

/// <summary>
/// The time that a node works on a call at most, from when its request is there. Stands in the place of what tells whether the caller is still there: who asks that for
/// its token gets one that is cancelled also when the time is over. What never asks could not be stopped by it, and pays nothing.
/// </summary>
internal sealed class CallTime : IHttpRequestLifetimeFeature, IDisposable
{
    internal const string TimeoutHeader = "grpc-timeout";

    private static readonly FrozenDictionary<string, TimeSpan> Limits = ServiceCatalogue.Services.SelectMany(s => s.Methods)
        .Select(m => (Path: $"/{m.Service.FullName}/{m.Name}", Limit: LimitOf(m))).Where(m => m.Limit is not null).ToFrozenDictionary(m => m.Path, m => m.Limit.GetValueOrDefault(), StringComparer.Ordinal);

    private readonly HttpContext _context;
    private readonly IHttpRequestLifetimeFeature _caller;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _limit;
    private readonly long _began;
    private readonly Lock _lock = new();
    private CancellationTokenSource? _ends;
    private CancellationTokenRegistration _left;
    private ITimer? _timer;

    private CallTime(HttpContext context, IHttpRequestLifetimeFeature caller, TimeSpan limit, TimeProvider clock) =>
        (_context, _caller, _limit, _clock, _began) = (context, caller, limit, clock, clock.GetTimestamp());

    /// <summary>Whether the time is over. A call that ended before may have kept a change.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>What the caller is told when it is.</summary>
    internal Problem Problem => WireRefusal.TooSlow(
        "call", (long)_limit.TotalMilliseconds, $"The call was not done within {_limit.TotalSeconds} seconds; a change may have been kept: retry with the same request id.");

    /// <inheritdoc/>
    public CancellationToken RequestAborted
    {
        get
        {
            lock (_lock) return _ends is null ? Begin() : _ends.Token;
        }

        set => _caller.RequestAborted = value;
    }

    /// <summary>The limit of a method; null when it has none: watches and uploads go on for as long as something comes, and explorations have a patience of their own.</summary>
    internal static TimeSpan? LimitOf(string method) => Limits.TryGetValue(method, out var limit) ? limit : null;

    /// <summary>Bounds a call; null where nobody could leave.</summary>
    internal static CallTime? Begin(TimeSpan limit, HttpContext context, TimeProvider clock)
    {
        if (context.Features.Get<IHttpRequestLifetimeFeature>() is not { } caller) return null;
        var time = new CallTime(context, caller, limit, clock);
        context.Features.Set<IHttpRequestLifetimeFeature>(time);
        return time;
    }

    /// <summary>Leaves out the deadline of a caller who would wait for longer than the node works: the server would look at that one alone.</summary>
    internal static void LeaveOutLongerDeadline(HttpRequest request)
    {
        if (request.Headers[TimeoutHeader] is [{ } timeout] && Limits.TryGetValue(request.Path.Value ?? "", out var limit) && IsLonger(timeout, limit)) request.Headers.Remove(TimeoutHeader);
    }

    /// <inheritdoc/>
    public void Abort() => _caller.Abort();

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.Features.Set(_caller);
        _timer?.Dispose();
        _left.Dispose();
        _ends?.Dispose();
    }

    private CancellationToken Begin()
    {
        var ends = _ends = new CancellationTokenSource();
        _left = _caller.RequestAborted.UnsafeRegister(static ends => ((CancellationTokenSource?)ends)?.Cancel(), ends);
        var left = _limit - _clock.GetElapsedTime(_began);
        _timer = _clock.CreateTimer(static time => ((CallTime?)time)?.End(), this, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return ends.Token;
    }

    private void End()
    {
        IsOver = true;
        try
        {
            _ends?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended at the same moment.
        }
    }

    private static TimeSpan? LimitOf(MethodDescriptor method) => (method.IsClientStreaming, method.IsServerStreaming) switch
    {
        (false, false) => method.Service.Name == nameof(EquivalenceAdminService) ? TransportLimits.TableDeadline : TransportLimits.UnaryDeadline,
        (false, true) when method.Name == nameof(ExchangeService.ExchangeServiceBase.PullStatements) => TransportLimits.PullDeadline,
        _ => null,
    };

    // Source: gRPC over HTTP/2, "Timeout": at most eight digits and a unit. What is none the server does not look at.
    private static bool IsLonger(string timeout, TimeSpan limit)
    {
        var ticks = timeout is [] ? 0 : timeout[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            // A hundred million nanoseconds are less than any limit.
            _ => 0,
        };
        return timeout.Length <= 9 && int.TryParse(timeout.AsSpan(0, Math.Max(0, timeout.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number * ticks > limit.Ticks;
    }
}
