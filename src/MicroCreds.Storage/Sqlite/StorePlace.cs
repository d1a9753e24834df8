namespace MicroCreds.Storage.Sqlite;

/// <summary>The place of a store that is not there yet, held so that no node starts in it while a copy is made ready. Lets go when it is disposed.</summary>
public sealed class StorePlace : IDisposable
{
    // What SQLite keeps beside a file: taken for the log of a restored one, another store's log would destroy it.
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    private readonly ProcessLock _lock;
    private readonly string _path;

    private StorePlace(ProcessLock processLock, string path) => (_lock, _path) = (processLock, path);

    /// <summary>Where a copy is made ready before <see cref="Fill"/>.</summary>
    public string Staging => _path + ".restoring";

    /// <summary>Takes the place.</summary>
    /// <param name="path">The file, in a directory that exists.</param>
    /// <exception cref="StoreUnusableException">A process has it open, or a store, or a part of one, is there.</exception>
    public static StorePlace Take(string path)
    {
        var place = new StorePlace(ProcessLock.Take(path), path);
        if (Suffixes.Select(suffix => path + suffix).FirstOrDefault(File.Exists) is not { } found)
        {
            File.Delete(place.Staging); // Left by one that was killed.
            return place;
        }
        place.Dispose();
        throw new StoreUnusableException($"{found} is there, and nothing is restored over a store. Move {path} and what SQLite keeps beside it (-wal, -shm, -journal) to another place, together, and restore again.");
    }

    /// <summary>Puts the copy at <see cref="Staging"/> into the place.</summary>
    public void Fill() => File.Move(Staging, _path, overwrite: false);

    /// <summary>Takes back what <see cref="Fill"/> did.</summary>
    public void Empty() => File.Delete(_path);

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(Staging);
        _lock.Dispose();
    }
}
