using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf;
using MicroCreds.Federation.V1;
using MicroCreds.Services;
using MicroCreds.Services.Protocols;

namespace MicroCreds.Tests.Services.Protocols;

public sealed class OpenApiDocumentTests
{
    private static readonly JsonObject Document = JsonNode.Parse(OpenApiDocument.Bytes)!.AsObject();
    private static readonly JsonObject Schemas = Document["components"]!["schemas"]!.AsObject();

    [Fact]
    public void holds_every_method_that_answers_once_with_its_comment()
    {
        var methods = ServiceCatalogue.Services.SelectMany(s => s.Methods).Where(m => !m.IsClientStreaming && !m.IsServerStreaming && m.Service.File.Package == "microcreds.federation.v1").ToList();
        Assert.NotEmpty(methods);
        Assert.All(methods, m => Assert.NotEqual("", (string?)Document["paths"]![$"/{m.Service.FullName}/{m.Name}"]?["post"]?["description"] ?? ""));
        Assert.Null(Document["paths"]!["/microcreds.federation.v1.EquivalenceService/WatchRules"]);
    }

    [Fact]
    public void every_reference_leads_somewhere()
    {
        var targets = Regex.Matches(Document.ToJsonString(), "#/components/schemas/([A-Za-z0-9_.]+)").Select(m => m.Groups[1].Value).Distinct().ToList();
        Assert.True(targets.Count > 100);
        Assert.All(targets, t => Assert.NotNull(Schemas[t]));
    }

    [Fact]
    public void describes_fields_as_the_node_writes_them()
    {
        var rule = new EquivalenceRule { RuleId = "R", FixedEctsCreditsHundredths = 600, Automatic = true, Conditions = { new RuleCondition { Condition = "c", Expected = "e" } } };
        var written = JsonNode.Parse(JsonFormatter.Default.Format(rule))!.AsObject();
        var described = Schemas["microcreds.federation.v1.EquivalenceRule"]!["properties"]!.AsObject();
        Assert.All(written, p => Assert.NotNull(described[p.Key]));
        Assert.Equal("integer", (string?)described["fixedEctsCreditsHundredths"]!["type"]);
        Assert.Equal("array", (string?)described["conditions"]!["type"]);
        Assert.StartsWith("Credits granted, in hundredths", (string?)described["fixedEctsCreditsHundredths"]!["description"], StringComparison.Ordinal);
        Assert.Equal("date-time", (string?)Schemas["microcreds.federation.v1.EquivalenceTable"]!["properties"]!["publishTime"]!["format"]);
        Assert.Contains("STATE_DECIDED", Schemas["microcreds.federation.v1.RecognitionCase.State"]!["enum"]!.AsArray().Select(v => (string?)v));
    }

    [Fact]
    public void the_contract_with_comments_is_the_contract_that_is_served() =>
        Assert.Equal(ServiceCatalogue.Files.Select(f => f.Name).Order(), DocumentedContract.Files.Select(f => f.Name).Where(n => ServiceCatalogue.Files.Any(f => f.Name == n)).Order());
}
