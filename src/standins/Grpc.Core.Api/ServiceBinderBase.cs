namespace Grpc.Core;

/// <summary>
/// Told about the methods of a service one by one by generated code. What is not overridden throws
/// <see cref="NotImplementedException"/>. The handler is null if only the descriptions are wanted.
/// </summary>
public class ServiceBinderBase
{
    /// <summary>Makes a binder.</summary>
    public ServiceBinderBase()
    {
    }

    /// <summary>Adds a unary method.</summary>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw Unsupported.Member();

    /// <summary>Adds a method with many requests.</summary>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw Unsupported.Member();

    /// <summary>Adds a method with many responses.</summary>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw Unsupported.Member();

    /// <summary>Adds a method with many requests and responses.</summary>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw Unsupported.Member();
}
