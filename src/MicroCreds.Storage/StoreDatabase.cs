using MicroCreds.Domain.Problems;

namespace MicroCreds.Storage;

/// <summary>What one institution keeps, open on whichever engine: one writer, readers on snapshots, and those who wait for commits.</summary>
internal abstract class StoreDatabase(StoreWriter writer) : IAsyncDisposable
{
    /// <summary>See <see cref="StoreWriter.Changes"/>.</summary>
    internal CommitSignal Changes => writer.Changes;

    /// <summary>See <see cref="StoreWriter.Publications"/>.</summary>
    internal CommitSignal Publications => writer.Publications;

    /// <summary>See <see cref="StoreWriter.Outgoing"/>.</summary>
    internal CommitSignal Outgoing => writer.Outgoing;

    /// <summary>See <see cref="StoreWriter.Holds"/>.</summary>
    internal CommitSignal Holds => writer.Holds;

    /// <summary>See <see cref="StoreWriter.Broken"/>.</summary>
    internal Task<StoreUnusableException> Broken => writer.Broken;

    /// <summary>See <see cref="StoreWriter.Commits"/>.</summary>
    internal long Commits => writer.Commits;

    /// <summary>Runs <paramref name="work"/> in the writer's transaction; see <see cref="StoreWriter.WriteAsync"/>.</summary>
    internal Task<Result<T>> WriteAsync<T>(Func<WriteTransaction, Result<T>> work, CancellationToken cancellationToken) where T : notnull =>
        writer.WriteAsync(work, cancellationToken);

    /// <summary>Runs <paramref name="read"/> on one snapshot of everything committed.</summary>
    internal abstract Task<T> ReadAsync<T>(Func<StoreSession, T> read, CancellationToken cancellationToken);

    /// <summary>Finishes what is waiting and closes the store; further writes are refused, further reads throw.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>Ends the writer, then every wait.</summary>
    protected async Task CloseWriterAsync()
    {
        await writer.CloseAsync();
        Changes.Close();
        Publications.Close();
        Outgoing.Close();
        Holds.Close();
    }
}
