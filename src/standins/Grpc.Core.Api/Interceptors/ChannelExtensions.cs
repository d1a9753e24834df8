using Grpc.Core.Utils;

namespace Grpc.Core.Interceptors;

/// <summary>Puts interceptors before a channel; the same as before its invoker.</summary>
public static class ChannelExtensions
{
    /// <summary>An invoker over <paramref name="channel"/> whose calls pass through <paramref name="interceptor"/> first.</summary>
    public static CallInvoker Intercept(this ChannelBase channel, Interceptor interceptor) => InvokerOf(channel).Intercept(interceptor);

    /// <summary>An invoker over <paramref name="channel"/> whose calls pass through the interceptors in the order given.</summary>
    public static CallInvoker Intercept(this ChannelBase channel, params Interceptor[] interceptors) => InvokerOf(channel).Intercept(interceptors);

    /// <summary>An invoker over <paramref name="channel"/> that replaces the headers of each call.</summary>
    public static CallInvoker Intercept(this ChannelBase channel, Func<Metadata, Metadata> interceptor) => InvokerOf(channel).Intercept(interceptor);

    private static CallInvoker InvokerOf(ChannelBase channel) => GrpcPreconditions.CheckNotNull(channel, nameof(channel)).CreateCallInvoker();
}
