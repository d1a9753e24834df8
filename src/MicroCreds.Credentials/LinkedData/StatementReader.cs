using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>
/// Turns a JSON-LD document into the statements that a signature covers. Closed and in safe mode: contexts are pinned, and what would mean
/// nothing is an error instead of being left out. Stricter than JSON-LD in one way: members are named by terms, never by IRIs or keywords, since
/// a reader that goes by names would not find what stands under another spelling of the same thing (a status, an end of validity).
/// Source: JSON-LD 1.1 Processing Algorithms, 5.1 and 7.1.
/// </summary>
internal sealed class StatementReader
{
    private const string Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private const string Xsd = "http://www.w3.org/2001/XMLSchema#";
    private const int MaxStatements = 20_000;

    private readonly HashSet<Quad> _quads = [];
    private readonly Dictionary<string, string> _blank = new(StringComparer.Ordinal);
    private readonly bool _pinnedOnly;
    private string? _root;
    private int _nodes;
    private int _fresh;

    private StatementReader(bool pinnedOnly) => _pinnedOnly = pinnedOnly;

    /// <summary>The statements of a document.</summary>
    /// <exception cref="LinkedDataException">The document cannot be read safely.</exception>
    public static IReadOnlyCollection<Quad> Read(JsonElement document) => Read(document, pinnedOnly: true);

    /// <summary>The statements of a document whose contexts may also stand inside it: for comparison with the test suite, never for a credential.</summary>
    internal static IReadOnlyCollection<Quad> Read(JsonElement document, bool pinnedOnly)
    {
        if (document.ValueKind != JsonValueKind.Object) throw new LinkedDataException("the document is not an object");
        var reader = new StatementReader(pinnedOnly);
        reader.Node(document, ActiveContext.Empty, "", fromMap: null);
        return reader._quads;
    }

    // The subject. A node that consists of its identifier alone says nothing of itself.
    private string Node(JsonElement element, ActiveContext active, string graph, TermDefinition? fromMap)
    {
        active = Enter(element, active, fromMap);
        var typing = active;
        // Which members are defined is told by the contexts of the types, so the types come first.
        foreach (var type in element.EnumerateObject().Where(m => m.Name != "@context" && typing.Expand(m.Name, vocabulary: true) == "@type").SelectMany(m => Texts(m.Value)).Distinct().Order(StringComparer.Ordinal))
            if (typing.Terms.TryGetValue(type, out var named) && named.Context.ValueKind != JsonValueKind.Undefined) active = active.Within(named, byType: true);

        var members = Members(element, active).ToList();
        var identifiers = members.Where(m => m.Meaning == "@id").ToList();
        if (identifiers.Count > 1) throw new LinkedDataException("an object has two identifiers");
        var subject = identifiers.Count == 1 ? Identifier(identifiers[0].Value, active) : Fresh();
        var says = members.Any(m => m.Meaning != "@id");
        // All objects of one identifier are one node. If the credential's own came a second time, its dates or status could be moved there.
        if (_root is null) _root = subject;
        else if (says && subject == _root && identifiers.Count == 1) throw new LinkedDataException("the credential's identifier stands at a second object that says something");
        foreach (var (name, meaning, value) in members)
        {
            if (meaning == "@id") continue;
            if (meaning == "@type")
            {
                foreach (var type in Texts(value)) Say(subject, $"<{Rdf}type>", Quad.Iri(typing.Expand(type, vocabulary: true) is { } iri && !iri.StartsWith('@') ? iri : throw new LinkedDataException("a type is not defined")), graph);
                continue;
            }
            if (meaning.StartsWith('@')) throw new LinkedDataException($"the keyword {meaning} is not supported here");
            var term = active.Terms.GetValueOrDefault(name);
            if (term is { Unsupported: true }) throw new LinkedDataException("a term is used whose definition is not supported");
            Values(subject, Quad.Iri(meaning), value, term, active, graph);
        }
        return subject;
    }

    // 5.1.2, 7 to 9: the context of a type ends at the next object; that of a term begins at it; the object's own comes last.
    private ActiveContext Enter(JsonElement element, ActiveContext active, TermDefinition? fromMap)
    {
        if (++_nodes > MaxStatements) throw new LinkedDataException("the document has too many objects");
        var own = element.TryGetProperty("@context", out var local);
        if (active.Previous is { } previous && !(element.EnumerateObject().Count() == 1 && element.EnumerateObject().All(m => active.Expand(m.Name, vocabulary: true) == "@id"))
            && !element.EnumerateObject().Any(m => active.Expand(m.Name, vocabulary: true) == "@value"))
            active = previous;
        if (fromMap is { Context.ValueKind: not JsonValueKind.Undefined } scoped) active = active.Within(scoped, byType: false);
        if (!own) return active;
        if (_pinnedOnly && !ActiveContext.IsPinned(local)) throw new LinkedDataException("a context is not among those pinned here, or stands inside the document", ofContext: true);
        return ContextReader.Apply(active, local, overrideProtected: false, propagate: true, depth: 0);
    }

    private IEnumerable<(string Name, string Meaning, JsonElement Value)> Members(JsonElement element, ActiveContext active)
    {
        foreach (var member in element.EnumerateObject())
        {
            if (member.Name == "@context") continue;
            var term = active.Terms.GetValueOrDefault(member.Name);
            if (_pinnedOnly && term is null && (member.Name.Contains(':', StringComparison.Ordinal) || ActiveContext.LooksLikeKeyword(member.Name)) && member.Name is not ("@value" or "@language"))
                throw new LinkedDataException("a member is named by an IRI or a keyword instead of a term");
            var meaning = active.Expand(member.Name, vocabulary: true);
            // Open Badges give a few properties the IRI of a type: "Achievement" would say the same as "achievement", and no reader looks there.
            if (char.IsAsciiLetterUpper(member.Name.FirstOrDefault()) && active.Terms.TryGetValue(char.ToLowerInvariant(member.Name[0]) + member.Name[1..], out var property) && property.Iri == meaning)
                throw new LinkedDataException("a member is named by a type instead of a property");
            if (meaning is null || !(ActiveContext.Keywords.Contains(meaning) || Quad.IsAbsolute(meaning))) throw new LinkedDataException("a member's name is defined by no context");
            yield return (member.Name, meaning, member.Value);
        }
    }

    private void Values(string subject, string predicate, JsonElement value, TermDefinition? term, ActiveContext active, string graph)
    {
        if (term is { Type: "@json" })
        {
            Say(subject, predicate, Quad.Literal(Encoding.UTF8.GetString(CanonicalJson.Write(value)), $"{Rdf}JSON", ""), graph);
            return;
        }
        var entries = Flatten(value).ToList();
        if (term is { List: true })
        {
            if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(e => e.ValueKind == JsonValueKind.Array)) throw new LinkedDataException("a list stands in a list");
            Say(subject, predicate, List([.. entries.Select(e => One(e, term, active, graph))], graph), graph);
            return;
        }
        foreach (var entry in entries)
        {
            if (term is { Graph: true })
            {
                var name = Fresh();
                if (entry.ValueKind != JsonValueKind.Object) throw new LinkedDataException("a graph is not an object");
                Node(entry, active, name, term);
                Say(subject, predicate, name, graph);
            }
            else Say(subject, predicate, One(entry, term, active, graph), graph);
        }
    }

    private string One(JsonElement value, TermDefinition? term, ActiveContext active, string graph)
    {
        if (value.ValueKind == JsonValueKind.Object) return IsValue(value, active, term) ? ValueObject(value, term is { Context.ValueKind: not JsonValueKind.Undefined } ? active.Within(term, byType: false) : active) : Node(value, active, graph, term);
        var type = term?.Type;
        if (value.ValueKind == JsonValueKind.String)
        {
            if (term is { Context.ValueKind: not JsonValueKind.Undefined }) active = active.Within(term, byType: false);
            var text = value.GetString() ?? "";
            if (type is "@id" or "@vocab")
                return Reference(active.Expand(text, vocabulary: type == "@vocab") is { } iri && !iri.StartsWith('@') ? iri : throw new LinkedDataException("a reference is not an IRI"));
            return Quad.Literal(text, type is null or "@none" ? Quad.Text : type, "");
        }
        return Scalar(value, type is null or "@id" or "@vocab" or "@none" ? null : type);
    }

    // 7.3: how numbers and truth values are written.
    private static string Scalar(JsonElement value, string? type)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return Quad.Literal(value.GetRawText(), type ?? $"{Xsd}boolean", "");
        if (value.ValueKind != JsonValueKind.Number) throw new LinkedDataException("a value is of no kind that can be signed");
        var number = value.GetDouble();
        if (!double.IsFinite(number)) throw new LinkedDataException("a number is too large");
        if (Math.Floor(number) == number && Math.Abs(number) < 1e21 && type != $"{Xsd}double") return Quad.Literal(new BigInteger(number).ToString(CultureInfo.InvariantCulture), type ?? $"{Xsd}integer", "");
        // Canonical form of xsd:double: fifteen digits behind the point, those that are zero left out.
        var text = number.ToString("E15", CultureInfo.InvariantCulture);
        var at = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = text[..at].TrimEnd('0');
        return Quad.Literal($"{(mantissa.EndsWith('.') ? mantissa + "0" : mantissa)}E{int.Parse(text[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)}", type ?? $"{Xsd}double", "");
    }

    private static bool IsValue(JsonElement value, ActiveContext active, TermDefinition? term)
    {
        var inside = term is { Context.ValueKind: not JsonValueKind.Undefined } ? active.Within(term, byType: false) : active;
        return value.EnumerateObject().Any(m => inside.Expand(m.Name, vocabulary: true) == "@value");
    }

    private string ValueObject(JsonElement element, ActiveContext active)
    {
        JsonElement value = default;
        var (type, language) = ("", "");
        foreach (var (_, meaning, member) in Members(element, active))
        {
            if (meaning == "@value") value = member;
            else if (member.ValueKind != JsonValueKind.String) throw new LinkedDataException("a value is described by something else than a text");
            else if (meaning == "@language" && Language(member.GetString() ?? "")) language = (member.GetString() ?? "").ToLowerInvariant();
            else if (meaning == "@type") type = active.Expand(member.GetString() ?? "", vocabulary: true) ?? "";
            else throw new LinkedDataException("a value is described by something that is not supported");
        }
        if (type.Length > 0 && (language.Length > 0 || !Quad.IsAbsolute(type))) throw new LinkedDataException("a value has a language and a type, or a type that is no IRI");
        if (value.ValueKind != JsonValueKind.String) return language.Length == 0 ? Scalar(value, type.Length > 0 ? type : null) : throw new LinkedDataException("a value with a language is not a text");
        return Quad.Literal(value.GetString() ?? "", type.Length > 0 ? type : Quad.Text, language);
    }

    private string List(IReadOnlyList<string> items, string graph)
    {
        var next = $"<{Rdf}nil>";
        for (var at = items.Count - 1; at >= 0; at--)
        {
            var cell = Fresh();
            Say(cell, $"<{Rdf}first>", items[at], graph);
            Say(cell, $"<{Rdf}rest>", next, graph);
            next = cell;
        }
        return next;
    }

    private string Identifier(JsonElement value, ActiveContext active) => value.ValueKind == JsonValueKind.String && active.Expand(value.GetString() ?? "", vocabulary: false) is { } iri
        ? Reference(iri) : throw new LinkedDataException("an identifier is not a text");

    private string Reference(string iri)
    {
        if (!Quad.IsBlank(iri)) return Quad.Iri(iri);
        if (!_blank.TryGetValue(iri, out var label)) _blank[iri] = label = Fresh();
        return label;
    }

    private string Fresh() => string.Create(CultureInfo.InvariantCulture, $"_:n{_fresh++}");

    private void Say(string subject, string predicate, string value, string graph)
    {
        if (_quads.Count >= MaxStatements) throw new LinkedDataException("the document makes too many statements");
        _quads.Add(new(subject, predicate, value, graph));
    }

    private static bool Language(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static IEnumerable<string> Texts(JsonElement value)
    {
        foreach (var entry in Flatten(value)) yield return entry.ValueKind == JsonValueKind.String ? entry.GetString() ?? "" : throw new LinkedDataException("a type is not a text");
    }

    // Null says nothing in JSON-LD, and nothing to a reader by names either.
    private static IEnumerable<JsonElement> Flatten(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return [];
        if (value.ValueKind != JsonValueKind.Array) return [value];
        return value.EnumerateArray().SelectMany(Flatten);
    }
}
