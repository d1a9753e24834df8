using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Credentials added to a call as metadata.</summary>
public abstract class CallCredentials
{
    /// <summary>Makes credentials.</summary>
    protected CallCredentials()
    {
    }

    /// <summary>Joins credentials, applied in the order given.</summary>
    /// <exception cref="ArgumentException">Fewer than two are given.</exception>
    public static CallCredentials Compose(params CallCredentials[] credentials) => new CompositeCallCredentials(credentials);

    /// <summary>Makes credentials from a function that adds metadata to each call.</summary>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor) => new InterceptorCallCredentials(interceptor);

    /// <summary>Calls the method of <paramref name="configurator"/> that fits the kind of these credentials. For transports.</summary>
    public abstract void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object state);

    private sealed class InterceptorCallCredentials(AsyncAuthInterceptor interceptor) : CallCredentials
    {
        private readonly AsyncAuthInterceptor _interceptor = GrpcPreconditions.CheckNotNull(interceptor, nameof(interceptor));

        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object state) =>
            configurator.SetAsyncAuthInterceptorCredentials(state, _interceptor);
    }

    private sealed class CompositeCallCredentials : CallCredentials
    {
        private readonly IReadOnlyList<CallCredentials> _credentials;

        public CompositeCallCredentials(CallCredentials[] credentials)
        {
            GrpcPreconditions.CheckNotNull(credentials, nameof(credentials));
            GrpcPreconditions.CheckArgument(
                credentials.Length >= 2, "Composite credentials object can only be created from 2 or more credentials.");
            _credentials = [.. credentials];
        }

        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object state) =>
            configurator.SetCompositeCredentials(state, _credentials);
    }
}
