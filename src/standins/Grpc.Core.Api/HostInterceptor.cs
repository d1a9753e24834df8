using Grpc.Core.Interceptors;

namespace Grpc.Core;

/// <summary>Names a host for every call that does not name one itself.</summary>
internal sealed class HostInterceptor(string host) : ContextInterceptor
{
    protected override ClientInterceptorContext<TRequest, TResponse> Change<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context) => new(context.Method, context.Host ?? host, context.Options);
}
