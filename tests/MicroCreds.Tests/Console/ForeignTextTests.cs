using AngleSharp.Dom;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MicroCreds.Console.Language;

namespace MicroCreds.Tests.Console;

public sealed class ForeignTextTests
{
    /// <summary>What a hostile credential may carry in any of its texts.</summary>
    public static TheoryData<string> Payloads =>
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg/onload=alert(1)>", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
        "javascript:alert(1)", "&lt;script&gt;", "{{7*7}} @(7*7)", "admin\u202Egpj.exe", "a\u200Bb\u2066c\u2069", "nul\u0000l",
    ];

    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task a_hostile_text_in_any_field_is_shown_as_text(string payload)
    {
        await using var host = await ConsoleHost.SignedInAsync();
        foreach (var shown in host.Node.Cases.Values) Poison(shown, payload);
        foreach (var listed in host.Node.Listed) listed.AchievementTitle = payload;
        foreach (var statement in host.Node.Evidence) Poison(statement, payload);
        host.Node.Tables.Tables.ToList().ForEach(t => Poison(t, payload));
        host.Node.Rules.Rules.ToList().ForEach(r => Poison(r, payload));
        host.Node.Members.Members.ToList().ForEach(m => Poison(m, payload));

        foreach (var address in (string[])["/?tab=open", "/cases/" + Samples.Referred, "/cases/" + Samples.Decided, $"/cases/{Samples.Decided}/letter", "/tables", "/partners"])
        {
            var answer = await host.Client.GetAsync(address);
            Assert.True(answer.IsSuccessStatusCode, address);
            var page = await ConsoleHost.PageOf(answer);
            Assert.Single(page.QuerySelectorAll("script"));
            Assert.Empty(page.QuerySelectorAll("img, svg[onload], [onerror], [onload], a[href^='javascript:']"));
            Assert.Contains(ForeignText.Visible(payload), page.Body!.TextContent, StringComparison.Ordinal);
            foreach (var hidden in (char[])['\u202E', '\u200B', '\u2066', '\u2069', '\u0000'])
                Assert.DoesNotContain(hidden, string.Concat(page.Body!.Descendants<IText>().Where(t => t.ParentElement?.LocalName is not "textarea").Select(t => t.Data)));
        }
    }

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("a\u202Eb", "a[U+202E]b")]
    [InlineData("a\u200Db", "a[U+200D]b")]
    [InlineData("a\nb\tc", "a\nb\tc")]
    [InlineData("a\u0007b", "a[U+0007]b")]
    [InlineData("😀 Università ñ 漢", "😀 Università ñ 漢")]
    [InlineData("\uFEFFx", "[U+FEFF]x")]
    public void what_cannot_be_seen_is_spelt_out(string text, string shown) => Assert.Equal(shown, ForeignText.Visible(text));

    [Fact]
    public void a_lone_surrogate_is_spelt_out() => Assert.Equal("x[U+D800]y", ForeignText.Visible("x\uD800y"));

    /// <summary>Puts the payload into every text of a message, but for those the page's own logic turns on.</summary>
    private static void Poison(IMessage message, string payload)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.IsMap)
            {
                var map = (System.Collections.IDictionary)field.Accessor.GetValue(message);
                foreach (var key in map.Keys.Cast<object>().ToList()) map[key] = payload;
            }
            else if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                for (var i = 0; i < list.Count; i++)
                    if (list[i] is IMessage inner) Poison(inner, payload);
                    else if (list[i] is string) list[i] = payload;
            }
            else if (field.FieldType == FieldType.Message)
            {
                if (field.Accessor.GetValue(message) is IMessage inner) Poison(inner, payload);
            }
            else if (field.FieldType == FieldType.String && field.Name is not ("case_id" or "institution"))
            {
                field.Accessor.SetValue(message, payload);
            }
        }
    }
}
