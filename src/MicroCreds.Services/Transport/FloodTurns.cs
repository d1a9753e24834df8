using System.Net;

namespace MicroCreds.Services.Transport;

/// <summary>
/// The turns of callers who send more than the node gets done: the piece of one of them is looked at in a turn, when there is nothing else to do, and after
/// <see cref="TransportLimits.WaitingTurns"/> when there always is. The addresses that they call from take turns.
/// </summary>
/// <param name="load">Tells what else there is to do.</param>
internal sealed class FloodTurns(NodeLoad load)
{
    private readonly AddressLines<TaskCompletionSource> _waiting = new(int.MaxValue);
    private bool _given;

    /// <summary>Turns of this process, whose ports share its processors.</summary>
    internal static FloodTurns Process { get; } = new(NodeLoad.Process);

    /// <summary>When it began to work on a piece, to be told to <see cref="IsDear"/>.</summary>
    internal long Now => load.Clock.GetTimestamp();

    /// <summary>Whether a piece whose work began then costs more than bytes that are only kept.</summary>
    internal bool IsDear(long since) => load.Clock.GetElapsedTime(since) > TransportLimits.PieceTime;

    /// <summary>Ends when it is the turn of a caller from that address.</summary>
    internal Task NextAsync(IPAddress address)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            _waiting.Add(address, turn);
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
            lock (_waiting)
            {
                next = _waiting.Next();
                if (next is null)
                {
                    _given = false;
                    return;
                }
            }

            next.SetResult();
        }
    }
}
