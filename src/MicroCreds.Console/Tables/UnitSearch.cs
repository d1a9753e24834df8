using MicroCreds.Federation.V1;

namespace MicroCreds.Console.Tables;

/// <summary>Finds units by code, programme or title.</summary>
internal static class UnitSearch
{
    /// <summary>Whether a unit is looked for. <c>BIOL101</c> finds <c>BIOL 101</c> and <c>BIOL-101</c>.</summary>
    public static bool Finds(string search, TargetUnit unit)
    {
        if (search.Length == 0) return true;
        var wanted = Letters(search);
        return Letters(unit.Code).Contains(wanted, StringComparison.OrdinalIgnoreCase)
            || Letters(unit.Programme).Contains(wanted, StringComparison.OrdinalIgnoreCase)
            || unit.Title.ByLanguage.Values.Any(t => t.Contains(search, StringComparison.CurrentCultureIgnoreCase));
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit)) is { Length: > 0 } letters ? letters : text;
}
