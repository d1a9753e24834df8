namespace Grpc.Core.Interceptors;

/// <summary>A call as an interceptor on the client sees it.</summary>
public readonly struct ClientInterceptorContext<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    /// <summary>Describes a call.</summary>
    public ClientInterceptorContext(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Method = method;
        Host = host;
        Options = options;
    }

    /// <summary>The method called.</summary>
    public Method<TRequest, TResponse> Method { get; }

    /// <summary>Host the call names; null for that of the channel.</summary>
    public string? Host { get; }

    /// <summary>Options of the call.</summary>
    public CallOptions Options { get; }
}
