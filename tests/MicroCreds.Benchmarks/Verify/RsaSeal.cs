using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MicroCreds.Benchmarks.Verify;

/// <summary>A seal on an RSA key of 2048 bits, as real seals have, over a payload of any size. Our own issuer seals on P-256 only.</summary>
internal sealed class RsaSeal : IDisposable
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly RSA _key = RSA.Create(2048);

    internal RsaSeal(string legalIdentifier, DateTimeOffset at)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName("Benchmark");
        name.Add("2.5.4.97", legalIdentifier);
        var request = new CertificateRequest(name.Build(), _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, critical: true));
        using var certificate = request.CreateSelfSigned(at.AddYears(-1), at.AddYears(1));
        Certificate = certificate.RawData;
    }

    /// <summary>The certificate, which is its own anchor.</summary>
    internal byte[] Certificate { get; }

    /// <summary>The sealed file, with what a bare verification needs of it.</summary>
    internal SealedFile Seal(JsonObject credential)
    {
        var payload = credential.ToJsonString(Plain);
        var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new JsonObject
        {
            ["alg"] = "RS256", ["cty"] = "json", ["typ"] = "jose+json", ["x5t#S256"] = Base64Url.EncodeToString(SHA256.HashData(Certificate)), ["x5c"] = new JsonArray(Convert.ToBase64String(Certificate)),
            ["b64"] = false, ["sigT"] = "2026-09-01T12:00:00Z", ["crit"] = new JsonArray("b64", "sigT"),
        }.ToJsonString(Plain)));
        var message = Encoding.UTF8.GetBytes($"{header}.{payload}");
        var signature = _key.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var buffer = new ArrayBufferWriter<byte>(message.Length * 2);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            new JsonObject { ["payload"] = payload, ["signatures"] = new JsonArray(new JsonObject { ["protected"] = header, ["signature"] = Base64Url.EncodeToString(signature) }) }.WriteTo(writer);
        return new(buffer.WrittenSpan.ToArray(), Encoding.UTF8.GetBytes(payload), message, signature);
    }

    /// <summary>A bare verification of the signature under a key that was imported once.</summary>
    internal bool Verify(SealedFile file) => Verify(file.Message, file.Signature);

    /// <summary>The same for parts taken from a file.</summary>
    internal bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => _key.VerifyData(message, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public void Dispose() => _key.Dispose();
}

/// <summary>A sealed file and its parts.</summary>
internal sealed record SealedFile(byte[] Content, byte[] Payload, byte[] Message, byte[] Signature);
