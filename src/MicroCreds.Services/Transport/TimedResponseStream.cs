using Grpc.Core;
using MicroCreds.Services.Errors;

namespace MicroCreds.Services.Transport;

/// <summary>
/// A stream of answers of which each must be taken in time. The server asks a least rate of callers, but on a machine at work not of every one that shuts the windows of its
/// streams: some stay for as long as they answer PING.
/// </summary>
/// <typeparam name="T">Message.</typeparam>
/// <param name="inner">The stream.</param>
/// <param name="clock">Measures the time.</param>
/// <param name="late">Called when an answer is not taken.</param>
internal sealed class TimedResponseStream<T>(IServerStreamWriter<T> inner, TimeProvider clock, Action late) : IServerStreamWriter<T>
{
    /// <inheritdoc/>
    public WriteOptions? WriteOptions { get => inner.WriteOptions; set => inner.WriteOptions = value; }

    /// <inheritdoc/>
    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    /// <inheritdoc/>
    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        var write = inner.WriteAsync(message, cancellationToken);
        return write.IsCompleted ? write : TakenAsync(write);
    }

    // The write ends by itself when its caller leaves. Whoever went on before it did would end the call under it.
    private async Task TakenAsync(Task write)
    {
        try
        {
            await write.WaitAsync(TransportLimits.Stalled, clock);
        }
        catch (TimeoutException)
        {
            late();
            throw WireRefusal.TooSlow(
                "answer", (long)TransportLimits.Stalled.TotalMilliseconds, $"An answer was not taken within {TransportLimits.Stalled.TotalSeconds} seconds.").ToRpcException();
        }
    }
}
