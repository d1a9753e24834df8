using Grpc.Core.Interceptors;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Base of generated clients, without their own type.</summary>
public abstract class ClientBase
{
    /// <summary>For test doubles: every call that is not overridden throws <see cref="NotImplementedException"/>.</summary>
    protected ClientBase()
        : this(new AbsentCallInvoker())
    {
    }

    /// <summary>Makes a client from a configuration.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
    {
        Configuration = GrpcPreconditions.CheckNotNull(configuration, nameof(configuration));
        CallInvoker = configuration.CreateInvoker();
    }

    /// <summary>Makes a client over a channel.</summary>
    public ClientBase(ChannelBase channel)
        : this(channel.CreateCallInvoker())
    {
    }

    /// <summary>Makes a client over an invoker.</summary>
    public ClientBase(CallInvoker callInvoker)
        : this(new ClientBaseConfiguration(callInvoker, null))
    {
    }

    /// <summary>Starts the calls of this client.</summary>
    protected CallInvoker CallInvoker { get; }

    internal ClientBaseConfiguration Configuration { get; }

    /// <summary>What a client is made of. Opaque.</summary>
    protected internal class ClientBaseConfiguration
    {
        private readonly CallInvoker _plain;
        private readonly string? _host;

        internal ClientBaseConfiguration(CallInvoker plain, string? host)
        {
            _plain = GrpcPreconditions.CheckNotNull(plain, nameof(plain));
            _host = host;
        }

        internal CallInvoker CreateInvoker() => _host is null ? _plain : _plain.Intercept(new HostInterceptor(_host));

        internal ClientBaseConfiguration WithHost(string host) => new(_plain, host);
    }
}

/// <summary>Base of generated clients.</summary>
/// <typeparam name="T">The client itself.</typeparam>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    /// <summary>For test doubles: every call that is not overridden throws <see cref="NotImplementedException"/>.</summary>
    protected ClientBase()
    {
    }

    /// <summary>Makes a client from a configuration.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration)
    {
    }

    /// <summary>Makes a client over a channel.</summary>
    public ClientBase(ChannelBase channel)
        : base(channel)
    {
    }

    /// <summary>Makes a client over an invoker.</summary>
    public ClientBase(CallInvoker callInvoker)
        : base(callInvoker)
    {
    }

    /// <summary>A client whose calls name another host; useful where several names share a connection.</summary>
    public T WithHost(string host) => NewInstance(Configuration.WithHost(host));

    /// <summary>Makes a client of the same type from another configuration.</summary>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
