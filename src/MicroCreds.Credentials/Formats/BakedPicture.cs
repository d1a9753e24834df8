using System.IO.Compression;
using System.Text;
using System.Xml;

namespace MicroCreds.Credentials.Formats;

/// <summary>
/// Takes the credential out of a picture. Exactly one may be inside: with two, people and programs would see different ones. The picture
/// itself is never drawn. Source: Open Badges 3.0, 5.3, and 2.0 (baking); PNG (third edition), 11.3.3; SVG.
/// </summary>
internal static class BakedPicture
{
    private const string Namespace = "https://purl.imsglobal.org/ob/v3p0";
    private const string OldNamespace = "http://openbadges.org";

    /// <summary>The credential's bytes; null, with the fault in words, when there is not exactly one.</summary>
    public static byte[]? Extract(ReadOnlyMemory<byte> picture, out string fault)
    {
        var found = Picture.IsPng(picture.Span) ? FromPng(picture.Span, out fault) : FromSvg(picture, out fault);
        if (fault.Length > 0) return null;
        fault = found.Count == 1 ? "" : found.Count == 0 ? "it carries no credential" : "it carries more than one credential";
        return found.Count == 1 ? found[0] : null;
    }

    private static List<byte[]> FromPng(ReadOnlySpan<byte> png, out string fault)
    {
        var found = new List<byte[]>();
        fault = "";
        foreach (var chunk in Picture.Texts(png))
        {
            var content = png[chunk];
            var keyword = content.IndexOf((byte)0);
            if (keyword < 0 || !(content[..keyword].SequenceEqual("openbadgecredential"u8) || content[..keyword].SequenceEqual("openbadges"u8))) continue;
            // Badges of the first edition stand in plain text chunks.
            if (png.Slice(chunk.Start.Value - 4, 4).SequenceEqual("tEXt"u8))
            {
                found.Add(content[(keyword + 1)..].ToArray());
                continue;
            }
            // iTXt: keyword, compression flag and method, language, translated keyword, text.
            var rest = content[(keyword + 1)..];
            if (rest.Length < 4 || rest[0] > 1 || rest[1] != 0)
            {
                fault = "its text is not written as PNG says";
                return found;
            }
            var packed = rest[0] == 1;
            rest = rest[2..];
            for (var part = 0; part < 2; part++)
            {
                var end = rest.IndexOf((byte)0);
                if (end < 0)
                {
                    fault = "its text is not written as PNG says";
                    return found;
                }
                rest = rest[(end + 1)..];
            }
            if ((packed ? Inflate(rest.ToArray()) : rest.ToArray()) is not { } text)
            {
                fault = "its text cannot be unpacked, or unpacks to more than a credential has";
                return found;
            }
            found.Add(text);
        }
        return found;
    }

    private static byte[]? Inflate(byte[] packed)
    {
        var text = new byte[CredentialVerifier.MaxFileBytes + 1];
        try
        {
            using var stream = new ZLibStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress);
            var length = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return length > CredentialVerifier.MaxFileBytes ? null : text[..length];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static List<byte[]> FromSvg(ReadOnlyMemory<byte> svg, out string fault)
    {
        var found = new List<byte[]>();
        fault = "";
        // Pictures name the document type of SVG, without declarations of their own (XmlProlog has refused those): it is passed over, never read,
        // and an entity that it might have declared is an error.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersInDocument = CredentialVerifier.MaxFileBytes, MaxCharactersFromEntities = 1024 };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(svg.ToArray(), writable: false), settings);
            reader.Read();
            while (!reader.EOF)
            {
                if (reader.Depth > 64)
                {
                    fault = "it is nested too deep";
                    return found;
                }
                if (reader.NodeType != XmlNodeType.Element || !((reader.LocalName == "credential" && reader.NamespaceURI == Namespace) || (reader.LocalName == "assertion" && reader.NamespaceURI == OldNamespace)))
                {
                    reader.Read();
                    continue;
                }
                var token = reader.GetAttribute("verify");
                // Reading the content leads to what follows the element, which may be another credential.
                var text = reader.ReadElementContentAsString().Trim();
                found.Add(Encoding.UTF8.GetBytes(string.IsNullOrEmpty(token) ? text : token));
            }
        }
        catch (XmlException)
        {
            fault = "its XML cannot be read";
        }
        return found;
    }
}
