using System.Collections.Immutable;
using System.Text.Json;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>
/// Applies local contexts. Supports what the pinned contexts use; anything else in a context is refused when it changes all of it, or when the
/// term is used. Nothing is ever fetched. Source: JSON-LD 1.1 Processing Algorithms, 4.1 and 4.2.
/// </summary>
internal sealed class ContextReader
{
    /// <summary>Most contexts named in one place.</summary>
    public const int MaxContexts = 16;

    private const int MaxDepth = 8;

    private readonly JsonElement _local;
    private readonly bool _overrideProtected;
    private readonly bool _protect;
    private readonly string? _vocabulary;
    private readonly Dictionary<string, bool> _defined = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, TermDefinition> _terms;

    private ContextReader(ActiveContext active, JsonElement local, bool overrideProtected)
    {
        _local = local;
        _overrideProtected = overrideProtected;
        _terms = active.Terms;
        _vocabulary = active.Vocabulary;
        foreach (var member in local.EnumerateObject())
        {
            switch (member.Name)
            {
                case "@version" when member.Value.ValueKind == JsonValueKind.Number && member.Value.GetRawText() == "1.1":
                case "@propagate" when member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                    break;
                case "@protected" when member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                    _protect = member.Value.GetBoolean();
                    break;
                case "@vocab" when member.Value.ValueKind is JsonValueKind.Null:
                    _vocabulary = null;
                    break;
                case "@vocab" when member.Value.ValueKind == JsonValueKind.String && active.Expand(member.Value.GetString() ?? "", vocabulary: true) is { } vocabulary && Quad.IsAbsolute(vocabulary):
                    _vocabulary = vocabulary;
                    break;
                case var name when name.StartsWith('@'):
                    throw new LinkedDataException($"a context uses {(ActiveContext.Keywords.Contains(name) ? name : "an unknown keyword", ofContext: true)}, which is not supported");
            }
        }
    }

    /// <summary>The active context after <paramref name="local"/>.</summary>
    /// <exception cref="LinkedDataException">It names a context that is not pinned, redefines a protected term, or is none.</exception>
    public static ActiveContext Apply(ActiveContext active, JsonElement local, bool overrideProtected, bool propagate, int depth)
    {
        if (depth > MaxDepth) throw new LinkedDataException("contexts are nested too deep", ofContext: true);
        var result = active;
        if (local.ValueKind == JsonValueKind.Object && local.TryGetProperty("@propagate", out var stated) && stated.ValueKind is JsonValueKind.True or JsonValueKind.False) propagate = stated.GetBoolean();
        var previous = propagate ? active.Previous : active.Previous ?? active;
        IEnumerable<JsonElement> all = local.ValueKind == JsonValueKind.Array ? local.EnumerateArray() : [local];
        foreach (var one in all)
        {
            result = one.ValueKind switch
            {
                JsonValueKind.Null when overrideProtected || result.Terms.Values.All(t => !t.Protected) => ActiveContext.Empty,
                JsonValueKind.Null => throw new LinkedDataException("a context clears terms that are protected", ofContext: true),
                JsonValueKind.String when !overrideProtected => result.After(one.GetString() ?? "", depth),
                JsonValueKind.String => Apply(result, PinnedContexts.Find(one.GetString() ?? "") ?? throw new LinkedDataException("a context is not among those pinned here", ofContext: true), overrideProtected, true, depth + 1),
                JsonValueKind.Object => new ContextReader(result, one, overrideProtected).Read(result),
                _ => throw new LinkedDataException("a context is neither a name nor an object", ofContext: true),
            };
        }
        return result.Previous == previous ? result : ActiveContext.Of(result.Terms, result.Vocabulary, previous);
    }

    private ActiveContext Read(ActiveContext active)
    {
        foreach (var member in _local.EnumerateObject())
            if (!member.Name.StartsWith('@')) Define(member.Name);
        return ActiveContext.Of(_terms, _vocabulary, active.Previous);
    }

    private void Define(string term)
    {
        if (_defined.TryGetValue(term, out var done))
        {
            if (done) return;
            throw new LinkedDataException("a context defines terms in a circle", ofContext: true);
        }
        _defined[term] = false;
        if (term.Length == 0 || !_local.TryGetProperty(term, out var value)) throw new LinkedDataException("a context defines an empty term", ofContext: true);
        var before = _terms.GetValueOrDefault(term);
        _terms = _terms.Remove(term);
        var definition = Create(term, value);
        if (before is { Protected: true } && !_overrideProtected)
        {
            if (!definition.MeansTheSameAs(before)) throw new LinkedDataException("a context gives a protected term another meaning", ofContext: true);
            definition = before;
        }
        _terms = _terms.SetItem(term, definition);
        _defined[term] = true;
    }

    private TermDefinition Create(string term, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return new() { Iri = null, Protected = _protect };
        var simple = value.ValueKind == JsonValueKind.String;
        if (!simple && value.ValueKind != JsonValueKind.Object) throw new LinkedDataException("a term of a context is neither a name nor an object", ofContext: true);
        var unsupported = false;
        var (isList, isGraph) = (false, false);
        JsonElement scoped = default;
        string? type = null;
        var guarded = _protect;
        bool? prefix = null;
        if (!simple)
        {
            foreach (var member in value.EnumerateObject())
            {
                switch (member.Name)
                {
                    case "@id": break;
                    case "@type":
                        type = Resolve(Text(member.Value), vocabulary: true) is { } expanded && (expanded is "@id" or "@vocab" or "@json" or "@none" || Quad.IsAbsolute(expanded)) ? expanded : throw new LinkedDataException("a term has a type that is no IRI", ofContext: true);
                        break;
                    case "@container":
                        foreach (var container in member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray().Select(Text) : [Text(member.Value)])
                        {
                            isList |= container == "@list";
                            isGraph |= container == "@graph";
                            unsupported |= container is not ("@list" or "@graph" or "@set");
                        }
                        break;
                    case "@context":
                        scoped = member.Value;
                        break;
                    case "@protected" when member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                        guarded = member.Value.GetBoolean();
                        break;
                    case "@prefix" when member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                        prefix = member.Value.GetBoolean();
                        break;
                    default:
                        unsupported = true;
                        break;
                }
            }
        }
        var iri = IriOf(term, value, simple, ref unsupported);
        return new()
        {
            Iri = iri,
            Prefix = prefix ?? (simple && !term.Contains(':', StringComparison.Ordinal) && !term.Contains('/', StringComparison.Ordinal) && iri is { Length: > 0 } && ":/?#[]@".Contains(iri[^1], StringComparison.Ordinal)),
            Protected = guarded,
            Type = type,
            List = isList,
            Graph = isGraph,
            Unsupported = unsupported,
            Context = scoped,
        };
    }

    private string? IriOf(string term, JsonElement value, bool simple, ref bool unsupported)
    {
        var stated = simple ? value : value.TryGetProperty("@id", out var id) ? id : default;
        if (stated.ValueKind == JsonValueKind.Null) return null;
        if (!simple && value.TryGetProperty("@reverse", out _))
        {
            unsupported = true;
            return "@reverse";
        }
        if (stated.ValueKind == JsonValueKind.String && stated.GetString() != term)
        {
            var expanded = Resolve(Text(stated), vocabulary: true);
            if (expanded is null) return null;
            // Aliases of the keywords that credentials use; an alias of another could hide content.
            if (ActiveContext.Keywords.Contains(expanded)) unsupported |= expanded is not ("@id" or "@type" or "@value" or "@language" or "@direction" or "@graph" or "@none" or "@list" or "@set");
            else if (!Quad.IsAbsolute(expanded)) throw new LinkedDataException("a term of a context is no absolute IRI", ofContext: true);
            return expanded;
        }
        var own = Resolve(term, vocabulary: true, self: true);
        return own is not null && Quad.IsAbsolute(own) ? own : throw new LinkedDataException("a term of a context has no IRI", ofContext: true);
    }

    // As ActiveContext.Expand, with terms of the context that is being read defined on the way.
    private string? Resolve(string value, bool vocabulary, bool self = false)
    {
        if (!self && !value.StartsWith('@') && _local.TryGetProperty(value, out _) && !_defined.GetValueOrDefault(value)) Define(value);
        if (value.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && _local.TryGetProperty(value[..colon], out _) && !_defined.GetValueOrDefault(value[..colon])) Define(value[..colon]);
        return ActiveContext.Expand(value, vocabulary, _terms, _vocabulary);
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : throw new LinkedDataException("a context holds something else than a text", ofContext: true);
}
