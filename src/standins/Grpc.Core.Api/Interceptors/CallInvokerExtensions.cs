using Grpc.Core.Utils;

namespace Grpc.Core.Interceptors;

/// <summary>Puts interceptors before an invoker.</summary>
public static class CallInvokerExtensions
{
    /// <summary>An invoker whose calls pass through <paramref name="interceptor"/> first.</summary>
    public static CallInvoker Intercept(this CallInvoker invoker, Interceptor interceptor) =>
        new InterceptingCallInvoker(
            GrpcPreconditions.CheckNotNull(invoker, nameof(invoker)), GrpcPreconditions.CheckNotNull(interceptor, nameof(interceptor)));

    /// <summary>
    /// An invoker whose calls pass through the interceptors in the order given. Of chained calls of this method, the one made
    /// last comes first.
    /// </summary>
    public static CallInvoker Intercept(this CallInvoker invoker, params Interceptor[] interceptors)
    {
        GrpcPreconditions.CheckNotNull(invoker, nameof(invoker));
        GrpcPreconditions.CheckNotNull(interceptors, nameof(interceptors));
        foreach (var interceptor in interceptors.Reverse())
            invoker = Intercept(invoker, interceptor);
        return invoker;
    }

    /// <summary>An invoker that replaces the headers of each call by what <paramref name="interceptor"/> makes of them.</summary>
    public static CallInvoker Intercept(this CallInvoker invoker, Func<Metadata, Metadata> interceptor) =>
        Intercept(invoker, new HeadersInterceptor(GrpcPreconditions.CheckNotNull(interceptor, nameof(interceptor))));
}
