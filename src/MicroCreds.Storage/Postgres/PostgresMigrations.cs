using System.Collections.Immutable;
using System.Globalization;

namespace MicroCreds.Storage.Postgres;

/// <summary>
/// Brings a schema from step to step. The number reached is the one row of <c>schema_version</c>, which is also the lock of every write: a step waits
/// for transactions that are open, and a program of another version finds the number changed before it writes.
/// </summary>
internal static class PostgresMigrations
{
    // Of the whole database, while a schema is made or brought on: several processes may start at once. ASCII "mcfs".
    private const int AdvisoryLock = 0x6D636673;

    /// <summary>Every step, in order; the first leads to version 1.</summary>
    internal static ImmutableArray<string> Steps { get; } = SchemaSteps.Of("Postgres");

    /// <summary>
    /// Makes the schema when it is not there and brings it to the newest step. <paramref name="before"/> is called ahead of every command, with its
    /// number in the step.
    /// </summary>
    /// <exception cref="StoreUnusableException">The schema is another program's, or newer.</exception>
    internal static void Apply(PostgresSession session, string schema, string name, ImmutableArray<string> steps, Action<int> before)
    {
        while (true)
        {
            // Another process may have done a step meanwhile: each looks anew, under the lock.
            session.ExecuteOnce("BEGIN");
            session.Number("SELECT 1 FROM pg_advisory_xact_lock($1)", AdvisoryLock);
            var version = Gate(session, schema, name, steps.Length);
            if (version == steps.Length)
            {
                session.ExecuteOnce("COMMIT");
                return;
            }
            if (version is null) session.ExecuteOnce($"CREATE SCHEMA IF NOT EXISTS \"{schema}\"");
            session.ExecuteOnce($"SET LOCAL search_path TO \"{schema}\"");
            if (version is null)
            {
                session.ExecuteOnce("CREATE TABLE schema_version (singleton BIGINT NOT NULL PRIMARY KEY CHECK (singleton = 1), version BIGINT NOT NULL, shared_secret TEXT)");
                session.ExecuteOnce("INSERT INTO schema_version (singleton, version) VALUES (1, 0)");
            }
            session.ExecuteOnce("UPDATE schema_version SET version = version + 1");
            var commands = SchemaSteps.Split(steps[version ?? 0]);
            for (var i = 0; i < commands.Length; i++)
            {
                before(i);
                session.ExecuteOnce(commands[i]);
            }
            before(commands.Length);
            session.ExecuteOnce("COMMIT");
        }
    }

    /// <summary>The version of the schema; null when there is none yet, or an empty one.</summary>
    internal static int? Gate(PostgresSession session, string schema, string name, int newest)
    {
        const string Tables = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND ";
        if (session.Number(Tables + "c.relname = 'schema_version'", schema) == 0)
        {
            if (session.Number(Tables + "true", schema) == 0) return null;
            throw new StoreUnusableException($"The schema \"{schema}\" of {name} holds tables of another program. Give this node a database of its own.");
        }
        session.ExecuteOnce($"SET LOCAL search_path TO \"{schema}\"");
        var version = (int)(session.Number("SELECT version FROM schema_version") ?? throw new StoreUnusableException(PostgresDatabase.DamagedText(name, schema, "its version is missing.")));
        return version <= newest ? version : throw new StoreUnusableException(string.Create(
            CultureInfo.InvariantCulture,
            $"The schema \"{schema}\" of {name} has version {version}; this program knows versions up to {newest}. Start the newer program again, or restore the copy made before the upgrade."));
    }
}
