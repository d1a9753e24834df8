namespace MicroCreds.Services.Transport;

/// <summary>Whether a node has other work than what may wait, and the turns that this waits.</summary>
/// <param name="clock">Measures them.</param>
/// <param name="waiting">How much work waits for a thread.</param>
public sealed class NodeLoad(TimeProvider clock, Func<long> waiting)
{
    // The shortest time that the system's clock knows.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);

    // One for each thread is taken up at once.
    private static readonly long Much = Environment.ProcessorCount;

    /// <summary>That of this process.</summary>
    public static NodeLoad Process { get; } = new(TimeProvider.System, static () => ThreadPool.PendingWorkItemCount);

    /// <summary>Measures the turns.</summary>
    internal TimeProvider Clock => clock;

    /// <summary>Whether more work waits than is taken up at once.</summary>
    internal bool IsBusy => waiting() > Much;

    /// <summary>A turn of a millisecond or a little more.</summary>
    internal Task TurnAsync() => Task.Delay(Turn, clock);

    /// <summary>Waits until there is nothing else to do, and not for longer than so many turns.</summary>
    /// <param name="least">Turns that are waited in any case, 0 or more.</param>
    /// <param name="most">Turns that are waited at most, 1 or more.</param>
    internal async ValueTask WaitAsync(int least, int most)
    {
        for (var turn = 0; turn < least || turn < most && IsBusy; turn++) await TurnAsync();
    }
}
