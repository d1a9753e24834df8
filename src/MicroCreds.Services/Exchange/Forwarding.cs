using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Security;

namespace MicroCreds.Services.Exchange;

/// <summary>Passes a call of this node's staff on to a partner's node and gives back what the partner answers.</summary>
public static class Forwarding
{
    /// <summary>The caller's deadline, or the usual one of a call that is passed on.</summary>
    public static CallOptions Options(ServerCallContext context, TimeProvider clock)
    {
        var usual = clock.GetUtcNow().UtcDateTime + TransportLimits.ForwardedDeadline;
        return new CallOptions(deadline: context.Deadline < usual ? context.Deadline : usual, cancellationToken: context.CancellationToken);
    }

    /// <summary>
    /// Passes a watch on, message by message, until one of the three leaves. It has no usual deadline: it goes on until the caller ends it, or until
    /// this node stops, as a watch of its own does.
    /// </summary>
    public static async Task RelayAsync<TResponse>(
        OrganisationId partner, ServerCallContext context, Func<CallOptions, AsyncServerStreamingCall<TResponse>> call, IServerStreamWriter<TResponse> responses, CancellationToken stopping)
        where TResponse : class
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        await CallAsync(partner, async () =>
        {
            var deadline = context.Deadline == DateTime.MaxValue ? null : (DateTime?)context.Deadline;
            using var stream = call(new CallOptions(deadline: deadline, cancellationToken: ends.Token));
            try
            {
                while (await stream.ResponseStream.MoveNext(ends.Token)) await responses.WriteAsync(stream.ResponseStream.Current, ends.Token);
            }
            catch (Exception e) when (stopping.IsCancellationRequested && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
            {
                // The caller resumes after the last cursor it saw.
            }

            return true;
        });
    }

    /// <summary>
    /// Makes the call. A status the partner's node gave with a reason passes through unchanged; a connection that failed becomes
    /// PARTNER_UNAVAILABLE, since nothing is known of what the partner did: the same request id makes a retry safe.
    /// </summary>
    public static async Task<TResponse> CallAsync<TResponse>(OrganisationId partner, Func<Task<TResponse>> call)
    {
        try
        {
            return await call();
        }
        catch (RpcException e) when (RpcReason.Of(e).Length > 0)
        {
            var trailers = new Metadata { { "grpc-status-details-bin", e.Trailers.GetValueBytes("grpc-status-details-bin") ?? [] } };
            throw new RpcException(new Status(e.StatusCode, e.Status.Detail), trailers);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown or StatusCode.DeadlineExceeded)
        {
            throw Problem.Of(ProblemCode.PartnerUnavailable, $"The node of {partner} cannot be reached now ({e.StatusCode}); try again with the same request id.", ("partner", partner.Value)).ToRpcException();
        }
    }
}
