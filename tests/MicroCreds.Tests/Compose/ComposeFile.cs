using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace MicroCreds.Tests.Compose;

/// <summary>A compose file with its anchors resolved, and the variables in it replaced by their defaults.</summary>
internal sealed partial class ComposeFile
{
    private readonly Dictionary<object, object?> _root;

    private ComposeFile(string name, Dictionary<object, object?> root) => (Name, _root) = (name, root);

    /// <summary>Folder of the compose files.</summary>
    public static string Folder { get; } = Path.Combine(RepositoryRoot(), "compose");

    /// <summary>Names of all compose files, read from the folder so that a new one is tested without being listed here.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Directory.GetFiles(Folder, "*.yml").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public string Name { get; }

    public IEnumerable<string> Sections => _root.Keys.Cast<string>();

    public IReadOnlyList<ComposeService> Services => [.. Map("services").Select(s => new ComposeService((string)s.Key, (Dictionary<object, object?>)s.Value!))];

    public static ComposeFile Read(string name)
    {
        var parser = new MergingParser(new Parser(new StringReader(Text(name))));
        return new ComposeFile(name, new DeserializerBuilder().Build().Deserialize<Dictionary<object, object?>>(parser));
    }

    /// <summary>The file as it is written.</summary>
    public static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public Dictionary<object, object?> Map(string section) => _root.GetValueOrDefault(section) as Dictionary<object, object?> ?? [];

    /// <summary>A text with every <c>${NAME:-default}</c> replaced by its default.</summary>
    public static string Default(string text) => Variable().Replace(text, "$1");

    private static string RepositoryRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    [GeneratedRegex(@"\$\{[A-Z_]+:-([^}]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}

/// <summary>One service of a compose file.</summary>
internal sealed record ComposeService(string Name, Dictionary<object, object?> Settings)
{
    /// <summary>A single value with the defaults of its variables; empty when it is not there.</summary>
    public string Text(string setting) => Settings.GetValueOrDefault(setting) is string text ? ComposeFile.Default(text) : "";

    /// <summary>A list of texts with the defaults of their variables; empty when it is not there.</summary>
    public IReadOnlyList<string> Texts(string setting) => [.. List(setting).Select(v => ComposeFile.Default((string)v!))];

    public IReadOnlyList<object?> List(string setting) => Settings.GetValueOrDefault(setting) as List<object?> ?? [];

    public Dictionary<object, object?> Map(string setting) => Settings.GetValueOrDefault(setting) as Dictionary<object, object?> ?? [];
}
