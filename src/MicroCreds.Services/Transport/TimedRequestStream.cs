using Grpc.Core;
using MicroCreds.Services.Errors;

namespace MicroCreds.Services.Transport;

/// <summary>
/// A stream of requests whose next message must come in time. The server has no limit of its own there: the least rate of a body is not asked of streams.
/// </summary>
/// <typeparam name="T">Message.</typeparam>
/// <param name="inner">The stream.</param>
/// <param name="clock">Measures the time.</param>
/// <param name="late">Called when a message is late.</param>
internal sealed class TimedRequestStream<T>(IAsyncStreamReader<T> inner, TimeProvider clock, Action late) : IAsyncStreamReader<T>
{
    /// <inheritdoc/>
    public T Current => inner.Current;

    /// <inheritdoc/>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            var next = inner.MoveNext(cancellationToken);
            return await (next.IsCompleted ? next : next.WaitAsync(TransportLimits.NextMessage, clock, cancellationToken));
        }
        catch (IOException e)
        {
            // Said before the token of the call is cancelled, and then taken for a failure of the node.
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller left.", e));
        }
        catch (TimeoutException)
        {
            late();
            throw WireRefusal.TooSlow(
                "next_message", (long)TransportLimits.NextMessage.TotalMilliseconds, $"The next message did not come within {TransportLimits.NextMessage.TotalSeconds} seconds.").ToRpcException();
        }
    }
}
