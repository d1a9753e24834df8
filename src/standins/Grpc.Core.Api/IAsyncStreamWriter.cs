namespace Grpc.Core;

/// <summary>Takes messages one after another. One write at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Options of the writes that follow; null means the options of the call.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message; the task ends when the next may be written.</summary>
    Task WriteAsync(T message);

    /// <summary>Writes a message. A writer that does not override this refuses a token that can be cancelled.</summary>
    /// <exception cref="NotSupportedException">The token can be cancelled and the writer does not support that.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? throw new NotSupportedException("Cancellation of stream writes is not supported by this gRPC implementation.")
        : WriteAsync(message);
}
