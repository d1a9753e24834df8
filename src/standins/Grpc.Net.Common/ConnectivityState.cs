namespace Grpc.Core;

/// <summary>State of the connection of a channel.</summary>
public enum ConnectivityState
{
    /// <summary>Not connected and not trying.</summary>
    Idle,

    /// <summary>Being connected.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Ready,

    /// <summary>Failed; will be tried again.</summary>
    TransientFailure,

    /// <summary>Shut down for good.</summary>
    Shutdown,
}
