using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MicroCreds.Domain.Jose;

/// <summary>
/// The only protected header this node writes and reads: <c>{"alg":"ES256","kid":…,"typ":…}</c>. Everything else is refused, so that
/// <c>jwk</c>, <c>jku</c>, <c>x5u</c>, <c>x5c</c>, <c>crit</c> and <c>b64</c> can neither bring a key nor change what is signed.
/// Source: RFC 7515, 4.1; RFC 8725 (JWT best current practice), 3.1, 3.10, 3.11.
/// </summary>
internal static class JwsHeader
{
    private const int MaxBytes = 1024;
    private const string Algorithm = "ES256";

    /// <summary>The header in base64url.</summary>
    public static string Encode(string typ, string keyId) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{Algorithm}}","kid":"{{keyId}}","typ":"{{JsonEncodedText.Encode(typ, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}}"}"""));

    /// <summary>Reads a header and answers with its <c>kid</c>, or with the fault.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> encoded, string typ, [NotNullWhen(true)] out string? keyId, [NotNullWhen(false)] out JwsFault? fault)
    {
        keyId = null;
        fault = JwsFault.Malformed;
        if (encoded.Length > MaxBytes || !Base64UrlText.TryDecode(encoded, out var json) || !StrictJson.TryParse(json, MaxBytes, out var document, out _)) return false;
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) return false;
            string? algorithm = null, type = null, kid = null;
            foreach (var member in document.RootElement.EnumerateObject())
            {
                fault = JwsFault.Header;
                if (member.Value.ValueKind != JsonValueKind.String) return false;
                switch (member.Name)
                {
                    case "alg": algorithm = member.Value.GetString(); break;
                    case "kid": kid = member.Value.GetString(); break;
                    case "typ": type = member.Value.GetString(); break;
                    default: return false;
                }
            }
            fault = algorithm != Algorithm ? JwsFault.Algorithm : type != typ ? JwsFault.Type : string.IsNullOrEmpty(kid) ? JwsFault.Header : null;
            keyId = kid;
            return fault is null && keyId is not null;
        }
    }
}
