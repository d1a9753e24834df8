using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace MicroCreds.Credentials.XmlSignature;

/// <summary>
/// Reads XML that a stranger wrote: no document type declaration (so no entities and no files of this machine), nothing fetched, and bounds on
/// size, nesting, elements and attributes, all of them counted before the tree grows. White space stays, because signatures cover it; comments are
/// dropped, because no allowed signature covers them and they must not split a text in two readings.
/// </summary>
internal static class BoundedXml
{
    /// <summary>Deepest nesting, as for JSON.</summary>
    public const int MaxDepth = Domain.Jose.StrictJson.MaxDepth;

    private const int MaxElements = 100_000;
    private const int MaxAttributes = 128;

    /// <summary>Reads a document; false, with the fault in words, when it cannot or must not be read. Never throws for what is in the file.</summary>
    /// <param name="file">The file's bytes, in UTF-8 or UTF-16 or in an encoding that the file declares.</param>
    /// <param name="maxBytes">Most bytes that are looked at.</param>
    /// <param name="document">The document.</param>
    /// <param name="fault">What is wrong; never a piece of the content.</param>
    public static bool TryParse(ReadOnlyMemory<byte> file, int maxBytes, [NotNullWhen(true)] out XDocument? document, out string fault)
    {
        document = null;
        fault = file.Length > maxBytes ? string.Create(CultureInfo.InvariantCulture, $"it has {file.Length} bytes, more than {maxBytes}") : "";
        if (fault.Length > 0) return false;
        try
        {
            document = Read(file, out fault);
        }
        catch (XmlException e)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"it is not well-formed, or has a document type declaration, at line {e.LineNumber}, column {e.LinePosition}");
        }
        catch (Exception e) when (e is DecoderFallbackException or ArgumentException or NotSupportedException)
        {
            fault = "its encoding cannot be read";
        }
        return document is not null;
    }

    /// <summary>The prefix with which an element or attribute was written; a tree of names alone would forget it, and signatures cover it.</summary>
    public static string PrefixOf(XObject named) => named.Annotation<string>() ?? "";

    private static XDocument? Read(ReadOnlyMemory<byte> file, out string fault)
    {
        using var reader = Open(file);
        var document = new XDocument();
        XContainer parent = document;
        var elements = 0;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    fault = reader.Depth >= MaxDepth ? string.Create(CultureInfo.InvariantCulture, $"it is nested deeper than {MaxDepth} levels")
                        : reader.AttributeCount > MaxAttributes ? string.Create(CultureInfo.InvariantCulture, $"an element has more than {MaxAttributes} attributes")
                        : ++elements > MaxElements ? string.Create(CultureInfo.InvariantCulture, $"it has more than {MaxElements} elements") : "";
                    if (fault.Length > 0) return null;
                    var closed = reader.IsEmptyElement;
                    var element = ReadElement(reader);
                    parent.Add(element);
                    if (!closed) parent = element;
                    break;
                case XmlNodeType.EndElement:
                    parent = parent.Parent ?? (XContainer)document;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace when parent != document:
                    parent.Add(new XText(reader.Value));
                    break;
                case XmlNodeType.ProcessingInstruction:
                    parent.Add(new XProcessingInstruction(reader.Name, reader.Value));
                    break;
                default: break;
            }
        }
        fault = "";
        return document;
    }

    private static XElement ReadElement(XmlReader reader)
    {
        var element = new XElement(XName.Get(reader.LocalName, reader.NamespaceURI));
        element.AddAnnotation(reader.Prefix);
        while (reader.MoveToNextAttribute())
        {
            var attribute = new XAttribute(reader.Prefix.Length == 0 ? XName.Get(reader.LocalName) : XName.Get(reader.LocalName, reader.NamespaceURI), reader.Value);
            attribute.AddAnnotation(reader.Prefix);
            element.Add(attribute);
        }
        return element;
    }

    private static XmlReader Open(ReadOnlyMemory<byte> file)
    {
        var stream = MemoryMarshal.TryGetArray(file, out var array) && array.Array is { } bytes
            ? new MemoryStream(bytes, array.Offset, array.Count, writable: false)
            : new MemoryStream(file.ToArray(), writable: false);
        return XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, CloseInput = true });
    }
}
