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
/// <param name="limit">The time; null when there is no limit.</param>
/// <param name="clock">Measures it.</param>
internal abstract class CallTime(TimeSpan? limit, TimeProvider clock) : IHttpRequestLifetimeFeature
{
    private static readonly FrozenDictionary<string, TimeSpan> Limits = ServiceCatalogue.Services.SelectMany(s => s.Methods)
        .Select(m => (Path: $"/{m.Service.FullName}/{m.Name}", Limit: LimitOf(m))).Where(m => m.Limit is not null).ToFrozenDictionary(m => m.Path, m => m.Limit.GetValueOrDefault(), StringComparer.Ordinal);

    private readonly long _began = clock.GetTimestamp();
    private IHttpRequestLifetimeFeature? _caller;
    private CancellationTokenSource? _ends;
    private CancellationTokenRegistration _left;
    private ITimer? _timer;
    private bool _isDone;

    /// <inheritdoc/>
    public CancellationToken RequestAborted
    {
        get => limit is null || _isDone ? _caller?.RequestAborted ?? CancellationToken.None : (_ends ?? Begin()).Token;
        set => _ = _caller is { } caller ? caller.RequestAborted = value : throw new InvalidOperationException("There is no caller who could leave.");
    }

    /// <summary>Whether the time is over. A call that ended before may have kept a change.</summary>
    protected bool IsOver { get; private set; }

    /// <summary>What the caller is told when it is.</summary>
    protected Problem TimeExceeded => WireRefusal.TooSlow(
        "call", (long)limit.GetValueOrDefault().TotalMilliseconds, $"The call was not done within {limit.GetValueOrDefault().TotalSeconds} seconds; a change may have been kept: retry with the same request id.");

    /// <summary>Time since the call began.</summary>
    protected TimeSpan Elapsed => clock.GetElapsedTime(_began);

    /// <summary>The limit of a method; null when it has none: watches and uploads go on for as long as something comes, and explorations have a patience of their own.</summary>
    internal static TimeSpan? LimitOf(string method) => Limits.TryGetValue(method, out var limit) ? limit : null;

    /// <summary>What stands for the caller of a call; null before the call is bounded.</summary>
    protected static CallTime? Of(HttpContext context) => context.Features[typeof(IHttpRequestLifetimeFeature)] as CallTime;

    /// <summary>Leaves out the deadline of a caller who would wait for longer than the node works: the server would look at that one alone.</summary>
    internal static void LeaveOutLongerDeadline(HttpRequest request)
    {
        if (request.Headers.GrpcTimeout is [{ } timeout] && Limits.TryGetValue(request.Path.Value ?? "", out var limit) && IsLonger(timeout, limit)) request.Headers.GrpcTimeout = default;
    }

    /// <inheritdoc/>
    public void Abort() => _caller?.Abort();

    /// <summary>Bounds the call from here on.</summary>
    protected void Bound(HttpContext context)
    {
        // By its type and not by its type argument: that way costs a search for the code of the type as well.
        _caller = (IHttpRequestLifetimeFeature?)context.Features[typeof(IHttpRequestLifetimeFeature)];
        context.Features[typeof(IHttpRequestLifetimeFeature)] = this;
    }

    /// <summary>The call is done: from now on only the caller counts.</summary>
    protected void Done()
    {
        _isDone = true;
        if (_ends is null) return;
        _timer?.Dispose();
        _left.Dispose();
        _ends.Dispose();
    }

    private CancellationTokenSource Begin()
    {
        var ends = new CancellationTokenSource();
        if (Interlocked.CompareExchange(ref _ends, ends, null) is { } first)
        {
            ends.Dispose();
            return first;
        }

        if (_caller is { } caller) _left = caller.RequestAborted.UnsafeRegister(static ends => ((CancellationTokenSource?)ends)?.Cancel(), ends);
        var rest = limit.GetValueOrDefault() - Elapsed;
        _timer = clock.CreateTimer(static time => ((CallTime?)time)?.End(), this, rest > TimeSpan.Zero ? rest : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return ends;
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
