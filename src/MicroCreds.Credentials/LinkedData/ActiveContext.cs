using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>The meaning of terms at one place of a document. Immutable; what follows from it by a scoped context is kept with it.</summary>
internal sealed class ActiveContext
{
    // Contexts come from files that are pinned, so what follows from them is the same each time. Beyond this many, a file strings together
    // contexts that nobody else does, and is worked out anew.
    private const int MaxKept = 4096;

    private static int _kept;

    private readonly ConcurrentDictionary<(TermDefinition, bool), ActiveContext> _scoped = new(concurrencyLevel: 1, capacity: 1);
    private readonly ConcurrentDictionary<string, ActiveContext> _named = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);

    private ActiveContext(ImmutableDictionary<string, TermDefinition> terms, string? vocabulary, ActiveContext? previous) => (Terms, Vocabulary, Previous) = (terms, vocabulary, previous);

    /// <summary>No term means anything.</summary>
    public static ActiveContext Empty { get; } = new(ImmutableDictionary.Create<string, TermDefinition>(StringComparer.Ordinal), null, null);

    /// <summary>The terms.</summary>
    public ImmutableDictionary<string, TermDefinition> Terms { get; }

    /// <summary>What is put before terms that are not defined; null when nothing is.</summary>
    public string? Vocabulary { get; }

    /// <summary>What counts again for objects further down: set by the context of a type.</summary>
    public ActiveContext? Previous { get; }

    /// <summary>A context of these terms.</summary>
    public static ActiveContext Of(ImmutableDictionary<string, TermDefinition> terms, string? vocabulary, ActiveContext? previous) => new(terms, vocabulary, previous);

    /// <summary>This context after the one that a term brings along.</summary>
    public ActiveContext Within(TermDefinition term, bool byType) => Kept(_scoped, (term, byType), () => ContextReader.Apply(this, term.Context, overrideProtected: !byType, propagate: !byType, depth: 0));

    /// <summary>This context after a pinned one.</summary>
    public ActiveContext After(string address, int depth) =>
        Kept(_named, address, () => ContextReader.Apply(this, PinnedContexts.Find(address) ?? throw new LinkedDataException("a context is not among those pinned here", ofContext: true), overrideProtected: false, propagate: true, depth + 1));

    private static ActiveContext Kept<T>(ConcurrentDictionary<T, ActiveContext> known, T key, Func<ActiveContext> make) where T : notnull
    {
        if (known.TryGetValue(key, out var found)) return found;
        found = make();
        if (_kept < MaxKept && known.TryAdd(key, found)) Interlocked.Increment(ref _kept);
        return found;
    }

    /// <summary>Expands a text to an IRI or keyword; null when it means nothing. JSON-LD 1.1 Processing Algorithms, 5.2.</summary>
    /// <param name="value">The text.</param>
    /// <param name="vocabulary">Whether terms and the vocabulary count.</param>
    public string? Expand(string value, bool vocabulary) => Expand(value, vocabulary, Terms, Vocabulary);

    /// <summary>The same with terms that are still being read.</summary>
    public static string? Expand(string value, bool vocabulary, ImmutableDictionary<string, TermDefinition> terms, string? prepended)
    {
        if (Keywords.Contains(value)) return value;
        if (LooksLikeKeyword(value)) return null;
        if (vocabulary && terms.TryGetValue(value, out var term)) return term.Iri;
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0)
        {
            var (prefix, suffix) = (value[..colon], value[(colon + 1)..]);
            if (prefix == "_" || suffix.StartsWith("//", StringComparison.Ordinal)) return value;
            if (terms.TryGetValue(prefix, out var named) && named is { Iri: { } iri, Prefix: true }) return iri + suffix;
            if (Quad.IsAbsolute(value)) return value;
        }
        return vocabulary && prepended is not null ? prepended + value : value;
    }

    /// <summary>Keywords of JSON-LD.</summary>
    public static readonly ImmutableHashSet<string> Keywords = ImmutableHashSet.Create(
        StringComparer.Ordinal, "@base", "@container", "@context", "@default", "@direction", "@embed", "@explicit", "@graph", "@id", "@included", "@index", "@json", "@language",
        "@list", "@nest", "@none", "@omitDefault", "@prefix", "@preserve", "@propagate", "@protected", "@requireAll", "@reverse", "@set", "@type", "@value", "@version", "@vocab");

    /// <summary>Whether a text has the form of a keyword.</summary>
    public static bool LooksLikeKeyword(string text) => text.Length > 1 && text[0] == '@' && !text.AsSpan(1).ContainsAnyExcept(Letters);

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether a context is one that only texts and arrays of pinned names make up.</summary>
    public static bool IsPinned(JsonElement context) => context.ValueKind switch
    {
        JsonValueKind.String => PinnedContexts.Find(context.GetString() ?? "") is not null,
        JsonValueKind.Array => context.GetArrayLength() <= ContextReader.MaxContexts && context.EnumerateArray().All(c => c.ValueKind == JsonValueKind.String && PinnedContexts.Find(c.GetString() ?? "") is not null),
        _ => false,
    };
}
