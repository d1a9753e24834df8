using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Achievements;

namespace MicroCreds.Tests.Credentials;

public sealed class LocalisedTextsTests
{
    [Fact]
    public void keeps_the_first_text_of_each_language()
    {
        var texts = new LocalisedTexts();
        Assert.Null(texts.End());
        texts.TryAdd("es", "uno");
        Assert.Equal(LocalisedText.Of("uno", "es"), texts.End());
        texts.TryAdd("es", "dos");
        Assert.Equal(LocalisedText.Of("uno", "es"), texts.End());
        texts.TryAdd("en", "one");
        texts.TryAdd("en", "two");
        Assert.Equal(["en one", "es uno"], texts.End()!.ByLanguage.Select(t => $"{t.Key} {t.Value}"));
    }
}
