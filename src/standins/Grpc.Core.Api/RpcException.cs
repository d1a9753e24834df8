using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>
/// A call that did not end with <see cref="StatusCode.OK"/>. Thrown by clients; a server handler throws it to choose the
/// status and trailers of its answer.
/// </summary>
public class RpcException : Exception
{
    /// <summary>Makes an exception whose message is the text of <paramref name="status"/>.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>Makes an exception with a message of its own; the message stays on this side.</summary>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>Makes an exception with trailers, whose message is the text of <paramref name="status"/>.</summary>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>Makes an exception with trailers and a message of its own; the message stays on this side.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="trailers"/> is null.</exception>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        Status = status;
        Trailers = GrpcPreconditions.CheckNotNull(trailers, nameof(trailers));
    }

    /// <summary>Status of the call.</summary>
    public Status Status { get; }

    /// <summary>Code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Trailing metadata of the call; empty and read-only if none was given.</summary>
    public Metadata Trailers { get; }
}
