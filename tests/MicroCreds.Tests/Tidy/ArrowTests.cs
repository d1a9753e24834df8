using System.Xml.Linq;
using MicroCreds.Tests.Contract;

namespace MicroCreds.Tests.Tidy;

/// <summary>Which project may see which: Contract → Services → Domain ← Storage, Credentials, Sheets; the node sees all, its clients the contract.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["MicroCreds.Contract"] = [],
        ["MicroCreds.Domain"] = [],
        ["MicroCreds.Services"] = ["MicroCreds.Contract", "MicroCreds.Domain", "MicroCreds.Sheets"],
        ["MicroCreds.Storage"] = ["MicroCreds.Domain"],
        ["MicroCreds.Credentials"] = ["MicroCreds.Domain"],
        ["MicroCreds.Sheets"] = ["MicroCreds.Domain"],
        ["MicroCreds.Console"] = ["MicroCreds.Contract"],
        // Credentials and Sheets are exceptions on record: `mcf verify` and `mcf rule check` judge files offline, without a node.
        ["MicroCreds.Cli"] = ["MicroCreds.Contract", "MicroCreds.Credentials", "MicroCreds.Sheets"],
        ["MicroCreds.Node"] = ["MicroCreds.Contract", "MicroCreds.Domain", "MicroCreds.Services", "MicroCreds.Storage", "MicroCreds.Credentials", "MicroCreds.Console"],
    };

    // Built before, not referenced: `mcf pilot` starts the node as a process of its own.
    private static readonly (string From, string To)[] BuildOrder = [("MicroCreds.Cli", "MicroCreds.Node")];

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(ContractFiles.Root, "src"), "MicroCreds.*").Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void a_project_sees_only_what_it_may(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out var allowed), $"{project} needs a decision record and a line in this test.");
        var path = Path.Combine(ContractFiles.Root, "src", project, $"{project}.csproj");
        foreach (var reference in XDocument.Load(path).Descendants("ProjectReference"))
        {
            var seen = Path.GetFileNameWithoutExtension((reference.Attribute("Include")?.Value ?? "").Replace('\\', '/'));
            // The stand-ins take the place of packages.
            if (seen is "Grpc.Core.Api" or "Grpc.Net.Common") continue;
            if (BuildOrder.Contains((project, seen))) Assert.Equal("false", reference.Attribute("ReferenceOutputAssembly")?.Value);
            else Assert.Contains(seen, allowed);
        }
    }

    [Fact]
    public void the_domain_takes_no_package()
    {
        var path = Path.Combine(ContractFiles.Root, "src", "MicroCreds.Domain", "MicroCreds.Domain.csproj");
        Assert.DoesNotContain(XDocument.Load(path).Descendants(), e => e.Name.LocalName is "PackageReference" or "FrameworkReference" or "Import");
    }
}
