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
internal sealed class CallInProgress(BoundMethod method, ServerCallContext context, NodeMetrics metrics, TimeProvider clock, ILogger logger) : CallTime(method.Limit, clock)
{
    private static readonly string[] Statuses = [.. Enum.GetValues<StatusCode>().Order().Select(s => s.ToString())];

    private StatusCode _status = StatusCode.OK;
    private string _reason = "";
    private Caller? _caller;
    private DoorPlace? _place;

    /// <summary>Who makes a call that is in progress; null while it is not known.</summary>
    internal static Caller? CallerOf(ServerCallContext context) => (Of(context.GetHttpContext()) as CallInProgress)?._caller;

    /// <summary>Finds out who calls. Fails with UNAUTHENTICATED, or QUOTA_EXCEEDED for a partner that calls on more connections than its share.</summary>
    internal void Begin(CallerAuthentication authentication)
    {
        var http = context.GetHttpContext();
        Bound(http);
        if (authentication.Authenticate(http).Failed(out var problem, out var caller)) throw problem.ToRpcException();
        _caller = caller;
        if (caller is Caller.Anonymous || DoorPlace.Of(http) is not { } place) return;
        place.SignedIn();
        if (caller is not Caller.Partner partner) return;
        if (place.Partners.Enter(partner.Organisation, place) is { } refused) throw refused.ToRpcException();
        _place = place;
    }

    /// <summary>Begins a call whose caller is known without a wire.</summary>
    internal void Begin(Caller caller)
    {
        Bound(context.GetHttpContext());
        _caller = caller;
    }

    /// <summary>What the caller is told of an exception; the same one when it is a refusal already.</summary>
    internal RpcException Refusal(Exception exception)
    {
        var refusal = exception switch
        {
            OperationCanceledException or IOException or InvalidOperationException or RpcException { StatusCode: StatusCode.Cancelled }
                when IsOver => TimeExceeded.ToRpcException(),
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
        var (elapsed, status) = (Elapsed, Statuses[(int)_status]);
        logger.Called(new CallLine(method.FullName, _caller?.Scope ?? "unknown", status, _reason, Math.Round(elapsed.TotalMilliseconds, 2)));
        metrics.Called(method.FullName, status, elapsed);
        Done();
    }

    private RpcException Unexpected(Exception exception)
    {
        var correlationId = RandomNumberGenerator.GetHexString(16, lowercase: true);
        logger.Failed(exception, method.FullName, correlationId);
        return ProblemStatus.Unexpected(correlationId);
    }
}
