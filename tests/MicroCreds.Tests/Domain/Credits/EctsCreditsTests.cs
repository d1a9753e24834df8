using MicroCreds.Domain.Credits;

namespace MicroCreds.Tests.Domain.Credits;

public sealed class EctsCreditsTests
{
    [Theory]
    [InlineData("3", 300)]
    [InlineData("3.0", 300)]
    [InlineData("1.25", 125)]
    [InlineData("0.5", 50)]
    [InlineData("360", 36_000)]
    public void reads_a_plain_amount(string text, int hundredths)
    {
        Assert.True(EctsCredits.TryParse(text, out var credits));
        Assert.Equal(hundredths, credits.Hundredths);
    }

    // Field reference G, scenario 26: ELM writes points as text, so anything may stand there.
    [Theory]
    [InlineData("1,5")]
    [InlineData("3 ECTS")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData(" 3")]
    [InlineData("3.")]
    [InlineData(".5")]
    [InlineData("1.125")]
    [InlineData("360.01")]
    [InlineData("1e2")]
    public void refuses_what_could_mean_something_else(string text) => Assert.False(EctsCredits.TryParse(text, out _));
}
