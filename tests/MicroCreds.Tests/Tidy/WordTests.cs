using System.Text.RegularExpressions;
using System.Xml.Linq;
using MicroCreds.Tests.Contract;

namespace MicroCreds.Tests.Tidy;

/// <summary>Words that have no place in finished code.</summary>
public sealed partial class WordTests
{
    [Fact]
    public void work_left_to_do_carries_its_issue() => Assert.Empty(Lines(Loose(), _ => true));

    [Fact]
    public void nothing_is_left_unwritten() =>
        // The stand-ins throw it where the packages they stand for do, and their tests expect it there.
        Assert.Empty(Lines(Unwritten(), path => path.EndsWith(".cs", StringComparison.Ordinal) && !path.Contains("/standins/", StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public void no_test_is_skipped_by_an_attribute() => Assert.Empty(Lines(Skipped(), path => path.EndsWith(".cs", StringComparison.Ordinal)));

    [Fact]
    public void no_path_of_somebodys_machine_is_written_down() => Assert.Empty(Lines(Machine(), path => !path.EndsWith(".lock.json", StringComparison.Ordinal)));

    [Fact]
    public void no_marker_of_a_hunt_for_a_fault_is_left() => Assert.Empty(Lines(Marker(), path => path.EndsWith(".cs", StringComparison.Ordinal)));

    [Fact]
    public void no_text_of_a_page_is_given_twice() =>
        // The compiler keeps the first and says so in a warning that stops nothing.
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(ContractFiles.Root, "src"), "*.resx", SearchOption.AllDirectories)
            .SelectMany(file => XDocument.Load(file).Descendants("data").GroupBy(d => d.Attribute("name")?.Value).Where(g => g.Count() > 1).Select(g => $"{Path.GetFileName(file)}: {g.Key}")));

    private static IEnumerable<string> Lines(Regex forbidden, Func<string, bool> among) =>
        new[] { "src", "tests", "protos" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(ContractFiles.Root, folder), "*", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(ContractFiles.Root, path).Replace('\\', '/'))
            .Where(path => Path.GetExtension(path) is ".cs" or ".csproj" or ".props" or ".proto" or ".razor" or ".resx" or ".json" or ".sql" or ".js" or ".css")
            .Where(path => !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal))
            // This file names the words it forbids.
            .Where(path => !path.EndsWith("/Tidy/WordTests.cs", StringComparison.Ordinal) && among(path))
            .SelectMany(path => File.ReadLines(Path.Combine(ContractFiles.Root, path)).Select((line, i) => (line, i)).Where(l => forbidden.IsMatch(l.line)).Select(l => $"{path}:{l.i + 1}: {l.line.Trim()}"));

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b(?! ?\(?#\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Loose();

    [GeneratedRegex(@"\bNotImplementedException\b", RegexOptions.CultureInvariant)]
    private static partial Regex Unwritten();

    [GeneratedRegex(@"\[(Fact|Theory|InlineData)[^\]]*\bSkip\s*=", RegexOptions.CultureInvariant)]
    private static partial Regex Skipped();

    [GeneratedRegex(@"(?<![\w.~])/(home|work|Users|root)/\w|[A-Z]:\\\\?(Users|work)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Machine();

    [GeneratedRegex(@"\bConsole\.WriteLine\(""(DEBUG|>>>|===)|\bDebugger\.(Break|Launch)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Marker();
}
