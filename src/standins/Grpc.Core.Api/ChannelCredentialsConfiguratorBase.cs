namespace Grpc.Core;

/// <summary>Lets a transport learn of which kind channel credentials are.</summary>
public abstract class ChannelCredentialsConfiguratorBase
{
    /// <summary>Makes a configurator.</summary>
    protected ChannelCredentialsConfiguratorBase()
    {
    }

    /// <summary>The credentials are insecure.</summary>
    public abstract void SetInsecureCredentials(object state);

    /// <summary>The credentials are TLS; a null means the default of the platform.</summary>
    public abstract void SetSslCredentials(
        object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback);

    /// <summary>The credentials are channel credentials with call credentials.</summary>
    public abstract void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials);
}
