namespace Grpc.Core;

/// <summary>Starts calls of the four kinds. Clients are generated against this; channels and interceptors implement it.</summary>
public abstract class CallInvoker
{
    /// <summary>Makes an invoker.</summary>
    protected CallInvoker()
    {
    }

    /// <summary>Makes a unary call and blocks until the response is there.</summary>
    /// <param name="method">What is called.</param>
    /// <param name="host">Overrides the authority of the channel; null keeps it.</param>
    /// <param name="options">Options of the call.</param>
    /// <param name="request">The request.</param>
    /// <exception cref="RpcException">The call does not end with OK.</exception>
    public abstract TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a unary call. Parameters as in <see cref="BlockingUnaryCall"/>.</summary>
    public abstract AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a call with many responses. Parameters as in <see cref="BlockingUnaryCall"/>.</summary>
    public abstract AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a call with many requests. Parameters as in <see cref="BlockingUnaryCall"/>.</summary>
    public abstract AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a call with many requests and responses. Parameters as in <see cref="BlockingUnaryCall"/>.</summary>
    public abstract AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class;
}
