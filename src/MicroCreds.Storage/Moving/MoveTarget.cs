using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Storage.Moving;

/// <summary>
/// A store of the other engine that is being filled. Until it is whole it has a name at which no node looks, and its place is held so that no node starts
/// there. What was filled stays when this is disposed, or its process is killed, for the next one to go on with.
/// </summary>
public abstract class MoveTarget : IDisposable
{
    /// <summary>A file.</summary>
    /// <param name="path">Where the store will be, in a directory that exists.</param>
    /// <param name="institution">Whose it is.</param>
    /// <exception cref="StoreUnusableException">The place is in use.</exception>
    public static MoveTarget File(string path, OrganisationId institution) => new Sqlite.MovedFile(path, institution);

    /// <summary>A schema on a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="institution">Whose it is.</param>
    /// <param name="secret">Digest of the secret of its learner keys (<see cref="InstitutionDatabase.DigestOf"/>).</param>
    /// <exception cref="StoreUnusableException">The server cannot be used, or a node has the schema open.</exception>
    public static MoveTarget Schema(PostgresServer server, OrganisationId institution, Sha256Digest secret) => Schema(server, PostgresDatabase.SchemaOf(institution), institution, secret);

    /// <summary>As above, in a schema of another name.</summary>
    internal static MoveTarget Schema(PostgresServer server, string schema, OrganisationId institution, Sha256Digest secret) => new MovedSchema(server, schema, institution, secret);

    /// <summary>Where the store will be, for people.</summary>
    public abstract string Name { get; }

    /// <summary>Where it is until then, for people.</summary>
    internal abstract string StagingName { get; }

    /// <summary>The store that is there already; null when there is none.</summary>
    internal abstract StoreInspection? OpenExisting();

    /// <summary>Opens what is being filled; makes it, with an empty schema of the newest version, when there is none.</summary>
    internal abstract void Open(Action<string> before);

    /// <summary>Runs <paramref name="work"/> in one transaction on what is being filled, and commits it durably.</summary>
    internal abstract void Transact(Action<StoreSession> work);

    /// <summary>What was filled, for reading.</summary>
    internal abstract StoreInspection Inspect();

    /// <summary>Takes away what was filled.</summary>
    internal abstract void Discard();

    /// <summary>Takes the mark off (<see cref="MoveMarker"/>) and gives the store its name.</summary>
    internal abstract void Finish(Action<string> before);

    /// <summary>Lets go of the place. What was filled stays.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>See <see cref="Dispose"/>.</summary>
    private protected abstract void Close();
}
