using System.Collections.Immutable;
using System.Globalization;

namespace MicroCreds.Storage.Sqlite;

/// <summary>Brings a file from step to step of the schema. The number reached is its <c>user_version</c>.</summary>
internal static class SqliteMigrations
{
    /// <summary>Marks the file as ours (<c>application_id</c>, ASCII <c>mcfs</c>).</summary>
    internal const int ApplicationId = 0x6D636673;

    /// <summary>Every step, in order; the first leads to version 1.</summary>
    internal static ImmutableArray<string> Steps { get; } = SchemaSteps.Of("Sqlite");

    /// <summary>Brings the database from its version to the newest. <paramref name="before"/> is called ahead of every command, with its number in the step.</summary>
    internal static void Apply(SqliteSession writer, ImmutableArray<string> steps, int fromVersion, Action<int> before)
    {
        for (var version = fromVersion; version < steps.Length; version++)
        {
            writer.Execute("BEGIN IMMEDIATE");
            try
            {
                var commands = SchemaSteps.Split(steps[version]);
                for (var i = 0; i < commands.Length; i++)
                {
                    before(i);
                    writer.ExecuteOnce(commands[i]);
                }
                before(commands.Length);
                writer.ExecuteOnce(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {version + 1};"));
                writer.Execute("COMMIT");
            }
            catch
            {
                if (writer.InTransaction) writer.Execute("ROLLBACK");
                throw;
            }
        }
    }
}
