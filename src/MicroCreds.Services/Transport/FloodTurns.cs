using System.Net;

namespace MicroCreds.Services.Transport;

/// <summary>
/// The turns of callers who send more than the node gets done: the piece of one of them is looked at in a turn, when there is nothing else to do, and after
/// <see cref="TransportLimits.WaitingTurns"/> when there always is. Those who have signed in and those who have not take turns, and among each the addresses that they call from: however
/// many strangers there are, they do not keep somebody's large request from coming.
/// </summary>
/// <param name="load">Tells what else there is to do.</param>
internal sealed class FloodTurns(NodeLoad load)
{
    private readonly Lock _lock = new();
    private readonly AddressLines<TaskCompletionSource> _known = new(int.MaxValue);
    private readonly AddressLines<TaskCompletionSource> _strangers = new(int.MaxValue);
    private bool _knownNext;
    private bool _given;

    /// <summary>Turns of this process, whose ports share its processors.</summary>
    internal static FloodTurns Process { get; } = new(NodeLoad.Process);

    /// <summary>When it began to work on a piece, to be told to <see cref="IsDear"/>.</summary>
    internal long Now => load.Clock.GetTimestamp();

    /// <summary>Whether there is other work.</summary>
    internal bool IsBusy => load.IsBusy;

    /// <summary>Whether a piece whose work began then costs more than bytes that are only kept.</summary>
    internal bool IsDear(long since) => load.Clock.GetElapsedTime(since) > TransportLimits.PieceTime;

    /// <summary>Whether what began then goes on for longer than from somebody who does not sign in.</summary>
    internal bool IsTooLong(long began) => load.Clock.GetElapsedTime(began) > TransportLimits.StrangerFlood;

    /// <summary>Ends when it is the turn of a caller from that address.</summary>
    /// <param name="address">The caller's.</param>
    /// <param name="isKnown">Whether the caller has signed in.</param>
    internal Task NextAsync(IPAddress address, bool isKnown)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            (isKnown ? _known : _strangers).Add(address, turn);
            if (_given) return turn.Task;
            _given = true;
        }

        _ = GiveAsync();
        return turn.Task;
    }

    private async Task GiveAsync()
    {
        while (true)
        {
            await load.WaitAsync(1, TransportLimits.WaitingTurns);
            TaskCompletionSource? next;
            lock (_lock)
            {
                next = Next();
                if (next is null)
                {
                    _given = false;
                    return;
                }
            }

            next.SetResult();
        }
    }

    private TaskCompletionSource? Next()
    {
        _knownNext = !_knownNext;
        return _knownNext ? _known.Next() ?? _strangers.Next() : _strangers.Next() ?? _known.Next();
    }
}
