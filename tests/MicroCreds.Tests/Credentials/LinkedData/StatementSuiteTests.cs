using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MicroCreds.Credentials.LinkedData;

namespace MicroCreds.Tests.Credentials.LinkedData;

public sealed class StatementSuiteTests
{
    [SamplesFact]
    public void makes_of_every_document_of_the_json_ld_suite_the_statements_expected_or_refuses_it()
    {
        using var manifest = JsonDocument.Parse(Samples.Read("vectors/jsonld-manifest/toRdf-manifest.jsonld"));
        var (equal, refused, different) = (0, 0, new List<string>());
        foreach (var test in manifest.RootElement.GetProperty("sequence").EnumerateArray())
        {
            var positive = test.GetProperty("@type").EnumerateArray().Any(t => t.GetString() == "jld:PositiveEvaluationTest");
            // Options of the test that change what is asked: other versions, generalised RDF, directions.
            if (!positive || (test.TryGetProperty("option", out var option) && option.EnumerateObject().Any(o => o.Name is not ("specVersion" or "base" or "processingMode") || o.Value.ToString() == "json-ld-1.0"))) continue;
            var input = Samples.Read($"vectors/jsonld-{test.GetProperty("input").GetString()!}");
            var expected = Encoding.UTF8.GetString(Samples.Read($"vectors/jsonld-{test.GetProperty("expect").GetString()}"));
            try
            {
                using var document = JsonDocument.Parse(input);
                var found = DatasetCanonicalizer.Canonicalize(StatementReader.Read(document.RootElement, pinnedOnly: false), HashAlgorithmName.SHA256);
                if (found == DatasetCanonicalizer.Canonicalize(CanonicalFormTests.Parse(expected), HashAlgorithmName.SHA256)) equal++;
                else different.Add(test.GetProperty("@id").GetString()!);
            }
            catch (LinkedDataException)
            {
                refused++;
            }
        }
        Assert.True(different.Count == 0 && equal > 60, $"{equal} equal, {refused} refused, different: {string.Join(" ", different)}");
    }
}
