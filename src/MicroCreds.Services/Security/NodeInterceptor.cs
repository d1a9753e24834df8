using System.Diagnostics;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Transport;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Services.Security;

/// <summary>The one stop every call makes: who calls, one log line, measurements, and an unexpected exception turned into INTERNAL with a correlation id and nothing else.</summary>
public sealed class NodeInterceptor(CallerAuthentication authentication, NodeMetrics metrics, ILogger<NodeInterceptor> logger) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await Run(context, async () => response = await continuation(request, context));
        return response ?? throw new UnreachableException();
    }

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Run(context, () => continuation(request, responseStream, context));

    /// <inheritdoc/>
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await Run(context, async () => response = await continuation(requestStream, context));
        return response ?? throw new UnreachableException();
    }

    /// <inheritdoc/>
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        Run(context, () => continuation(requestStream, responseStream, context));

    private async Task Run(ServerCallContext context, Func<Task> call)
    {
        var start = Stopwatch.GetTimestamp();
        var (status, reason, caller) = (StatusCode.OK, "", "unknown");
        try
        {
            if (authentication.Authenticate(context).Failed(out var problem, out var known)) throw problem.ToRpcException();
            known.AttachTo(context);
            caller = known.Scope;
            var place = context.GetHttpContext().Features.Get<DoorPlace>();
            if (known is not Caller.Anonymous) place?.SignedIn();
            if (known is Caller.Partner partner && place is not null) await CallAsync(partner.Organisation, place, call);
            else await call();
        }
        catch (RpcException e)
        {
            (status, reason) = (e.StatusCode, RpcReason.Of(e));
            throw;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.CancellationToken.IsCancellationRequested)
        {
            status = context.Deadline <= DateTime.MaxValue.AddDays(-1) ? StatusCode.DeadlineExceeded : StatusCode.Cancelled;
            throw new RpcException(new Status(status, "The caller left or its deadline passed; a change may have been kept: retry with the same request id."));
        }
        catch (StoreUnavailableException e)
        {
            var refusal = e.Problem.ToRpcException();
            (status, reason) = (refusal.StatusCode, RpcReason.Of(refusal));
            throw refusal;
        }
        catch (Exception e)
        {
            var correlationId = RandomNumberGenerator.GetHexString(16, lowercase: true);
            (status, reason) = (StatusCode.Internal, "INTERNAL");
            logger.Failed(e, context.Method, correlationId);
            throw ProblemStatus.Unexpected(correlationId);
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(start);
            logger.Called(context.Method, caller, status.ToString(), reason, Math.Round(elapsed.TotalMilliseconds, 2));
            metrics.Called(context.Method, status.ToString(), elapsed);
        }
    }

    private static async Task CallAsync(OrganisationId partner, DoorPlace place, Func<Task> call)
    {
        if (place.Partners.Enter(partner, place) is { } refused) throw refused.ToRpcException();
        try
        {
            await call();
        }
        finally
        {
            place.Partners.Leave(partner, place);
        }
    }
}
