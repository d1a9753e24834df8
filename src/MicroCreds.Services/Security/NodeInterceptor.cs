using Grpc.Core;
using Grpc.Core.Interceptors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Transport;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Services.Security;

/// <summary>
/// The one stop every call makes: who calls, the institution's share of the node, one log line, measurements, and an unexpected exception turned into
/// INTERNAL with a correlation id and nothing else.
/// </summary>
public sealed class NodeInterceptor(CallerAuthentication authentication, Hosting hosting, NodeMetrics metrics, TimeProvider clock, ILogger<NodeInterceptor> logger) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        using var time = CallTime.Begin(context.Method, context.GetHttpContext(), clock);
        var call = new CallInProgress(context, metrics, logger);
        try
        {
            call.Begin(authentication);
            if (InstitutionNamed<TRequest>.In(request, hosting, context) is not { } institution) return await continuation(request, context);
            using var share = await institution.ShareOf(Caller.From(context)).EnterAsync(context.CancellationToken);
            return await continuation(request, context);
        }
        catch (Exception e) when (call.Refusal(e) is var refusal && refusal != e)
        {
            throw refusal;
        }
        finally
        {
            call.End();
        }
    }

    /// <inheritdoc/>
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var time = CallTime.Begin(context.Method, context.GetHttpContext(), clock);
        var call = new CallInProgress(context, metrics, logger);
        try
        {
            call.Begin(authentication);
            await continuation(request, responseStream, context);
        }
        catch (Exception e) when (call.Refusal(e) is var refusal && refusal != e)
        {
            throw refusal;
        }
        finally
        {
            call.End();
        }
    }

    /// <inheritdoc/>
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var call = new CallInProgress(context, metrics, logger);
        try
        {
            call.Begin(authentication);
            return await continuation(Timed(requestStream, context), context);
        }
        catch (Exception e) when (call.Refusal(e) is var refusal && refusal != e)
        {
            throw refusal;
        }
        finally
        {
            call.End();
        }
    }

    /// <inheritdoc/>
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var call = new CallInProgress(context, metrics, logger);
        try
        {
            call.Begin(authentication);
            await continuation(Timed(requestStream, context), responseStream, context);
        }
        catch (Exception e) when (call.Refusal(e) is var refusal && refusal != e)
        {
            throw refusal;
        }
        finally
        {
            call.End();
        }
    }

    private TimedRequestStream<T> Timed<T>(IAsyncStreamReader<T> stream, ServerCallContext context) => new(stream, clock, () => Doorway.LetGo(context.GetHttpContext()));
}
