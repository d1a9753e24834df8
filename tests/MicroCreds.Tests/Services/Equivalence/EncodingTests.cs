using System.Text;
using MicroCreds.Sheets;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Text in the encodings of Windows: read where it can be nothing else, refused where it would come out as nonsense.</summary>
public sealed class EncodingTests
{
    static EncodingTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("Università e società")]
    [InlineData("Estadística aplicada: ¿qué?")]
    [InlineData("Créée à l’école – niveau 6 œuvre")]
    [InlineData("Größe und Maß „gut“")]
    [InlineData("Opció Al·lucinant")]
    public void western_text_is_read(string title)
    {
        var unit = Assert.Single(Sheets.Read(Units(title, 1252)).Units.GetValueOrDefault());
        Assert.Equal(title, unit.Title.ToString());
    }

    [Theory]
    [InlineData("Высшая математика", 1251)]
    [InlineData("Ανώτερα μαθηματικά", 1253)]
    [InlineData("Wartość złotego", 1250)]
    public void other_text_is_refused_in_words(string title, int codePage)
    {
        var violation = Sheets.OnlyViolation(Units(title, codePage));
        Assert.Equal("units.csv", violation.Field);
        Assert.Contains("CSV UTF-8", violation.Description, StringComparison.Ordinal);
    }

    private static SheetFile Units(string title, int codePage) =>
        new(SheetKind.Units, "units.csv", Encoding.GetEncoding(codePage).GetBytes($"code;title;programme;ects;eqf_level\r\nA;\"{title}\";P;6;6\r\n"));
}
