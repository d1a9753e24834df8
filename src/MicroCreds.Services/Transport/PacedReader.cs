using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;

namespace MicroCreds.Services.Transport;

/// <summary>
/// What comes from a caller. Whoever has sent more than calls in progress need (<see cref="TransportLimits.FloodBytes"/>) is given to the server in pieces, and when a piece costs more than
/// bytes that are only kept, the next one waits for its turn (<see cref="FloodTurns"/>): thousands of frames that nobody needs would otherwise be looked at before anything else is. What
/// somebody sends who has not signed in waits for it whenever there is other work, since it costs little by the piece, and that of hundreds makes a queue; and whoever still does not sign in after
/// <see cref="TransportLimits.StrangerFlood"/> of that is gone.
/// </summary>
/// <param name="inner">Where it comes from.</param>
/// <param name="address">The caller's.</param>
/// <param name="place">That of the connection at its port.</param>
/// <param name="turns">The turns of all such callers.</param>
internal sealed class PacedReader(PipeReader inner, IPAddress address, DoorPlace place, FloodTurns turns) : PipeReader
{
    private ReadOnlySequence<byte> _given;
    private long _kept;
    private long _since;
    private long _began;
    private bool _more;

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _kept = _given.Slice(consumed).Length;
        _given = default;
        inner.AdvanceTo(consumed, examined);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        result = Piece(result);
        return true;
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_more && (turns.IsDear(_since) || (!place.IsKnown && turns.IsBusy))) return TurnAsync(cancellationToken);
        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new(Piece(read.Result)) : ReadAsync(read);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadAsync(ValueTask<ReadResult> read) => Piece(await read);

    private async ValueTask<ReadResult> TurnAsync(CancellationToken cancellationToken)
    {
        await turns.NextAsync(address, place.IsKnown);
        if (!place.IsKnown && turns.IsTooLong(_began)) place.Abort();
        return Piece(await inner.ReadAsync(cancellationToken));
    }

    private ReadResult Piece(ReadResult read)
    {
        _given = read.Buffer;
        // What the server could not use before it has more of it is there again.
        var come = _given.Length - _kept;
        var more = come > (_more ? TransportLimits.PieceBytes : TransportLimits.FloodBytes);
        if (more && !_more) _began = turns.Now;
        _more = more;
        if (!more) return read;
        _given = _given.Slice(0, _kept + TransportLimits.PieceBytes);
        _since = turns.Now;
        return new ReadResult(_given, read.IsCanceled, isCompleted: false);
    }
}
