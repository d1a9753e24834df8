using System.Buffers;
using System.IO.Pipelines;

namespace MicroCreds.Services.Protocols;

/// <summary>Collects what is written and hands it on in another form at each flush. What the form cannot take yet waits for the next.</summary>
/// <param name="target">Takes the other form; null keeps everything.</param>
/// <param name="convert">Writes the other form of what it can take and answers the rest; null keeps everything.</param>
internal sealed class ConvertingPipeWriter(PipeWriter? target, Func<ReadOnlySequence<byte>, IBufferWriter<byte>, ReadOnlySequence<byte>>? convert) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _written = new();

    /// <summary>What was written and not handed on.</summary>
    internal ReadOnlyMemory<byte> Written => _written.WrittenMemory;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _written.WrittenCount;

    /// <inheritdoc/>
    public override void Advance(int bytes) => _written.Advance(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _written.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _written.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (target is null || convert is null) return new(default(FlushResult));
        var rest = convert(new ReadOnlySequence<byte>(_written.WrittenMemory), target).ToArray();
        _written.ResetWrittenCount();
        _written.Write(rest);
        return target.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => target?.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
    }
}
