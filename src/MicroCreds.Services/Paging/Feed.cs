using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace MicroCreds.Services.Paging;

/// <summary>
/// Follows something that grows in the order of commit, for a caller that resumes by cursor: replays what comes after the cursor, says when
/// all of it has been replayed, and from then on sends what is new, with a checkpoint after each silence.
/// </summary>
internal sealed class Feed(IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>Longest silence: after it comes a checkpoint, so that a caller knows a quiet stream from a broken one.</summary>
    public static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(15);

    /// <summary>Reads a cursor that this node gave.</summary>
    public static bool TryReadCursor(string text, out long cursor) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cursor);

    /// <summary>A cursor as it stands in a message.</summary>
    public static string Write(long cursor) => cursor.ToString(CultureInfo.InvariantCulture);

    /// <summary>Streams what comes after a cursor until the caller leaves or the node stops.</summary>
    /// <param name="after">Cursor of the last message the caller saw.</param>
    /// <param name="source">What grows.</param>
    /// <param name="cancellationToken">The caller leaves.</param>
    public async Task StreamAsync<T>(long after, IFeedSource<T> source, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await FollowAsync(after, source, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The caller resumes after the last cursor it saw, here or after a restart.
        }
    }

    private async Task FollowAsync<T>(long cursor, IFeedSource<T> source, CancellationToken cancellationToken)
    {
        var sentAt = clock.GetTimestamp();
        var replayed = false;
        while (true)
        {
            var entries = await source.ReadAsync(cursor, cancellationToken);
            foreach (var entry in entries)
            {
                cursor = source.CursorOf(entry);
                if (await source.SendAsync(entry, cancellationToken)) sentAt = clock.GetTimestamp();
            }

            if ((entries.Count == 0 && !replayed) || clock.GetElapsedTime(sentAt) >= CheckpointEvery)
            {
                replayed |= entries.Count == 0;
                await source.SendCheckpointAsync(cursor, cancellationToken);
                sentAt = clock.GetTimestamp();
            }

            if (entries.Count == 0) await WaitAsync(source, cursor, CheckpointEvery - clock.GetElapsedTime(sentAt), cancellationToken);
        }
    }

    private async Task WaitAsync<T>(IFeedSource<T> source, long cursor, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(source.WaitAsync(cursor, either.Token), Task.Delay(atMost > TimeSpan.Zero ? atMost : TimeSpan.Zero, clock, either.Token));
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        await first;
    }
}

/// <summary>Something that grows in the order of commit, and where its entries go for one caller.</summary>
internal interface IFeedSource<T>
{
    /// <summary>Some entries after a cursor, in order; none when there is nothing new.</summary>
    Task<IReadOnlyList<T>> ReadAsync(long after, CancellationToken cancellationToken);

    /// <summary>Cursor of an entry.</summary>
    long CursorOf(T entry);

    /// <summary>Sends an entry; false when the caller may not see it.</summary>
    Task<bool> SendAsync(T entry, CancellationToken cancellationToken);

    /// <summary>Sends a cursor without an entry.</summary>
    Task SendCheckpointAsync(long cursor, CancellationToken cancellationToken);

    /// <summary>Completes when there is an entry after the cursor.</summary>
    Task WaitAsync(long after, CancellationToken cancellationToken);
}
