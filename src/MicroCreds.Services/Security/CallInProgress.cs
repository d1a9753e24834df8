using System.Diagnostics;
using System.Security.Cryptography;
using Grpc.Core;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Transport;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Services.Security;

/// <summary>One call from its first stop to its log line.</summary>
/// <param name="method">Its method.</param>
/// <param name="context">The call.</param>
/// <param name="metrics">Counts it.</param>
/// <param name="clock">Measures the time that it may take.</param>
/// <param name="logger">Takes its line.</param>
internal sealed class CallInProgress(BoundMethod method, ServerCallContext context, NodeMetrics metrics, TimeProvider clock, ILogger logger)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly CallTime? _time = method.Limit is { } limit ? CallTime.Begin(limit, context.GetHttpContext(), clock) : null;
    private StatusCode _status = StatusCode.OK;
    private string _reason = "";
    private Caller? _caller;
    private DoorPlace? _place;

    /// <summary>Finds out who calls. Fails with UNAUTHENTICATED, or QUOTA_EXCEEDED for a partner that calls on more connections than its share.</summary>
    internal void Begin(CallerAuthentication authentication)
    {
        if (authentication.Authenticate(context).Failed(out var problem, out var caller)) throw problem.ToRpcException();
        _caller = caller;
        caller.AttachTo(context);
        if (caller is Caller.Anonymous || context.GetHttpContext().Features.Get<DoorPlace>() is not { } place) return;
        place.SignedIn();
        if (caller is not Caller.Partner partner) return;
        if (place.Partners.Enter(partner.Organisation, place) is { } refused) throw refused.ToRpcException();
        _place = place;
    }

    /// <summary>What the caller is told of an exception; the same one when it is a refusal already.</summary>
    internal RpcException Refusal(Exception exception)
    {
        var refusal = exception switch
        {
            OperationCanceledException or IOException or InvalidOperationException or RpcException { StatusCode: StatusCode.Cancelled }
                when _time is { IsOver: true } => _time.Problem.ToRpcException(),
            RpcException known => known,
            // The last of these is what a message becomes that is written after the caller has left.
            OperationCanceledException or IOException or InvalidOperationException when context.CancellationToken.IsCancellationRequested => new RpcException(new Status(
                context.Deadline <= DateTime.MaxValue.AddDays(-1) ? StatusCode.DeadlineExceeded : StatusCode.Cancelled,
                "The caller left or its deadline passed; a change may have been kept: retry with the same request id.")),
            StoreUnavailableException away => away.Problem.ToRpcException(),
            _ => Unexpected(exception),
        };
        (_status, _reason) = (refusal.StatusCode, RpcReason.Of(refusal));
        return refusal;
    }

    /// <summary>Leaves, with one log line and one measurement.</summary>
    internal void End()
    {
        if (_place is not null && _caller is Caller.Partner partner) _place.Partners.Leave(partner.Organisation, _place);
        var elapsed = Stopwatch.GetElapsedTime(_start);
        var status = _status.ToString();
        logger.Called(new CallLine(method.FullName, _caller?.Scope ?? "unknown", status, _reason, Math.Round(elapsed.TotalMilliseconds, 2)));
        metrics.Called(method.FullName, status, elapsed);
        _time?.Dispose();
    }

    private RpcException Unexpected(Exception exception)
    {
        var correlationId = RandomNumberGenerator.GetHexString(16, lowercase: true);
        logger.Failed(exception, method.FullName, correlationId);
        return ProblemStatus.Unexpected(correlationId);
    }
}
