using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Reading without a cancellation token.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Reads the next message; see <see cref="IAsyncStreamReader{T}.MoveNext"/>.</summary>
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader)
        where T : class =>
        GrpcPreconditions.CheckNotNull(streamReader, nameof(streamReader)).MoveNext(CancellationToken.None);
}
