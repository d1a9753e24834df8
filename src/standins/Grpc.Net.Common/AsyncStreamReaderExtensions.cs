using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>Reading a stream with <c>await foreach</c>.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>All messages of the stream, which can be read once only. Errors as of <see cref="IAsyncStreamReader{T}.MoveNext"/>.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="streamReader"/> is null.</exception>
    public static IAsyncEnumerable<T> ReadAllAsync<T>(this IAsyncStreamReader<T> streamReader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return Read(streamReader, cancellationToken);
    }

    private static async IAsyncEnumerable<T> Read<T>(
        IAsyncStreamReader<T> streamReader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await streamReader.MoveNext(cancellationToken).ConfigureAwait(false))
            yield return streamReader.Current;
    }
}
