using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MicroCreds.Credentials.Issuing;

/// <summary>Seals a payload with JAdES baseline B: JWS in general JSON serialisation, payload as text (b64=false), ES256. Source: ETSI TS 119 182-1, 6; RFC 7797.</summary>
internal static class JadesSealer
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The sealed file.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> payload, SealingCertificate certificate, DateTimeOffset at)
    {
        var header = Header(certificate, at);
        var message = new byte[header.Length + 1 + payload.Length];
        Encoding.ASCII.GetBytes(header, message);
        message[header.Length] = (byte)'.';
        payload.CopyTo(message.AsSpan(header.Length + 1));

        var buffer = new ArrayBufferWriter<byte>(message.Length + 1024);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("payload", payload);
            writer.WriteStartArray("signatures");
            writer.WriteStartObject();
            writer.WriteString("protected", header);
            writer.WriteString("signature", Base64Url.EncodeToString(certificate.Key.Sign(message)));
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static string Header(SealingCertificate certificate, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("alg", "ES256");
            writer.WriteString("cty", "json");
            writer.WriteString("typ", "jose+json");
            writer.WriteString("x5t#S256", Base64Url.EncodeToString(SHA256.HashData(certificate.Certificate.Span)));
            writer.WriteStartArray("x5c");
            writer.WriteBase64StringValue(certificate.Certificate.Span);
            writer.WriteEndArray();
            writer.WriteBoolean("b64", false);
            writer.WriteString("sigT", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            writer.WriteStartArray("crit");
            writer.WriteStringValue("b64");
            writer.WriteStringValue("sigT");
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }
}
