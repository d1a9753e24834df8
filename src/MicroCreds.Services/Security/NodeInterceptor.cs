using Grpc.Core;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Transport;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Services.Security;

/// <summary>
/// The one stop every call makes: who calls, the institution's share of the node, one log line, measurements, and an unexpected exception turned into
/// INTERNAL with a correlation id and nothing else. <see cref="CheckedMethods"/> puts it before each method when the method is bound, which spares each call what the
/// server's own chain of interceptors would make for it.
/// </summary>
public sealed class NodeInterceptor(CallerAuthentication authentication, Hosting hosting, NodeMetrics metrics, TimeProvider clock, ILogger<NodeInterceptor> logger)
{
    /// <summary>A call of one message each way. Most are answered at once, and cost no state of their own then.</summary>
    internal Task<TResponse> UnaryAsync<TRequest, TResponse>(BoundMethod bound, TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        var call = new CallInProgress(bound, context, metrics, clock, logger);
        var goesOn = false;
        try
        {
            call.Begin(authentication);
            var answer = InstitutionNamed<TRequest>.In(request, hosting, context) is { } institution ? InTurnAsync(institution, request, context, method) : method(request, context);
            goesOn = !answer.IsCompletedSuccessfully;
            return goesOn ? AwaitAsync(answer, call) : answer;
        }
        catch (Exception e) when (call.Refusal(e) is var refusal && refusal != e)
        {
            throw refusal;
        }
        finally
        {
            if (!goesOn) call.End();
        }
    }

    /// <summary>A call that is answered by a stream.</summary>
    internal Task ServerStreamingAsync<TRequest, TResponse>(BoundMethod bound, TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class => RunAsync(bound, context, () => Ended(method(request, Timed(responses, context), context)));

    /// <summary>A call that asks by a stream.</summary>
    internal Task<TResponse> ClientStreamingAsync<TRequest, TResponse>(BoundMethod bound, IAsyncStreamReader<TRequest> requests, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class => RunAsync(bound, context, () => method(Timed(requests, context), context));

    /// <summary>A call that asks and is answered by streams.</summary>
    internal Task DuplexStreamingAsync<TRequest, TResponse>(
        BoundMethod bound, IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class => RunAsync(bound, context, () => Ended(method(Timed(requests, context), Timed(responses, context), context)));

    private static async Task<TResponse> InTurnAsync<TRequest, TResponse>(HostedInstitution institution, TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        using var share = await institution.ShareOf(Caller.From(context)).EnterAsync(context.CancellationToken);
        return await method(request, context);
    }

    private static async Task<TResponse> AwaitAsync<TResponse>(Task<TResponse> answer, CallInProgress call)
    {
        try
        {
            return await answer;
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

    private async Task<TAnswer> RunAsync<TAnswer>(BoundMethod bound, ServerCallContext context, Func<Task<TAnswer>> method)
    {
        var call = new CallInProgress(bound, context, metrics, clock, logger);
        try
        {
            call.Begin(authentication);
            return await method();
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

    private static async Task<bool> Ended(Task streamed)
    {
        await streamed;
        return true;
    }

    private TimedRequestStream<T> Timed<T>(IAsyncStreamReader<T> stream, ServerCallContext context) => new(stream, clock, () => Doorway.LetGo(context.GetHttpContext()));

    private TimedResponseStream<T> Timed<T>(IServerStreamWriter<T> stream, ServerCallContext context) => new(stream, clock, () => Doorway.LetGo(context.GetHttpContext()));
}

/// <summary>What a call needs to know of its method, found once.</summary>
/// <param name="FullName">Name in logs and measurements: the same object for every call.</param>
/// <param name="Limit">Time that the node works on a call at most; null when there is no limit.</param>
internal sealed record BoundMethod(string FullName, TimeSpan? Limit)
{
    internal static BoundMethod Of(IMethod method) => new(method.FullName, CallTime.LimitOf(method.FullName));
}
