using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MicroCreds.Domain.Achievements;

namespace MicroCreds.Credentials.EuropeanDigitalCredential;

/// <summary>
/// One value of an ELM document with its place. Forgiving about shape, because producers differ: every property may be one value or an
/// array, a text may be a string or a language map, an object may be named by id only.
/// </summary>
internal readonly record struct ElmNode(ElmDocument Document, JsonElement Element, ElmPlace Place)
{
    /// <summary>JSON path of the value where it was met, e.g. <c>$.issuer.legalName</c>.</summary>
    public string Path => Place.ToString();

    /// <summary>Identifier: the <c>id</c> of an object, or the string itself where only the id is written; empty when none.</summary>
    public string Id => Element.ValueKind switch
    {
        JsonValueKind.String => Element.GetString() ?? "",
        JsonValueKind.Object when Element.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String => id.GetString() ?? "",
        _ => "",
    };

    /// <summary>The value as a single text: a string or a number as written; null for anything else.</summary>
    public string? Text => Element.ValueKind switch
    {
        JsonValueKind.String => Element.GetString(),
        JsonValueKind.Number => Element.GetRawText(),
        _ => null,
    };

    /// <summary>Types of the object.</summary>
    public IEnumerable<string> Types => Many("type").Select(t => t.Text ?? "");

    /// <summary>The values of a property, references resolved. Null and empty values are left out.</summary>
    public IEnumerable<ElmNode> Many(string name)
    {
        if (Element.ValueKind != JsonValueKind.Object || !Element.TryGetProperty(name, out var value)) return [];
        if (value.ValueKind == JsonValueKind.Array) return Entries(value, name);
        return Resolve(value) is { } single ? [new(Document, single, new(Place, name, null))] : [];
    }

    /// <summary>Whether a property has a value. References are not followed for it: what they name is not asked.</summary>
    public bool Has(string name)
    {
        if (Element.ValueKind != JsonValueKind.Object || !Element.TryGetProperty(name, out var value)) return false;
        if (value.ValueKind != JsonValueKind.Array) return !IsEmpty(value);
        foreach (var entry in value.EnumerateArray())
        {
            if (!IsEmpty(entry)) return true;
        }
        return false;
    }

    /// <summary>The first value of a property.</summary>
    public ElmNode? One(string name)
    {
        if (Element.ValueKind != JsonValueKind.Object || !Element.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Array) return Resolve(value) is { } single ? new(Document, single, new(Place, name, null)) : null;
        foreach (var node in Entries(value, name)) return node;
        return null;
    }

    /// <summary>The values at the end of a path of property names.</summary>
    public IEnumerable<ElmNode> Along(params ReadOnlySpan<string> names)
    {
        IEnumerable<ElmNode> nodes = [this];
        foreach (var name in names)
        {
            var property = name;
            nodes = nodes.SelectMany(n => n.Many(property));
        }
        return nodes;
    }

    /// <summary>A text in its languages; null when the property is absent or holds none.</summary>
    public LocalisedText? Localised(string name)
    {
        if (Element.ValueKind != JsonValueKind.Object || !Element.TryGetProperty(name, out var value)) return null;
        var texts = new LocalisedTexts();
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var node in Entries(value, name)) node.AddTexts(ref texts, insideNote: false);
        }
        else if (Resolve(value) is { } single)
        {
            new ElmNode(Document, single, new(Place, name, null)).AddTexts(ref texts, insideNote: false);
        }
        return texts.End();
    }

    /// <summary>English label of a concept, else its first label, else its notation; empty when none.</summary>
    public string Label => (Localised("prefLabel") ?? Localised("title"))?.ToString() ?? One("notation")?.Text ?? "";

    private void AddTexts(ref LocalisedTexts texts, bool insideNote)
    {
        if (Text is { Length: > 0 } plain)
        {
            texts.TryAdd("und", plain);
            return;
        }
        if (Element.ValueKind != JsonValueKind.Object) return;
        if (One("@value")?.Text is { Length: > 0 } value)
        {
            texts.TryAdd(Tag(One("@language")?.Text ?? "und"), value);
            return;
        }
        // A note that refers to itself must not be followed round and round.
        if (!insideNote && Has("noteLiteral"))
        {
            foreach (var literal in Many("noteLiteral")) literal.AddTexts(ref texts, insideNote: true);
            return;
        }
        foreach (var property in Element.EnumerateObject())
        {
            if (property.NameEquals("id"u8) || property.NameEquals("type"u8)) continue;
            // Nearly every text of a credential is one string in one language.
            var text = property.Value.ValueKind == JsonValueKind.String && !LooksLikeReference(property.Value) ? property.Value.GetString() ?? ""
                : string.Join('\n', Many(property.Name).Select(n => n.Text).OfType<string>().Where(t => t.Length > 0));
            if (text.Length > 0) texts.TryAdd(Tag(property.Name), text);
        }
    }

    // BCP 47, 2.1.1: tags are compared without regard to case; lower case is the spelling kept here.
    private static string Tag(string language) => language.AsSpan().ContainsAnyExceptInRange('a', 'z') ? string.Concat(language.Select(char.ToLowerInvariant)) : language;

    private IEnumerable<ElmNode> Entries(JsonElement array, string name)
    {
        var at = 0;
        foreach (var entry in array.EnumerateArray())
        {
            if (Resolve(entry) is { } one) yield return new(Document, one, new(Place, name, at));
            at++;
        }
    }

    private JsonElement? Resolve(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object when ElmDocument.HasContent(element) => element,
        JsonValueKind.String when LooksLikeReference(element) => Document.Find(element.GetString() ?? "") ?? element,
        _ when IsEmpty(element) => null,
        JsonValueKind.Object => Document.Find(element.GetProperty("id"u8).GetString() ?? "") ?? element,
        _ => element,
    };

    private static bool IsEmpty(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => true,
        JsonValueKind.Object => !ElmDocument.HasContent(element) && !(element.TryGetProperty("id"u8, out var id) && id.ValueKind == JsonValueKind.String),
        _ => false,
    };

    // Only strings that can be ids are looked up, since building the index walks the whole document.
    private static bool LooksLikeReference(JsonElement element)
    {
        var text = JsonMarshal.GetRawUtf8Value(element);
        return text.StartsWith("\"urn:epass:"u8) || text.StartsWith("\"did:"u8);
    }
}

/// <summary>Where a value stands. Spelt out only when a check names it.</summary>
/// <param name="Parent">The value that holds it; null for the credential itself.</param>
/// <param name="Name">Name of the property.</param>
/// <param name="Index">Position in the property's array, if it is one.</param>
internal sealed record ElmPlace(ElmPlace? Parent, string Name, int? Index)
{
    /// <inheritdoc/>
    public override string ToString() => Parent is null ? Name : Index is { } at ? string.Create(CultureInfo.InvariantCulture, $"{Parent}.{Name}[{at}]") : $"{Parent}.{Name}";
}
