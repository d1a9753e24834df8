using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MicroCreds.Storage.Postgres;

/// <summary>
/// Tells who needs a schema for himself from nodes that have it open: each node's listening connection holds a shared advisory lock for every schema
/// it follows. The server lets go of it when the connection ends, in whatever way.
/// </summary>
internal static class SchemaUse
{
    /// <summary>Shares the schema for as long as the connection lives; false when somebody has it for himself.</summary>
    internal const string Share = "SELECT pg_try_advisory_lock_shared($1)";

    /// <summary>Number of the lock of a schema.</summary>
    internal static long LockOf(string schema) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"microcreds: a node has {schema} open")));

    /// <summary>Refuses a schema that somebody has for himself.</summary>
    /// <exception cref="StoreUnusableException">Somebody has.</exception>
    internal static void RequireShared(PostgresSession session, string schema, string name)
    {
        session.ExecuteOnce("BEGIN");
        var free = session.Number("SELECT 1 WHERE pg_try_advisory_xact_lock_shared($1)", LockOf(schema));
        session.ExecuteOnce("COMMIT");
        if (free is null) throw new StoreUnusableException($"The schema \"{schema}\" of {name} is being moved. Start the node when that has ended, on the store that is then its own.");
    }

    /// <summary>Keeps nodes away from the schema until the transaction ends.</summary>
    /// <exception cref="StoreUnusableException">A node has it open.</exception>
    internal static void RequireNobody(PostgresSession session, string schema, string name)
    {
        if (session.Number("SELECT 1 WHERE pg_try_advisory_xact_lock($1)", LockOf(schema)) is null) throw InUse(schema, name);
    }

    /// <summary>Keeps nodes away from the schema until <see cref="LetGo"/>, over many transactions.</summary>
    /// <exception cref="StoreUnusableException">A node has it open.</exception>
    internal static void Take(PostgresSession session, string schema, string name)
    {
        if (session.Number("SELECT 1 WHERE pg_try_advisory_lock($1)", LockOf(schema)) is null) throw InUse(schema, name);
    }

    /// <summary>Ends <see cref="Take"/>.</summary>
    internal static void LetGo(PostgresSession session, string schema) => session.Number("SELECT 1 WHERE pg_advisory_unlock($1)", LockOf(schema));

    private static StoreUnusableException InUse(string schema, string name) =>
        new($"The schema \"{schema}\" of {name} is open in a node, or another move works on it. Stop every node over it first: what they wrote meanwhile would be lost.");
}
