using System.Text;
using System.Xml.Linq;
using MicroCreds.Credentials.XmlSignature;

namespace MicroCreds.Tests.Credentials.XmlSignature;

public sealed class CanonicalXmlTests
{
    private const string Everything = """
        <?xml version="1.0"?>
        <?before the root?>
        <a:root xmlns:a="urn:a" xmlns="urn:default" xmlns:b="urn:b" xmlns:unused="urn:unused" xml:lang="en" z="1" b:y="2" a:y="3"
            odd='quote " apostrophe &#39; tab&#9;line&#10;return&#13;&lt;&gt;&amp;'>
          <!-- nobody signs this --><plain xmlns="" a:k="v"><b:deep xmlns:b="urn:b" xmlns:c="urn:c"><c:x xmlns:b="urn:other"><b:y/></c:x></b:deep><again xmlns="urn:default"/></plain>
          <text>one<![CDATA[ <two> & ]]>three &gt; &#13; é 𝄞</text><empty/><?inside?><?inside  with data ?>
          <sub xml:space="preserve" xmlns:unused="urn:unused"><inner a:b="1" unused:c="2"/></sub>
        </a:root>
        <?after?>
        """;

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(true, "sub")]
    [InlineData(true, "deep")]
    [InlineData(true, "plain")]
    public void is_the_platforms_in_both_forms(bool exclusive, string? apex)
    {
        var file = Encoding.UTF8.GetBytes(Everything.ReplaceLineEndings("\r\n"));
        Assert.Equal(Encoding.UTF8.GetString(PlatformXml.Canonical(file, exclusive, apex)), Canonical(file, exclusive, apex));
    }

    [Fact]
    public void takes_along_what_ancestors_said_in_one_form_only()
    {
        // Canonical XML 1.0, 2.4; Exclusive XML Canonicalization 1.0, 3: the platform keeps xml:lang in both, and repeats it further inside.
        var file = "<r xmlns='urn:d' xmlns:n='urn:n' xml:lang='en' xml:space='preserve'><s xml:space='default'><t n:a=''/></s></r>"u8.ToArray();
        Assert.Equal("<s xmlns=\"urn:d\" xmlns:n=\"urn:n\" xml:lang=\"en\" xml:space=\"default\"><t n:a=\"\"></t></s>", Canonical(file, exclusive: false, "s"));
        Assert.Equal("<s xmlns=\"urn:d\" xml:space=\"default\"><t xmlns:n=\"urn:n\" n:a=\"\"></t></s>", Canonical(file, exclusive: true, "s"));
    }

    [Fact]
    public void writes_what_the_standard_says()
    {
        // Canonical XML 1.0, 3.3 and 3.4, without the attributes that only a document type declaration gives.
        const string Tags = "<doc><e1   /><e3   name = \"elem3\"   id=\"elem3\"   /><e5 a:attr=\"out\" b:attr=\"sorted\" attr2=\"all\" attr=\"I'm\" xmlns:b=\"http://www.ietf.org\" xmlns:a=\"http://www.w3.org\" xmlns=\"http://example.org\"/><e6 xmlns=\"\" xmlns:a=\"http://www.w3.org\"><e7 xmlns=\"http://www.ietf.org\"><e8 xmlns=\"\" xmlns:a=\"http://www.w3.org\"><e9 xmlns=\"\" xmlns:a=\"http://www.ietf.org\"/></e8></e7></e6></doc>";
        Assert.Equal(
            "<doc><e1></e1><e3 id=\"elem3\" name=\"elem3\"></e3><e5 xmlns=\"http://example.org\" xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" a:attr=\"out\"></e5><e6 xmlns:a=\"http://www.w3.org\"><e7 xmlns=\"http://www.ietf.org\"><e8 xmlns=\"\"><e9 xmlns:a=\"http://www.ietf.org\"></e9></e8></e7></e6></doc>",
            Canonical(Encoding.UTF8.GetBytes(Tags), exclusive: false, apex: null));
        const string Characters = "<doc>\r\n<text>First line&#x0d;&#10;Second line</text><value>&#x32;</value><compute><![CDATA[value>\"0\" && value<\"10\" ?\"valid\":\"error\"]]></compute><compute expr='value>\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"'>valid</compute><norm attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/></doc>";
        Assert.Equal(
            "<doc>\n<text>First line&#xD;\nSecond line</text><value>2</value><compute>value&gt;\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"</compute><compute expr=\"value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; ?&quot;valid&quot;:&quot;error&quot;\">valid</compute><norm attr=\" '    &#xD;&#xA;&#x9;   ' \"></norm></doc>",
            Canonical(Encoding.UTF8.GetBytes(Characters), exclusive: false, apex: null));
    }

    [SamplesFact]
    public void is_the_platforms_for_every_sample()
    {
        var compared = 0;
        // Canonical XML 1.0, 2.3: the declaration of the prefix xml is never written; the platform writes it, in the one sample that has it.
        foreach (var path in new[] { "elmo", "edci-xml-xades", "trust/tsl" }.SelectMany(folder => Directory.GetFiles(Path.Combine(Samples.Root, folder), "*.xml", SearchOption.AllDirectories)).Where(path => !path.EndsWith("tor-v2.xml", StringComparison.Ordinal)))
        {
            var file = File.ReadAllBytes(path);
            foreach (var exclusive in (bool[])[false, true])
                Assert.Equal(Encoding.UTF8.GetString(PlatformXml.Canonical(file, exclusive)), Canonical(file, exclusive, null));
            compared++;
        }
        Assert.True(compared >= 19, $"{compared}");
    }

    private static string Canonical(byte[] file, bool exclusive, string? apex)
    {
        Assert.True(BoundedXml.TryParse(file, int.MaxValue, out var document, out var fault), fault);
        XNode node = apex is null ? document : document.Descendants().Single(e => e.Name.LocalName == apex);
        return Encoding.UTF8.GetString(XmlCanonicalizer.Write(node, new(exclusive, []), null).Span);
    }
}
