using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;

namespace MicroCreds.Storage.Sqlite;

/// <summary>
/// Numbered steps of the schema, embedded from <c>Schema/Sqlite/NNNN_name.sql</c>. They only go forward. Each runs in one transaction together with the
/// number it leads to (<c>user_version</c>), so that a step is done as a whole or not at all.
/// </summary>
internal static class SqliteMigrations
{
    /// <summary>Marks the file as ours (<c>application_id</c>, ASCII <c>mcfs</c>).</summary>
    internal const int ApplicationId = 0x6D636673;

    private const string Folder = "MicroCreds.Storage.Schema.Sqlite.";

    /// <summary>Every step, in order; the first leads to version 1.</summary>
    internal static ImmutableArray<string> Steps { get; } = Load();

    /// <summary>Brings the database from its version to the newest. <paramref name="before"/> is called ahead of every command, with its number in the step.</summary>
    internal static void Apply(SqliteSession writer, ImmutableArray<string> steps, int fromVersion, Action<int> before)
    {
        for (var version = fromVersion; version < steps.Length; version++)
        {
            writer.Execute("BEGIN IMMEDIATE");
            try
            {
                var commands = Split(steps[version]);
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

    /// <summary>The commands of a step. A semicolon at the end of a line ends a command; the schema has no triggers and no text over several lines.</summary>
    private static ImmutableArray<string> Split(string step)
    {
        var lines = step.Split('\n').Select(line => line.Split("--")[0].TrimEnd());
        return [.. string.Join('\n', lines).Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
    }

    private static ImmutableArray<string> Load()
    {
        var assembly = typeof(SqliteMigrations).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select((n, i) => Read(assembly, n, i + 1))];
    }

    private static string Read(Assembly assembly, string name, int number)
    {
        if (!name.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{Folder}{number:0000}_"), StringComparison.Ordinal))
            throw new InvalidOperationException($"The schema step {name} is not number {number}: steps are numbered without a gap.");
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The schema step {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
