using System.Text.Json.Nodes;
using MicroCreds.Cli;
using MicroCreds.Cli.Output;
using MicroCreds.Cli.Pilot;

namespace MicroCreds.Federation.Tests.Pilot;

/// <summary>The decision cases put to a real node by <c>mcf conformance</c>.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public async Task every_case_holds_on_a_node_and_a_wrong_expectation_is_named()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        var cases = Path.Combine(TestFederation.Repository, "tests", "vectors", "equivalence");
        var before = (await RunAsync(federation, "rule", "tables")).Output;

        var (code, lines) = await RunAsync(federation, "conformance", "--vectors", cases, "--json");

        var objects = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Empty(objects.Where(o => !(bool)o["holds"]!).Select(o => o.ToJsonString()));
        Assert.Equal(Directory.GetFiles(cases, "*.json").Length, objects.Count);
        Assert.Equal(ExitCodes.Ok, code);
        // Nothing was published and no draft is left.
        Assert.Equal(before, (await RunAsync(federation, "rule", "tables")).Output);
        Assert.Equal(ExitCodes.Failure, (await RunAsync(federation, "rule", "check", "--table", "mcf-conformance")).Code);

        var planted = Directory.CreateDirectory(Path.Combine(federation.Files.At("planted"))).FullName;
        foreach (var name in (string[])["16a-cap.json", "06a-partner-university-average.json"]) File.Copy(Path.Combine(cases, name), Path.Combine(planted, name));
        var wrong = Path.Combine(planted, "06a-partner-university-average.json");
        await File.WriteAllTextAsync(wrong, (await File.ReadAllTextAsync(wrong)).Replace("\"grade\": \"28\"", "\"grade\": \"30\"", StringComparison.Ordinal));

        (code, lines) = await RunAsync(federation, "conformance", "--vectors", planted);

        Assert.Equal(ExitCodes.Failure, code);
        Assert.Contains("06a-partner-university-average.json: grade: expected 30, found 28", lines, StringComparison.Ordinal);
        Assert.Contains("1 of 2 cases are as expected.", lines, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(TestFederation federation, params string[] args)
    {
        var node = federation[PilotInstitution.Roma];
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost(output, error, name => name switch { "MCF_NODE" => node.Client.Address.ToString(), "MCF_TOKEN" => File.ReadAllText(node.TokenFile).Trim(), _ => null }, TimeProvider.System);
        var code = await CommandTree.RunAsync(args, host, CancellationToken.None);
        return (code, output.ToString());
    }
}
