using Microsoft.Data.Sqlite;

namespace MicroCreds.Storage.Sqlite;

/// <summary>The place of a store that is not there yet, held so that no node starts in it while a copy is made ready. Lets go when it is disposed.</summary>
public sealed class StorePlace : IDisposable
{
    // What SQLite keeps beside a file: taken for the log of a restored one, another store's log would destroy it.
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    private readonly ProcessLock _lock;
    private readonly string _path;
    private readonly bool _keeps;

    private StorePlace(ProcessLock processLock, string path, bool keeps) => (_lock, _path, _keeps) = (processLock, path, keeps);

    /// <summary>Where a copy is made ready before <see cref="Fill"/>.</summary>
    public string Staging => _path + (_keeps ? ".moving" : ".restoring");

    /// <summary>Takes the place.</summary>
    /// <param name="path">The file, in a directory that exists.</param>
    /// <exception cref="StoreUnusableException">A process has it open, or a store, or a part of one, is there.</exception>
    public static StorePlace Take(string path) => Take(path, keeps: false);

    /// <summary>As <see cref="Take(string)"/>; what is at <see cref="Staging"/> outlives this, for a move that is gone on with.</summary>
    internal static StorePlace TakeAndKeep(string path) => Take(path, keeps: true);

    private static StorePlace Take(string path, bool keeps)
    {
        var place = new StorePlace(ProcessLock.Take(path), path, keeps);
        if (Suffixes.Select(suffix => path + suffix).FirstOrDefault(File.Exists) is not { } found)
        {
            if (!keeps) File.Delete(place.Staging); // Left by one that was killed.
            return place;
        }
        place.Dispose();
        throw new StoreUnusableException($"{found} is there, and nothing is put over a store. Move {path} and what SQLite keeps beside it (-wal, -shm, -journal) to another place, together, and try again.");
    }

    /// <summary>Says in the copy at <see cref="Staging"/> that it is put back: its streams are held until the partners have said how far they hold them.</summary>
    public void HoldStreams(DateTimeOffset at)
    {
        using var session = SqliteDatabase.Connect(Staging, SqliteOpenMode.ReadWrite);
        session.ExecuteOnce("PRAGMA synchronous = FULL;");
        session.Execute("BEGIN IMMEDIATE");
        HoldRows.HoldAll(session, at);
        session.Execute("COMMIT");
    }

    /// <summary>Puts the copy at <see cref="Staging"/> into the place.</summary>
    public void Fill() => File.Move(Staging, _path, overwrite: false);

    /// <summary>Takes back what <see cref="Fill"/> did.</summary>
    public void Empty() => File.Delete(_path);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_keeps) File.Delete(Staging);
        _lock.Dispose();
    }
}
