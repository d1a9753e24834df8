using System.Text;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Formats;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials;

public sealed class FormatDetectorTests
{
    /// <summary>Rows whose name in the manifest says what the file is for; sniffing can only say what it is.</summary>
    private static readonly Dictionary<string, string> SeenOtherwise = new()
    {
        ["attacks/xxe/xxe_file.txt"] = "unknown",                    // the text file that an attack points to
        ["schemas/educredentials/educredential.json"] = "jsonld-context",
        ["ob2/assets/badgecriteria.json"] = "unknown",               // a bare narrative
        ["ob2/assets/openbadges_context.json"] = "unknown",          // no JSON: an address stands before the context
        ["ob2/assets/beths-robot-badge.png"] = "unknown",            // pictures without a badge inside
        ["ob2/assets/robotics-badge.png"] = "unknown",
    };

    public static TheoryData<string, string> Rows()
    {
        var rows = new TheoryData<string, string>();
        if (Samples.SkipReason is not null) return rows;
        foreach (var (path, format, _, _) in Samples.Manifest())
            if (!path.EndsWith("**", StringComparison.Ordinal) && path != "path") rows.Add(path, format);
        return rows;
    }

    [SamplesTheory]
    [MemberData(nameof(Rows))]
    public void names_every_file_as_the_manifest_does(string path, string format) =>
        Assert.Equal(SeenOtherwise.GetValueOrDefault(path, format), FormatDetector.Detect(Samples.Read(path)).Name());

    [SamplesTheory]
    [MemberData(nameof(Rows))]
    public void reports_the_format_that_it_detects(string path, string format) =>
        Assert.Equal(SeenOtherwise.GetValueOrDefault(path, format), new CredentialVerifier([]).Verify(Samples.Read(path), Samples.At).Format.Name());

    [Fact]
    public void gives_every_format_one_name_and_the_words_of_a_refusal()
    {
        var formats = Enum.GetValues<CredentialFormat>();
        Assert.Equal(formats.Length, formats.Select(f => f.Name()).Distinct().Count());
        Assert.All(formats, f => Assert.NotEmpty(FormatWords.Of(f)));
    }

    [Theory]
    [InlineData("", "unknown")]
    [InlineData("   ", "unknown")]
    [InlineData("key=1234", "unknown")]
    [InlineData("[]", "unknown")]
    [InlineData("{}", "unknown")]
    [InlineData("<elmo/>", "elmo")]
    [InlineData("<?xml version=\"1.0\"?><!-- a --><e:elmo xmlns:e=\"x\">", "elmo")]
    [InlineData("<elmorex/>", "unknown")]
    [InlineData("<!-- never closed <elmo/>", "unknown")]
    [InlineData("<!DOCTYPE elmo><elmo/>", "xml-attack")]
    [InlineData("<!doctype elmo [<!ENTITY a \"b\">]><elmo/>", "xml-attack")]
    [InlineData("<!DOCTYPE svg PUBLIC \"a\" \"b\" [<!ENTITY a \"b\">]><svg xmlns:openbadges=\"x\"/>", "xml-attack")]
    [InlineData("<!DOCTYPE svg PUBLIC \"a\" \"b\"><elmo/>", "xml-attack")]
    [InlineData("<!DOCTYPE svg PUBLIC \"a\" \"b\"><svg xmlns:openbadges=\"x\"><openbadges:credential/></svg>", "ob3-baked")]
    [InlineData("<svg/>", "unknown")]
    [InlineData("H4sIAAAA", "unknown")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.", "unknown")]
    [InlineData("eyJh.~", "sd-jwt")]
    [InlineData("{\"type\":\"EuropeanDigitalCredential\"", "elm-json-unsigned")]
    [InlineData("{\"type\":[\"VerifiableCredential\",\"OpenBadgeCredential\"],\"proof\":{}}", "ob3-vc-di")]
    [InlineData("{\"type\":[\"VerifiableCredential\",\"OpenBadgeCredential\"]}", "ob3-eu-unsigned")]
    [InlineData("{\"type\":[\"VerifiableCredential\",\"DrivingLicence\"],\"proof\":{}}", "w3c-di-vector")]
    [InlineData("{\"payload\":\"\",\"signatures\":[]}", "edc-jades")]
    public void tells_by_the_content(string content, string format) => Assert.Equal(format, FormatDetector.Detect(Encoding.UTF8.GetBytes(content)).Name());

    [Fact]
    public void looks_at_no_file_beyond_its_bounds()
    {
        var padding = new string(' ', CredentialVerifier.MaxFileBytes);
        Assert.Equal(CredentialFormat.Unknown, FormatDetector.Detect(Encoding.UTF8.GetBytes("<elmo/>" + padding)));
        var deep = "{\"type\":\"EuropeanDigitalCredential\",\"a\":" + new string('[', 65) + new string(']', 65) + "}";
        Assert.Equal(ReasonClass.Malformed, Seals.Verify(Encoding.UTF8.GetBytes(deep)).Reasons.Single());
    }

    [Fact]
    public void survives_any_beginning_of_a_picture()
    {
        byte[] png = [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 20, .. "iTXtopenbadgecredential\0"u8, 0, 0, 0, 0];
        Assert.Equal(CredentialFormat.BakedOpenBadge, FormatDetector.Detect(png));
        for (var length = 0; length < png.Length; length++) Assert.Equal(CredentialFormat.Unknown, FormatDetector.Detect(png.AsMemory(0, length)));
        png[8] = 0xFF;
        Assert.Equal(CredentialFormat.Unknown, FormatDetector.Detect(png));
    }
}
