namespace MicroCreds.Console.Resources;

/// <summary>Names the console's resources: <c>Texts.resx</c> in English, <c>Texts.xx.resx</c> in every other language.</summary>
public sealed class Texts
{
    private Texts()
    {
    }
}
