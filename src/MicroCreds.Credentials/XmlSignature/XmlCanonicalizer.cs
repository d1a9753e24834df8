using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Xml.Linq;

namespace MicroCreds.Credentials.XmlSignature;

/// <summary>
/// The canonical form of an element or of a whole document, without comments: Canonical XML 1.0, or Exclusive XML Canonicalization 1.0. One
/// element with all that is in it, the signature, may be left out. One pass over the tree; its cost grows with the document alone.
/// </summary>
internal sealed class XmlCanonicalizer
{
    private static readonly SearchValues<char> EscapedInText = SearchValues.Create("&<>\r");
    private static readonly SearchValues<char> EscapedInAttributes = SearchValues.Create("&<\"\t\n\r");

    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly XmlCanonicalForm _form;
    private readonly XElement? _leftOut;

    // What prefixes mean here, and what was last written for them; the empty prefix is the default namespace.
    private readonly Dictionary<string, string> _meant = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _written = new(StringComparer.Ordinal);

    private XmlCanonicalizer(XmlCanonicalForm form, XElement? leftOut) => (_form, _leftOut) = (form, leftOut);

    /// <summary>The canonical bytes of a document or of an element with its content, as it stands in its document.</summary>
    /// <param name="apex">The document, or the element.</param>
    /// <param name="form">Which form.</param>
    /// <param name="leftOut">An element that is passed over with its content; null for none.</param>
    public static ReadOnlyMemory<byte> Write(XNode apex, XmlCanonicalForm form, XElement? leftOut)
    {
        var canonical = new XmlCanonicalizer(form, leftOut);
        if (apex is XDocument document) canonical.WriteDocument(document);
        else if (apex is XElement element) canonical.WriteElement(element, isApex: true);
        return canonical._output.WrittenMemory;
    }

    // Canonical XML 1.0, 2.3, "Processing Instruction Nodes": those beside the document element stand on lines of their own.
    private void WriteDocument(XDocument document)
    {
        var afterRoot = false;
        foreach (var node in document.Nodes())
        {
            if (node is XElement root)
            {
                WriteElement(root, isApex: true);
                afterRoot = true;
            }
            else if (node is XProcessingInstruction instruction)
            {
                if (afterRoot) Raw("\n");
                WriteInstruction(instruction);
                if (!afterRoot) Raw("\n");
            }
        }
    }

    private void WriteElement(XElement element, bool isApex)
    {
        if (ReferenceEquals(element, _leftOut)) return;
        var (meantBefore, writtenBefore) = (new List<(string, string?)>(), new List<(string, string?)>());
        if (isApex) TakeFromAncestors(element);
        var attributes = new List<XAttribute>();
        var declared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attribute in element.Attributes())
        {
            if (!attribute.IsNamespaceDeclaration) attributes.Add(attribute);
            else if (Declared(attribute) is var prefix and not "xml")
            {
                declared.Add(prefix);
                Set(_meant, prefix, attribute.Value, meantBefore);
            }
        }
        if (isApex) declared.UnionWith(_meant.Keys);
        if (isApex && !_form.Exclusive) InheritXmlAttributes(element, attributes);

        Raw("<");
        var name = NameOf(element, element.Name);
        Raw(name);
        foreach (var prefix in Visible(element, attributes, declared).Order(StringComparer.Ordinal)) Declare(prefix, writtenBefore);
        // Canonical XML 1.0, 2.3: by the name of the namespace, then by local name; those without namespace come first.
        attributes.Sort(static (a, b) => string.CompareOrdinal(a.Name.NamespaceName, b.Name.NamespaceName) is var order and not 0 ? order : string.CompareOrdinal(a.Name.LocalName, b.Name.LocalName));
        foreach (var attribute in attributes)
        {
            Raw(" ");
            Raw(NameOf(attribute, attribute.Name));
            Value(attribute.Value);
        }
        Raw(">");
        foreach (var child in element.Nodes()) WriteContent(child);
        Raw("</");
        Raw(name);
        Raw(">");
        Undo(_meant, meantBefore);
        Undo(_written, writtenBefore);
    }

    private void WriteContent(XNode node)
    {
        switch (node)
        {
            case XElement element: WriteElement(element, isApex: false); break;
            case XProcessingInstruction instruction: WriteInstruction(instruction); break;
            case XText text: Escape(text.Value, EscapedInText); break;
            default: break;
        }
    }

    private void WriteInstruction(XProcessingInstruction instruction)
    {
        Raw("<?");
        Raw(instruction.Target);
        if (!string.IsNullOrEmpty(instruction.Data))
        {
            Raw(" ");
            Raw(instruction.Data.Replace("\r", "&#xD;", StringComparison.Ordinal));
        }
        Raw("?>");
    }

    // Canonical XML writes every declaration that changes a meaning; the exclusive form those whose prefix this very element uses
    // (Exclusive XML Canonicalization 1.0, 3), and the ones that its list of inclusive prefixes names.
    private HashSet<string> Visible(XElement element, List<XAttribute> attributes, HashSet<string> declared)
    {
        if (!_form.Exclusive) return declared;
        var used = new HashSet<string>(attributes.Select(BoundedXml.PrefixOf).Where(p => p.Length > 0 && p != "xml"), StringComparer.Ordinal);
        if (BoundedXml.PrefixOf(element) is var own and not "xml") used.Add(own);
        used.UnionWith(declared.Where(_form.InclusivePrefixes.Contains));
        return used;
    }

    private void Declare(string prefix, List<(string, string?)> before)
    {
        var meaning = _meant.GetValueOrDefault(prefix, "");
        if (meaning == _written.GetValueOrDefault(prefix, "")) return;
        Set(_written, prefix, meaning, before);
        Raw(prefix.Length == 0 ? " xmlns" : " xmlns:");
        Raw(prefix);
        Value(meaning);
    }

    private void TakeFromAncestors(XElement apex)
    {
        foreach (var ancestor in apex.Ancestors())
        {
            foreach (var attribute in ancestor.Attributes())
                if (attribute.IsNamespaceDeclaration && Declared(attribute) is var prefix and not "xml") _meant.TryAdd(prefix, attribute.Value);
        }
    }

    // Canonical XML 1.0, 2.4: an element taken out of its document keeps xml:lang and the like of its ancestors.
    private static void InheritXmlAttributes(XElement apex, List<XAttribute> attributes)
    {
        foreach (var ancestor in apex.Ancestors())
        {
            foreach (var attribute in ancestor.Attributes())
                if (attribute.Name.Namespace == XNamespace.Xml && !attributes.Exists(a => a.Name == attribute.Name)) attributes.Add(attribute);
        }
    }

    private static string Declared(XAttribute declaration) => BoundedXml.PrefixOf(declaration).Length == 0 ? "" : declaration.Name.LocalName;

    private static string NameOf(XObject named, XName name) => BoundedXml.PrefixOf(named) is { Length: > 0 } prefix ? $"{prefix}:{name.LocalName}" : name.LocalName;

    private static void Set(Dictionary<string, string> map, string prefix, string value, List<(string, string?)> before)
    {
        before.Add((prefix, map.TryGetValue(prefix, out var old) ? old : null));
        map[prefix] = value;
    }

    private static void Undo(Dictionary<string, string> map, List<(string Prefix, string? Value)> before)
    {
        for (var at = before.Count - 1; at >= 0; at--)
        {
            if (before[at].Value is { } value) map[before[at].Prefix] = value;
            else map.Remove(before[at].Prefix);
        }
    }

    private void Value(string value)
    {
        Raw("=\"");
        Escape(value, EscapedInAttributes);
        Raw("\"");
    }

    private void Escape(ReadOnlySpan<char> text, SearchValues<char> escaped)
    {
        while (text.IndexOfAny(escaped) is var at and >= 0)
        {
            Raw(text[..at]);
            Raw(text[at] switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&quot;", '\t' => "&#x9;", '\n' => "&#xA;", _ => "&#xD;" });
            text = text[(at + 1)..];
        }
        Raw(text);
    }

    private void Raw(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, _output);
}

/// <summary>One of the two canonical forms.</summary>
/// <param name="Exclusive">Exclusive XML Canonicalization 1.0 instead of Canonical XML 1.0.</param>
/// <param name="InclusivePrefixes">Prefixes that the exclusive form treats as the other does; the empty one for the default namespace.</param>
internal sealed record XmlCanonicalForm(bool Exclusive, FrozenSet<string> InclusivePrefixes)
{
    /// <summary>Canonical XML 1.0 without comments.</summary>
    public static XmlCanonicalForm Inclusive { get; } = new(false, []);

    /// <summary>The form that an element with <c>Algorithm</c> names; null for any other algorithm, or other content than a list of prefixes.</summary>
    public static XmlCanonicalForm? Of(XElement method)
    {
        var children = method.Elements().ToList();
        return (string?)method.Attribute("Algorithm") switch
        {
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => children.Count == 0 ? Inclusive : null,
            ExclusiveName => children switch
            {
                [] => new(true, []),
                [var list] when list.Name == XName.Get("InclusiveNamespaces", ExclusiveName) => Prefixes((string?)list.Attribute("PrefixList") ?? "") is { } prefixes ? new(true, prefixes) : null,
                _ => null,
            },
            _ => null,
        };
    }

    private static FrozenSet<string>? Prefixes(string list)
    {
        var prefixes = list.Length > MaxPrefixList ? null : list.Split((char[])[' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return prefixes?.Select(p => p == "#default" ? "" : p).ToFrozenSet(StringComparer.Ordinal);
    }

    // Documents have a dozen of prefixes; a longer list only costs.
    private const int MaxPrefixList = 1000;
    private const string ExclusiveName = "http://www.w3.org/2001/10/xml-exc-c14n#";
}
