using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;

namespace MicroCreds.Storage;

/// <summary>
/// Numbered steps of the schema, embedded from <c>Schema/ENGINE/NNNN_name.sql</c>: the same numbers and names for every engine. They only go forward.
/// Each runs in one transaction together with the number it leads to, so that a step is done as a whole or not at all.
/// </summary>
internal static class SchemaSteps
{
    /// <summary>Every step for an engine, in order; the first leads to version 1.</summary>
    internal static ImmutableArray<string> Of(string engine)
    {
        var (assembly, folder) = (typeof(SchemaSteps).Assembly, $"MicroCreds.Storage.Schema.{engine}.");
        return [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select((n, i) => Read(assembly, folder, n, i + 1))];
    }

    /// <summary>The commands of a step. A semicolon at the end of a line ends a command; the schema has no triggers and no text over several lines.</summary>
    internal static ImmutableArray<string> Split(string step)
    {
        var lines = step.Split('\n').Select(line => line.Split("--")[0].TrimEnd());
        return [.. string.Join('\n', lines).Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
    }

    private static string Read(Assembly assembly, string folder, string name, int number)
    {
        if (!name.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{folder}{number:0000}_"), StringComparison.Ordinal))
            throw new InvalidOperationException($"The schema step {name} is not number {number}: steps are numbered without a gap.");
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The schema step {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
