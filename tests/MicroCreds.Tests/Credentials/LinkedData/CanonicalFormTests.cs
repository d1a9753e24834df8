using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MicroCreds.Credentials.LinkedData;

namespace MicroCreds.Tests.Credentials.LinkedData;

public sealed partial class CanonicalFormTests
{
    [SamplesTheory]
    [InlineData("arrays")]
    [InlineData("french")]
    [InlineData("structures")]
    [InlineData("unicode")]
    [InlineData("values")]
    [InlineData("weird")]
    public void writes_json_as_the_vectors_of_jcs_do(string name)
    {
        using var input = JsonDocument.Parse(Samples.Read($"vectors/jcs/input/{name}.json"));
        Assert.Equal(Samples.Read($"vectors/jcs/output/{name}.json"), CanonicalJson.Write(input.RootElement));
        Assert.Equal(Convert.FromHexString(SpaceShape().Replace(Encoding.ASCII.GetString(Samples.Read($"vectors/jcs/outhex/{name}.txt")), "")), CanonicalJson.Write(input.RootElement));
    }

    [Theory]
    // RFC 8785, appendix B, and the sample lines of its test file.
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("4340000000000001", "9007199254740994")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void writes_numbers_as_ecmascript_does(string bits, string text) =>
        Assert.Equal(text, CanonicalJson.Number(BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))));

    public static TheoryData<string, string, string, string> Suite()
    {
        var rows = new TheoryData<string, string, string, string>();
        if (Samples.SkipReason is not null) return rows;
        using var manifest = JsonDocument.Parse(Samples.Read("vectors/rdfc10/manifest.jsonld"));
        foreach (var entry in manifest.RootElement.GetProperty("entries").EnumerateArray())
            rows.Add(entry.GetProperty("type").GetString()!, entry.GetProperty("action").GetString()!, entry.TryGetProperty("result", out var result) ? result.GetString()! : "", entry.TryGetProperty("hashAlgorithm", out var hash) ? hash.GetString()! : "SHA256");
        return rows;
    }

    [SamplesTheory]
    [MemberData(nameof(Suite))]
    public void names_blank_nodes_as_the_suite_of_w3c_says(string type, string action, string result, string hash)
    {
        var quads = Parse(Encoding.UTF8.GetString(Samples.Read($"vectors/rdfc10/{action}")));
        var algorithm = hash == "SHA384" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
        if (type == "rdfc:RDFC10NegativeEvalTest") Assert.Throws<LinkedDataException>(() => DatasetCanonicalizer.Canonicalize(quads, algorithm));
        else if (type == "rdfc:RDFC10EvalTest") Assert.Equal(Encoding.UTF8.GetString(Samples.Read($"vectors/rdfc10/{result}")), DatasetCanonicalizer.Canonicalize(quads, algorithm));
        else
        {
            using var expected = JsonDocument.Parse(Samples.Read($"vectors/rdfc10/{result}"));
            var found = DatasetCanonicalizer.Names(quads, algorithm);
            Assert.Equal(expected.RootElement.EnumerateObject().ToDictionary(m => $"_:{m.Name}", m => $"_:{m.Value.GetString()}"), found);
        }
    }

    [SamplesFact]
    public void takes_the_whole_suite() => Assert.Equal([64, 21, 1], Counts());

    private static int[] Counts()
    {
        using var manifest = JsonDocument.Parse(Samples.Read("vectors/rdfc10/manifest.jsonld"));
        var types = manifest.RootElement.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("type").GetString()).ToList();
        return [types.Count(t => t == "rdfc:RDFC10EvalTest"), types.Count(t => t == "rdfc:RDFC10MapTest"), types.Count(t => t == "rdfc:RDFC10NegativeEvalTest")];
    }

    /// <summary>Reads N-Quads as the suite writes them.</summary>
    internal static IReadOnlyCollection<Quad> Parse(string text) =>
        [.. text.Split('\n').Where(l => l.Trim().Length > 0 && l[0] != '#').Select(line =>
        {
            var match = Line().Match(line);
            Assert.True(match.Success, line);
            var literal = match.Groups["value"];
            var value = literal.Success ? Quad.Literal(Unescape(literal.Value), match.Groups["type"].Success ? Unescape(match.Groups["type"].Value) : Quad.Text, match.Groups["language"].Value) : Unescape(match.Groups["o"].Value);
            return new Quad(Unescape(match.Groups["s"].Value), Unescape(match.Groups["p"].Value), value, Unescape(match.Groups["g"].Value));
        }).Distinct()];

    private static string Unescape(string text) => Escape().Replace(text, m => m.Value[1] switch
    {
        'u' or 'U' => char.ConvertFromUtf32(int.Parse(m.Value[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
        't' => "\t", 'b' => "\b", 'n' => "\n", 'r' => "\r", 'f' => "\f",
        var other => other.ToString(),
    });

    [GeneratedRegex(@"\s")]
    private static partial Regex SpaceShape();

    [GeneratedRegex("""^\s*(?<s><[^>]*>|_:\S+)\s*(?<p><[^>]*>)\s*(?:(?<o><[^>]*>|_:[^\s.]+(?:\.[^\s.]+)*)|"(?<value>(?:[^"\\]|\\.)*)"(?:\^\^<(?<type>[^>]*)>|@(?<language>[A-Za-z0-9-]+))?)\s*(?<g><[^>]*>|_:[^\s.]+)?\s*\.""")]
    private static partial Regex Line();

    [GeneratedRegex(@"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")]
    private static partial Regex Escape();
}
