using System.Text.RegularExpressions;

namespace MicroCreds.Tests.Contract;

/// <summary>The reference page is what the proto comments say. After a change of the contract, run with <c>MICROCREDS_UPDATE_LOCK=1</c> and commit the page with it.</summary>
public sealed partial class ReferencePageTests
{
    [Fact]
    public async Task the_page_says_what_the_contract_says()
    {
        var path = Path.Combine(ContractFiles.Root, "docs", "contract.md");
        if (Environment.GetEnvironmentVariable("MICROCREDS_UPDATE_LOCK") == "1") await File.WriteAllTextAsync(path, ReferencePage.Write());
        Assert.Equal((await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n"), ReferencePage.Write());
    }

    [Fact]
    public void every_declaration_is_on_the_page_and_every_link_leads_to_one()
    {
        var page = ReferencePage.Write();
        var headings = Headings().Matches(page).Select(m => m.Groups[1].Value.ToLowerInvariant().Replace(".", "", StringComparison.Ordinal)).ToList();
        Assert.Equal(headings.Count, headings.Distinct().Count());
        Assert.All(Links().Matches(page), link => Assert.Contains(link.Groups[1].Value, headings));
        Assert.All(ContractFiles.Methods, m => Assert.Contains($"### {m.Service.Name}.{m.Name}\n", page, StringComparison.Ordinal));
        Assert.All(ContractFiles.Messages, m => Assert.Contains($"### {m.FullName[(ContractFiles.Package.Length + 1)..]}\n", page, StringComparison.Ordinal));
        Assert.All(ContractFiles.Enums, e => Assert.Contains($"### {e.FullName[(ContractFiles.Package.Length + 1)..]}\n", page, StringComparison.Ordinal));
        Assert.All(ContractFiles.Messages.SelectMany(m => m.Fields.InDeclarationOrder()), f => Assert.Contains($"| `{f.Name}` = {f.FieldNumber} |", page, StringComparison.Ordinal));
        Assert.DoesNotContain("|  |", page, StringComparison.Ordinal);
    }

    [GeneratedRegex("^##+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"\]\(#([^)]+)\)")]
    private static partial Regex Links();
}
