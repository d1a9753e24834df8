namespace MicroCreds.Storage;

/// <summary>
/// A number that grows with commits, and those who wait for it. Nobody polls, and no growth is missed: whoever asks for more than was reached
/// waits on the very task the next growth completes.
/// </summary>
internal sealed class CommitSignal(long value)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = New();
    private long _value = value;
    private bool _closed;

    /// <summary>The number reached.</summary>
    internal long Value
    {
        get
        {
            lock (_gate) return _value;
        }
    }

    /// <summary>Completes with the number once it is above <paramref name="seen"/>.</summary>
    /// <exception cref="ObjectDisposedException">The store was closed.</exception>
    internal async Task<long> WaitBeyondAsync(long seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (_value > seen) return _value;
                ObjectDisposedException.ThrowIf(_closed, this);
                next = _next.Task;
            }
            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Raises the number; a smaller one changes nothing.</summary>
    internal void Advance(long value)
    {
        lock (_gate)
        {
            if (value <= _value) return;
            _value = value;
            _next.SetResult();
            _next = New();
        }
    }

    /// <summary>Raises the number by one.</summary>
    internal void Advance()
    {
        lock (_gate) Advance(_value + 1);
    }

    /// <summary>Ends every wait.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _next.SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
