using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>The call an <see cref="AsyncAuthInterceptor"/> is asked to authenticate.</summary>
public class AuthInterceptorContext
{
    /// <summary>Makes a context that is never cancelled.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, CancellationToken.None)
    {
    }

    /// <summary>Makes a context.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ServiceUrl = GrpcPreconditions.CheckNotNull(serviceUrl, nameof(serviceUrl));
        MethodName = GrpcPreconditions.CheckNotNull(methodName, nameof(methodName));
        CancellationToken = cancellationToken;
    }

    /// <summary>Scheme, host and service: <c>https://host/package.Service</c>.</summary>
    public string ServiceUrl { get; }

    /// <summary>Name of the method.</summary>
    public string MethodName { get; }

    /// <summary>Cancelled with the call.</summary>
    public CancellationToken CancellationToken { get; }
}
