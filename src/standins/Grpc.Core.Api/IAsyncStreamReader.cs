namespace Grpc.Core;

/// <summary>Messages that arrive one after another. One reader at a time.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message read last; meaningful after <see cref="MoveNext"/> gave true.</summary>
    T Current { get; }

    /// <summary>
    /// Reads the next message. False at the end of the stream; on the client an ending other than
    /// <see cref="StatusCode.OK"/> throws <see cref="RpcException"/> instead.
    /// </summary>
    /// <remarks>Cancelling a pending read cancels the whole call.</remarks>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
