namespace MicroCreds.Console.Tables;

/// <summary>The steps of an import, as the pages name them.</summary>
internal static class ImportSteps
{
    /// <summary>Keys of their names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = ["import.step.choose", "import.step.look", "import.step.done"];
}
