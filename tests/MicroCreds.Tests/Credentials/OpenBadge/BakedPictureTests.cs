using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials.OpenBadge;

public sealed class BakedPictureTests
{
    private const string Namespace = "xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\"";

    private static readonly byte[] Complete = Badges.Token(payload: c =>
    {
        var achievement = c["credentialSubject"]!["achievement"]!;
        (achievement["ECTS"], achievement["assessmentType"], achievement["participationType"], c["issuer"]!["address"]) = ("3.0", "portfolio", "online", new JsonObject { ["addressCountryCode"] = "IT" });
        achievement["alignment"]!.AsArray().Add(JsonNode.Parse("""{"type":["Alignment"],"targetType":"ext:QualityAssurance","targetName":"Review","targetUrl":"https://qa.example/1"}"""));
    });

    [Fact]
    public void accepts_the_token_in_a_picture_and_grants_nothing_for_it_automatically()
    {
        Assert.True(CredentialSummary.Of(Badges.Verify(Complete)).AllowsAutomaticGrant);
        foreach (var picture in new[] { Png(Text(Complete)), Png(Text(Complete, packed: true)), Svg($"<openbadges:credential verify=\"{Encoding.ASCII.GetString(Complete)}\"/>") })
        {
            var report = Badges.Verify(picture);
            Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks));
            Assert.Equal((CredentialFormat.BakedOpenBadge, Badges.University), (report.Format, report.IssuerId));
            Assert.False(CredentialSummary.Of(report).AllowsAutomaticGrant);
        }
    }

    [Fact]
    public void refuses_a_picture_with_two_credentials()
    {
        var one = $"<openbadges:credential verify=\"{Encoding.ASCII.GetString(Complete)}\"></openbadges:credential>";
        foreach (var picture in new[] { Png(Text(Complete), Text(Complete)), Svg(one + one), Svg(one + " " + one), Svg($"<g>{one}</g><g>{one}</g>") })
        {
            var report = Badges.Verify(picture);
            Assert.Equal([ReasonClass.Malformed], report.Reasons.AsEnumerable());
            Assert.Contains("more than one", report.Checks[^1].Evidence, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void stops_unpacking_a_bomb_and_survives_broken_pictures()
    {
        Assert.Equal([ReasonClass.Malformed], Badges.Verify(Png(Text(new byte[64 * 1024 * 1024], packed: true))).Reasons.AsEnumerable());
        var verifier = new CredentialVerifier([Badges.Member]);
        var png = Png(Text(Complete));
        for (var length = 0; length < png.Length; length += 7)
        {
            // Cut off behind the text, the credential inside is whole; before it, there is none.
            var verdict = verifier.Verify(png.AsMemory(0, length), Badges.At).Verdict;
            Assert.True(verdict == Verdict.Reject || length > png.Length - 30, $"{length}");
        }
        foreach (var inner in new[] { "<openbadges:credential", "<openbadges:credential>&xxe;</openbadges:credential>", "<openbadges:credential/>", "<openbadges:credential><b/></openbadges:credential>", "<openbadges:credential>[]</openbadges:credential>", string.Concat(Enumerable.Repeat("<g>", 70)) + "<openbadges:credential/>" })
            Assert.Equal(Verdict.Reject, Badges.Verify(Svg(inner)).Verdict);
    }

    [Fact]
    public void refuses_entities_even_behind_the_document_type_of_pictures() =>
        Assert.Equal(Verdict.Reject, Badges.Verify(Encoding.UTF8.GetBytes(
            $"<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"file:///etc/passwd\" [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\" {Namespace}><openbadges:credential>&a;</openbadges:credential></svg>")).Verdict);

    [Fact]
    public void notices_every_changed_character_of_the_token_inside()
    {
        var verifier = new CredentialVerifier([Badges.Member]);
        for (var at = 0; at < Complete.Length; at += 3)
        {
            var changed = Complete.ToArray();
            changed[at] = changed[at] == (byte)'A' ? (byte)'B' : (byte)'A';
            Assert.Equal(Verdict.Reject, verifier.Verify(Png(Text(changed)), Badges.At).Verdict);
        }
    }

    private static byte[] Svg(string inner) => Encoding.UTF8.GetBytes($"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" {Namespace}>{inner}<path d=\"M0\"/></svg>");

    private static byte[] Png(params byte[][] texts)
    {
        var png = new List<byte> { 0x89 };
        png.AddRange("PNG\r\n\u001a\n"u8);
        foreach (var (type, content) in texts.Select(t => ("iTXt", t)).Prepend(("IHDR", new byte[13])).Append(("IEND", [])))
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
            png.AddRange([.. length, .. Encoding.ASCII.GetBytes(type), .. content, 0, 0, 0, 0]);
        }
        return [.. png];
    }

    private static byte[] Text(byte[] content, bool packed = false)
    {
        using var buffer = new MemoryStream();
        if (packed) using (var stream = new ZLibStream(buffer, CompressionLevel.Optimal)) stream.Write(content);
        return [.. "openbadgecredential\0"u8, packed ? (byte)1 : (byte)0, 0, 0, 0, .. packed ? buffer.ToArray() : content];
    }
}
