namespace Grpc.Core;

/// <summary>A running call with one request and many responses.</summary>
public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
{
    private readonly CallState _state;

    /// <summary>Makes a call object from functions that close over the call.</summary>
    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream, Task<Metadata> responseHeadersAsync, Func<Status> getStatusFunc, Func<Metadata> getTrailersFunc, Action disposeAction)
    {
        ResponseStream = responseStream;
        _state = new CallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction);
    }

    /// <summary>Makes a call object from functions that are given <paramref name="state"/>.</summary>
    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        ResponseStream = responseStream;
        _state = new CallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state);
    }

    /// <summary>The responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <summary>Headers of the response, as soon as they are there.</summary>
    public Task<Metadata> ResponseHeadersAsync => _state.ResponseHeadersAsync;

    /// <summary>Status of the finished call.</summary>
    /// <exception cref="InvalidOperationException">The call is not finished.</exception>
    public Status GetStatus() => _state.GetStatus();

    /// <summary>Trailers of the finished call.</summary>
    /// <exception cref="InvalidOperationException">The call is not finished.</exception>
    public Metadata GetTrailers() => _state.GetTrailers();

    /// <summary>Frees the call; cancels it if it is not finished.</summary>
    public void Dispose() => _state.Dispose();
}
