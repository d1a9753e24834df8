using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>How a channel is secured.</summary>
public abstract class ChannelCredentials
{
    /// <summary>Makes credentials.</summary>
    protected ChannelCredentials()
    {
    }

    /// <summary>No security: plain text.</summary>
    public static ChannelCredentials Insecure { get; } = new InsecureCredentials();

    /// <summary>TLS with the trusted roots of the platform.</summary>
    public static ChannelCredentials SecureSsl { get; } = new SslCredentials();

    /// <summary>TLS or the like, with credentials added to every call.</summary>
    /// <exception cref="ArgumentException">The channel credentials cannot be composed, as the insecure ones.</exception>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
        new CompositeChannelCredentials(channelCredentials, callCredentials);

    internal virtual bool IsComposable => false;

    /// <summary>Calls the method of <paramref name="configurator"/> that fits the kind of these credentials. For transports.</summary>
    public abstract void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state);

    private sealed class InsecureCredentials : ChannelCredentials
    {
        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state) =>
            configurator.SetInsecureCredentials(state);
    }

    private sealed class CompositeChannelCredentials : ChannelCredentials
    {
        private readonly ChannelCredentials _channel;
        private readonly CallCredentials _call;

        public CompositeChannelCredentials(ChannelCredentials channel, CallCredentials call)
        {
            _channel = GrpcPreconditions.CheckNotNull(channel, nameof(channel));
            _call = GrpcPreconditions.CheckNotNull(call, nameof(call));
            GrpcPreconditions.CheckArgument(channel.IsComposable, "Supplied channel credentials do not allow composition.");
        }

        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state) =>
            configurator.SetCompositeCredentials(state, _channel, _call);
    }
}
