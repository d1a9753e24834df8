using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace MicroCreds.Services.Transport;

/// <summary>
/// What goes to a caller, whose connection the system ends when nothing of it is taken for a time. The server expects that end in another form, and would log an
/// error of its own.
/// </summary>
/// <param name="inner">Where it goes.</param>
internal sealed class CallerPipe(PipeWriter inner) : PipeWriter
{
    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => inner.UnflushedBytes;

    /// <inheritdoc/>
    public override void Advance(int bytes) => inner.Advance(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var flush = inner.FlushAsync(cancellationToken);
        return flush.IsCompletedSuccessfully ? flush : WaitAsync(flush);
    }

    /// <summary>Puts it into the place of what a connection sends by, and <see cref="PacedReader"/> into that of what it reads by.</summary>
    internal static void Wrap(ConnectionContext connection, DoorPlace place, FloodTurns turns)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        connection.Transport = new Both(new PacedReader(connection.Transport.Input, address, place, turns), new CallerPipe(connection.Transport.Output));
    }

    private static async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            return await flush;
        }
        catch (SocketException)
        {
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
    }

    private sealed record Both(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
