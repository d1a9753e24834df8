using System.Diagnostics;

namespace MicroCreds.Storage.Postgres;

/// <summary>
/// Measures for how long the server has left one piece of work without an answer, so that whoever waits may let go of it: a network that swallows packets, or a
/// server that is frozen, ends no connection. Work that was let go of gets no further command through, and ends with the answer to its last one, whenever that comes.
/// </summary>
internal sealed class PostgresPatience
{
    /// <summary>Longest wait for one answer. No command of a server that is well takes as long: it gives up waiting for a lock after 20 seconds.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    private readonly TimeSpan _limit;
    private long _since = Stopwatch.GetTimestamp();
    private volatile bool _over;

    private PostgresPatience(TimeSpan limit) => _limit = limit;

    /// <summary>Whether nobody waits any more.</summary>
    internal bool Over => _over;

    /// <summary>Called ahead of every command.</summary>
    /// <exception cref="PostgresSilentException">Nobody waits for it any more.</exception>
    internal void Begin()
    {
        if (_over) throw new PostgresSilentException();
        Volatile.Write(ref _since, Stopwatch.GetTimestamp());
    }

    /// <summary>Runs <paramref name="work"/> on a thread of its own and waits for it, but not for a server that is silent for <paramref name="limit"/>.</summary>
    /// <exception cref="PostgresSilentException">The server was silent.</exception>
    internal static async Task<T> RunAsync<T>(TimeSpan limit, Func<PostgresPatience, T> work)
    {
        var patience = new PostgresPatience(limit);
        var attempt = Task.Run(() => work(patience));
        while (!attempt.IsCompleted)
        {
            var left = patience.Left;
            if (left <= TimeSpan.Zero)
            {
                patience._over = true;
                // What becomes of it is told to nobody.
                _ = attempt.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                throw new PostgresSilentException();
            }
            using var enough = new CancellationTokenSource();
            await Task.WhenAny(attempt, Task.Delay(left, enough.Token));
            await enough.CancelAsync();
        }
        return await attempt;
    }

    private TimeSpan Left => _limit - Stopwatch.GetElapsedTime(Volatile.Read(ref _since));
}
