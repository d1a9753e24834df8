using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Documents;

namespace MicroCreds.Tests.Domain.Documents;

public class LocalisedTextDocumentTests
{
    [Theory, InlineData("cs-CZ"), InlineData("tr-TR"), InlineData("")]
    public void a_text_has_the_same_bytes_in_every_culture(string culture)
    {
        // Czech sorts "ch" after "h"; the order of the members must not follow it.
        var text = new LocalisedText(ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, string> { ["hr"] = "h", ["ch"] = "c", ["it"] = "i" }));
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            var written = DomainJson.Write(text);
            var again = DomainJson.Read<LocalisedText>(written);

            Assert.Equal("""{"ch":"c","hr":"h","it":"i"}""", Encoding.UTF8.GetString(written));
            Assert.Equal(written, DomainJson.Write(again));
            Assert.Equal(text, again);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
