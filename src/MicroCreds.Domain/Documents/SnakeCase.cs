using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace MicroCreds.Domain.Documents;

/// <summary>How the contract and the sheets spell a value of an enumeration: <c>OtherActivities</c> is <c>other_activities</c>.</summary>
public static class SnakeCase
{
    /// <summary>The value's name in snake_case.</summary>
    public static string Of<T>(T value) where T : struct, Enum => Names<T>.ByValue[value];

    /// <summary>Reads a name in snake_case, exactly as written.</summary>
    public static bool TryParse<T>(string text, [NotNullWhen(true)] out T? value) where T : struct, Enum
    {
        value = Names<T>.ByName.TryGetValue(text, out var found) ? found : null;
        return value is not null;
    }

    /// <summary>Every name, in the order of the enumeration.</summary>
    public static IEnumerable<string> All<T>() where T : struct, Enum => Enum.GetValues<T>().Select(Of);

    private static class Names<T> where T : struct, Enum
    {
        internal static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>().ToDictionary(v => v, v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()));
        internal static readonly Dictionary<string, T> ByName = ByValue.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);
    }
}
