using System.Buffers.Text;
using System.Text.Json;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Formats;

/// <summary>
/// Tells by the content what a file is. Closed: what is none of these is unknown. Size is bounded before anything is looked at, JSON is read
/// strictly and at most <see cref="StrictJson.MaxDepth"/> levels deep, XML is not parsed at all, and archives and pictures are not unpacked.
/// </summary>
internal static class FormatDetector
{
    /// <summary>Names the format of a file.</summary>
    public static CredentialFormat Detect(ReadOnlyMemory<byte> file)
    {
        if (file.Length > CredentialVerifier.MaxFileBytes) return CredentialFormat.Unknown;
        var text = StrictJson.SkipByteOrderMark(file);
        if (text.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..]) return OfBytes(file);
        if (!StrictJson.TryParse(text, CredentialVerifier.MaxFileBytes, out var document, out _)) return OfBrokenJson(text.Span);
        using (document) return JsonFormat.Of(document.RootElement);
    }

    /// <summary>Names the format of a file that is not a JSON object.</summary>
    public static CredentialFormat OfBytes(ReadOnlyMemory<byte> file)
    {
        if (Picture.IsPng(file.Span)) return Picture.CarriesBadge(file.Span) ? CredentialFormat.BakedOpenBadge : CredentialFormat.Unknown;
        if (file.Span.StartsWith("PK\x03\x04"u8)) return CredentialFormat.Archive;
        var text = CompactToken.Trim(StrictJson.SkipByteOrderMark(file));
        var span = text.Span;
        if (span.StartsWith("<"u8)) return XmlProlog.FormatOf(span);
        if (span.StartsWith("-----BEGIN CERTIFICATE-----"u8)) return CredentialFormat.Certificate;
        if (span.StartsWith("H4sI"u8)) return PackedElmo.Is(span) ? CredentialFormat.Elmo : CredentialFormat.Unknown;
        return span.StartsWith("ey"u8) ? OfToken(CompactToken.Unwrap(text)) : CredentialFormat.Unknown;
    }

    /// <summary>What a JSON file that cannot be read whole was meant to be, by words that only one format has.</summary>
    public static CredentialFormat OfBrokenJson(ReadOnlySpan<byte> text) =>
        text.IndexOf("\"EuropeanDigitalCredential\""u8) >= 0 || text.IndexOf("\"http://data.europa.eu/snb/model/context/edc-ap\""u8) >= 0
            ? text.IndexOf("\"signatures\""u8) >= 0 ? CredentialFormat.EuropeanDigitalCredential : CredentialFormat.ElmUnsigned
            : CredentialFormat.Unknown;

    private static CredentialFormat OfToken(ReadOnlyMemory<byte> text)
    {
        if (text.Span.Contains((byte)'~')) return CredentialFormat.SdJwt;
        if (!text.Span.Contains((byte)'.')) return IsSealedHeader(text.Span) ? CredentialFormat.OpenBadgeJwt : CredentialFormat.Unknown;
        // Three parts that cannot be read were meant to be the one token that credentials come in.
        if (!CompactToken.TryRead(text, CredentialVerifier.MaxFileBytes, out var token, out _)) return text.Span.Count((byte)'.') == 2 ? CredentialFormat.OpenBadgeJwt : CredentialFormat.Unknown;
        using (token) return OfToken(token.Header, token.Payload);
    }

    /// <summary>Names what a token says, by header and payload.</summary>
    public static CredentialFormat OfToken(JsonElement header, JsonElement payload)
    {
        var type = header.TryGetProperty("typ", out var typ) && typ.ValueKind == JsonValueKind.String ? typ.GetString() : "";
        if (type == "statuslist+jwt" || payload.TryGetProperty("status_list", out _)) return CredentialFormat.TokenStatusList;
        if (type == "entity-statement+jwt" || (payload.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("federation_entity", out _)))
            return CredentialFormat.FederationStatement;
        if (payload.TryGetProperty("vp", out _)) return CredentialFormat.PresentationJwt;
        var credential = payload.TryGetProperty("vc", out var vc) ? vc : payload;
        return JsonFormat.Of(credential) switch
        {
            CredentialFormat.OpenBadge2 => CredentialFormat.OpenBadge2,
            CredentialFormat.StatusList => CredentialFormat.StatusList,
            _ when JsonFormat.IsPresentation(credential) => CredentialFormat.PresentationJwt,
            _ when JsonFormat.IsCredential(credential) => CredentialFormat.OpenBadgeJwt,
            _ => payload.TryGetProperty("vct", out _) || payload.TryGetProperty("_sd", out _) ? CredentialFormat.SdJwt : CredentialFormat.Unknown,
        };
    }

    // One producer's download cuts the token after its header.
    private static bool IsSealedHeader(ReadOnlySpan<byte> text)
    {
        if (!Base64Url.IsValid(text) || !Base64UrlText.TryDecode(text, out var bytes) || !StrictJson.TryParse(bytes, CredentialVerifier.MaxFileBytes, out var header, out _)) return false;
        using (header) return header.RootElement.ValueKind == JsonValueKind.Object && header.RootElement.TryGetProperty("alg", out _) && (header.RootElement.TryGetProperty("x5c", out _) || header.RootElement.TryGetProperty("jwk", out _));
    }
}
