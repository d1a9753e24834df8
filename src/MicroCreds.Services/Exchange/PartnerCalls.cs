using Grpc.Core;
using Grpc.Core.Interceptors;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Exchange;

/// <summary>
/// What every call to one partner goes through: a deadline when the caller gives none, and the circuit. A watch keeps the deadline its caller gave it,
/// or none: it goes on until one of the two leaves. The exchange of statements keeps pauses of its own, with nobody waiting: it is not held up by the circuit and what it fails at does
/// not close the way to people, for example while both nodes start; but when it is answered, so are they.
/// </summary>
internal sealed class PartnerCalls(OrganisationId partner, TimeProvider clock) : Interceptor
{
    /// <summary>A call that was given less time than this says nothing about the partner when its time runs out.</summary>
    private static readonly TimeSpan FairChance = TimeSpan.FromSeconds(1);

    private static readonly string Exchange = Wire.ExchangeServiceReflection.Descriptor.Services[0].FullName;
    private readonly TimeProvider _clock = clock;
    private readonly PartnerCircuit _circuit = new(partner.Value, clock);

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var entered = Enter(context.Method);
        var options = context.Options.Deadline is null ? context.Options.WithDeadline(_clock.GetUtcNow().UtcDateTime + TransportLimits.UnaryDeadline) : context.Options;
        var call = continuation(request, new(context.Method, context.Host, options));
        return new(WatchAsync(call.ResponseAsync, entered), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var entered = Enter(context.Method);
        var call = continuation(request, context);
        return new(new Answers<TResponse>(this, call.ResponseStream, entered), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    /// <summary>When the call was let through; null for one of the exchange, which always is.</summary>
    private TimeSpan? Enter(IMethod method) => method.ServiceName == Exchange ? null : _circuit.Enter() ?? throw Problem.Of(
        ProblemCode.PartnerUnavailable, $"The node of {partner} did not answer just now and is not asked again for some seconds; try again with the same request id.", ("partner", partner.Value)).ToRpcException();

    private async Task<TResponse> WatchAsync<TResponse>(Task<TResponse> response, TimeSpan? entered)
    {
        var began = _clock.GetTimestamp();
        try
        {
            var answer = await response;
            _circuit.Answered();
            return answer;
        }
        catch (RpcException e)
        {
            Note(e, entered, began);
            throw;
        }
    }

    private void Note(RpcException exception, TimeSpan? entered, long began)
    {
        var silent = exception.StatusCode switch
        {
            StatusCode.Unavailable => RpcReason.Of(exception).Length == 0,
            StatusCode.DeadlineExceeded => RpcReason.Of(exception).Length == 0 && _clock.GetElapsedTime(began) >= FairChance,
            // A server that answers says so in a status; a connection that could not be made, for example to a key that is not pinned, in an exception.
            StatusCode.Internal => exception.Status.DebugException is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError },
            // The caller left: nothing is known of the partner.
            StatusCode.Cancelled => (bool?)null,
            _ => false,
        };
        if (silent is true && entered is { } at) _circuit.Failed(at);
        else if (silent is false && exception.StatusCode != StatusCode.DeadlineExceeded) _circuit.Answered();
    }

    private sealed class Answers<TResponse>(PartnerCalls calls, IAsyncStreamReader<TResponse> answers, TimeSpan? entered) : IAsyncStreamReader<TResponse>
    {
        public TResponse Current => answers.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            var began = calls._clock.GetTimestamp();
            try
            {
                var more = await answers.MoveNext(cancellationToken);
                calls._circuit.Answered();
                return more;
            }
            catch (RpcException e)
            {
                calls.Note(e, entered, began);
                throw;
            }
        }
    }
}
