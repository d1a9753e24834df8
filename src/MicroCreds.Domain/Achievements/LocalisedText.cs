using System.Collections.Immutable;

namespace MicroCreds.Domain.Achievements;

/// <summary>A text in one or more languages (ELM <c>langString</c>). Keys are BCP 47 tags in lower case; <c>und</c> where the source names none.</summary>
public sealed record LocalisedText(ImmutableSortedDictionary<string, string> ByLanguage)
{
    private static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>A text in one language.</summary>
    public static LocalisedText Of(string text, string language = "und") =>
        new(None.Add(language, text));

    /// <summary>The text in <paramref name="language"/>, else in English, else in the first language by tag.</summary>
    public string In(string language) =>
        ByLanguage.TryGetValue(language, out var text) || ByLanguage.TryGetValue("en", out text) ? text
        : ByLanguage.Count > 0 ? ByLanguage.First().Value : "";

    /// <inheritdoc/>
    public override string ToString() => In("en");

    /// <summary>Two texts are equal when every language has the same text.</summary>
    public bool Equals(LocalisedText? other) => other is not null && ByLanguage.SequenceEqual(other.ByLanguage);

    /// <inheritdoc/>
    public override int GetHashCode() => ByLanguage.Aggregate(0, (hash, pair) => HashCode.Combine(hash, pair.Key, pair.Value));
}
