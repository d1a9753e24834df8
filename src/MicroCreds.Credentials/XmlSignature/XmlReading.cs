using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace MicroCreds.Credentials.XmlSignature;

/// <summary>Reads elements by name in the namespace of their parent, and their texts whole.</summary>
internal static class XmlReading
{
    /// <summary>The children of that name.</summary>
    public static IEnumerable<XElement> Many(this XElement parent, string name) => parent.Elements(parent.Name.Namespace + name);

    /// <summary>The first child of that name.</summary>
    public static XElement? One(this XElement parent, string name) => parent.Element(parent.Name.Namespace + name);

    /// <summary>The text of the element without white space around it; null when empty.</summary>
    public static string? Plain(this XElement element) => element.Value.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>The text of the first child of that name; null when there is none or it is empty.</summary>
    public static string? Text(this XElement parent, string name) => parent.One(name)?.Plain();

    /// <summary>The texts of the children of that name by their <c>xml:lang</c>, the first of each language; null when there is none.</summary>
    public static JsonObject? Texts(this XElement parent, string name)
    {
        var texts = new JsonObject();
        foreach (var element in parent.Many(name))
            if (element.Plain() is { } text) texts.TryAdd((string?)element.Attribute(XNamespace.Xml + "lang") is { Length: > 0 } language ? language.ToLowerInvariant() : "und", text);
        return texts.Count == 0 ? null : texts;
    }
}
