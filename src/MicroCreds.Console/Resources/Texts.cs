namespace MicroCreds.Console.Resources;

/// <summary>Names the console's resources: <c>Texts.resx</c> in English, <c>Texts.it.resx</c>, <c>Texts.es.resx</c>.</summary>
public sealed class Texts
{
    private Texts()
    {
    }
}
