using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>A way to a server that calls can be made over.</summary>
public abstract class ChannelBase
{
    /// <summary>Makes a channel to a target.</summary>
    protected ChannelBase(string target) => Target = GrpcPreconditions.CheckNotNull(target, nameof(target));

    /// <summary>The target the channel was made for.</summary>
    public string Target { get; }

    /// <summary>Makes an invoker that starts calls over this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Shuts the channel down; no call may be started afterwards.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>What a kind of channel does to shut down; nothing unless overridden.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
