using System.Collections.Frozen;
using System.Text.Json;

namespace MicroCreds.Storage;

/// <summary>The text kept for a value of an enumeration: its name in snake_case, as in documents.</summary>
internal static class EnumText<T> where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Texts = Enum.GetValues<T>().ToFrozenDictionary(v => v, v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()));
    private static readonly FrozenDictionary<string, T> Values = Texts.ToFrozenDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);

    internal static string Of(T value) => Texts[value];

    internal static T Parse(string text) =>
        Values.TryGetValue(text, out var value) ? value : throw new InvalidDataException($"'{text}' is not a {typeof(T).Name}.");
}
