namespace Grpc.Core;

/// <summary>Lets a transport learn of which kind call credentials are.</summary>
public abstract class CallCredentialsConfiguratorBase
{
    /// <summary>Makes a configurator.</summary>
    protected CallCredentialsConfiguratorBase()
    {
    }

    /// <summary>The credentials are several, in order.</summary>
    public abstract void SetCompositeCredentials(object state, IReadOnlyList<CallCredentials> credentials);

    /// <summary>The credentials are a function that adds metadata.</summary>
    public abstract void SetAsyncAuthInterceptorCredentials(object state, AsyncAuthInterceptor interceptor);
}
