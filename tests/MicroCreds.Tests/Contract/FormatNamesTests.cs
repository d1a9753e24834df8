using System.Text.RegularExpressions;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Contract;

/// <summary>Formats of credentials are named in one place, and every list of them is that one.</summary>
public sealed partial class FormatNamesTests
{
    private static readonly string[] Verified = [.. CredentialFormats.Verified.Select(f => f.Name()).Order(StringComparer.Ordinal)];

    [Fact]
    public void every_format_has_a_name_of_its_own()
    {
        var names = Enum.GetValues<CredentialFormat>().Select(f => f.Name()).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void the_contract_names_the_formats_that_a_case_may_hold()
    {
        var lines = File.ReadAllLines(Path.Combine(ContractFiles.Root, "protos", "microcreds", "federation", "v1", "credential.proto"));
        var field = Array.FindIndex(lines, l => l.Contains(" string format = ", StringComparison.Ordinal));
        var comment = lines[..field].Reverse().TakeWhile(l => l.TrimStart().StartsWith("//", StringComparison.Ordinal));
        Assert.Equal(Verified, Quoted(string.Join(' ', comment)));
    }

    [Fact]
    public void the_readme_has_a_row_for_each()
    {
        var rows = File.ReadLines(Path.Combine(ContractFiles.Root, "README.md")).SkipWhile(l => !l.StartsWith("| `format` |", StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith('|'));
        Assert.Equal(Verified, Quoted(string.Join(' ', rows.Select(r => r.Split('|')[1]))));
    }

    private static string[] Quoted(string text) => [.. Name().Matches(text).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal)];

    [GeneratedRegex("`([a-z0-9-]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
