using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage.Moving;
using Microsoft.Data.Sqlite;

namespace MicroCreds.Storage.Sqlite;

/// <summary>A file that is being filled, beside the place it will have.</summary>
internal sealed class MovedFile(string path, OrganisationId institution) : MoveTarget
{
    private StorePlace? _place;
    private SqliteSession? _session;

    /// <inheritdoc/>
    public override string Name => path;

    /// <inheritdoc/>
    internal override string StagingName => Place.Staging;

    private StorePlace Place => _place ??= StorePlace.TakeAndKeep(path);

    private SqliteSession Session => _session ?? throw new InvalidOperationException("It is not open.");

    /// <inheritdoc/>
    internal override StoreInspection? OpenExisting() => System.IO.File.Exists(path) ? StoreInspection.Open(path, institution) : null;

    /// <inheritdoc/>
    internal override void Open(Action<string> before)
    {
        _session = SqliteDatabase.Connect(Place.Staging, SqliteOpenMode.ReadWriteCreate);
        // A file of the rights of the directory's others is not wanted: it holds what the store will.
        if (!OperatingSystem.IsWindows()) System.IO.File.SetUnixFileMode(Place.Staging, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _session.ExecuteOnce("PRAGMA cache_size = -65536; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;");
        var version = SqliteDatabase.Gate(_session, Place.Staging, SqliteMigrations.Steps.Length);
        SqliteMigrations.Apply(_session, SqliteMigrations.Steps, version, _ => before("schema"));
    }

    /// <inheritdoc/>
    internal override void Transact(Action<StoreSession> work)
    {
        Session.Execute("BEGIN IMMEDIATE");
        try
        {
            work(Session);
            Session.Execute("COMMIT");
        }
        catch
        {
            if (Session.InTransaction) Session.Execute("ROLLBACK");
            throw;
        }
    }

    /// <inheritdoc/>
    internal override StoreInspection Inspect() => StoreInspection.Open(Place.Staging, institution);

    /// <inheritdoc/>
    internal override void Discard()
    {
        CloseFile();
        System.IO.File.Delete(Place.Staging);
    }

    /// <inheritdoc/>
    internal override void Finish(Action<string> before)
    {
        before("finish");
        Transact(MoveMarker.Drop);
        CloseFile();
        before("name");
        Place.Fill();
    }

    /// <inheritdoc/>
    private protected override void Close()
    {
        CloseFile();
        _place?.Dispose();
    }

    private void CloseFile()
    {
        _session?.Dispose();
        _session = null;
    }
}
