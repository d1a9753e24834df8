using System.Text;
using System.Text.RegularExpressions;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Formats;

/// <summary>
/// Looks at the beginning of an XML file as text, without an XML parser: declaration and comments are skipped, then the name of the root
/// element tells the format. A document type declaration ends it, but for the one that pictures in SVG carry.
/// </summary>
internal static partial class XmlProlog
{
    // The longest real prolog with the root's namespaces has 2 KB.
    private const int MaxProlog = 16 * 1024;

    /// <summary>Names the format of a text that begins with <c>&lt;</c>.</summary>
    public static CredentialFormat FormatOf(ReadOnlySpan<byte> xml)
    {
        var text = Encoding.UTF8.GetString(xml[..Math.Min(xml.Length, MaxProlog)]);
        var at = 0;
        var declared = false;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            var rest = text.AsSpan(at);
            if (rest.StartsWith("<?", StringComparison.Ordinal)) at = After("?>", at);
            else if (rest.StartsWith("<!--", StringComparison.Ordinal)) at = After("-->", at);
            else if (rest.StartsWith("<!DOCTYPE", StringComparison.OrdinalIgnoreCase))
            {
                if (!PictureType().IsMatch(text, at)) return CredentialFormat.DeclaredXml;
                declared = true;
                at = After(">", at);
            }
            else break;
        }
        var root = RootName().Match(text, at);
        if (!root.Success) return CredentialFormat.Unknown;
        var name = root.Groups["name"].Value;
        if (name == "svg") return xml.IndexOf("openbadges:"u8) >= 0 ? CredentialFormat.BakedOpenBadge : CredentialFormat.Unknown;
        if (declared) return CredentialFormat.DeclaredXml;
        return name switch
        {
            "elmo" or "imobility-tors-get-response" => CredentialFormat.Elmo,
            "europassCredential" or "verifiablePresentation" => CredentialFormat.EdciXml,
            "TrustServiceStatusList" => CredentialFormat.TrustedList,
            "catalogue" or "institutions-response" => CredentialFormat.TrustRegister,
            _ => CredentialFormat.Unknown,
        };

        int After(string end, int from) => text.IndexOf(end, from, StringComparison.Ordinal) is var found and >= 0 ? found + end.Length : text.Length;
    }

    [GeneratedRegex(@"\G<!DOCTYPE\s+svg\s+PUBLIC\s+""[^""\[\]<>]*""\s+""[^""\[\]<>]*""\s*>", RegexOptions.CultureInvariant)]
    private static partial Regex PictureType();

    [GeneratedRegex(@"\G<(?:[A-Za-z_][\w.-]*:)?(?<name>[A-Za-z_][\w.-]*)(?=[\s/>])", RegexOptions.CultureInvariant)]
    private static partial Regex RootName();
}
