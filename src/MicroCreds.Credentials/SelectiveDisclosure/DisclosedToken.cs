using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Credentials.SelectiveDisclosure;

/// <summary>
/// Puts the disclosures of an SD-JWT back into its payload. Closed: every digest occurs once in the whole, every disclosure is used, and no
/// disclosed name stands beside one of the same name. Source: RFC 9901 (SD-JWT), 7.1.
/// </summary>
internal sealed class DisclosedToken
{
    /// <summary>Most disclosures of one token. A transcript of a degree has some hundreds.</summary>
    public const int MaxDisclosures = 2_000;

    // Claims by which the token itself is judged must be there for everybody. SD-JWT VC, 2.2.2.2.
    private static readonly string[] NeverDisclosed = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"];

    private readonly Dictionary<string, JsonElement> _byDigest = new(StringComparer.Ordinal);
    private readonly HashSet<string> _digests = new(StringComparer.Ordinal);
    private readonly List<JsonDocument> _documents = [];
    private int _used;

    /// <summary>The payload as disclosed, strict JSON.</summary>
    /// <param name="payload">The verified payload.</param>
    /// <param name="disclosures">The disclosures as received.</param>
    /// <param name="document">The payload with the disclosures in place, to be disposed.</param>
    /// <param name="fault">What is wrong; never a piece of the content.</param>
    public static bool TryRestore(JsonElement payload, IReadOnlyList<ReadOnlyMemory<byte>> disclosures, [NotNullWhen(true)] out JsonDocument? document, out string fault)
    {
        document = null;
        var reading = new DisclosedToken();
        try
        {
            if (HashOf(payload) is not { } hash) throw new DisclosureFault("the digests are made with an algorithm that is not allowed (_sd_alg)");
            if (disclosures.Count > MaxDisclosures) throw new DisclosureFault("there are too many disclosures");
            foreach (var disclosure in disclosures) reading.Take(disclosure, hash);
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = StrictJson.MaxDepth, SkipValidation = false }))
                reading.Write(payload, writer, top: true, depth: 1);
            if (reading._used != disclosures.Count) throw new DisclosureFault("a disclosure belongs to no digest of the token");
            if (StrictJson.TryParse(buffer.WrittenMemory, CredentialVerifier.MaxFileBytes, out document, out var why)) { fault = ""; return true; }
            throw new DisclosureFault($"the disclosed content is {why}");
        }
        catch (DisclosureFault e)
        {
            fault = e.Message;
            return false;
        }
        finally
        {
            foreach (var part in reading._documents) part.Dispose();
        }
    }

    private static HashAlgorithmName? HashOf(JsonElement payload) => !payload.TryGetProperty("_sd_alg", out _) ? HashAlgorithmName.SHA256 : TokenHeader.Text(payload, "_sd_alg") switch
    {
        "sha-256" => HashAlgorithmName.SHA256,
        "sha-384" => HashAlgorithmName.SHA384,
        "sha-512" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private void Take(ReadOnlyMemory<byte> text, HashAlgorithmName hash)
    {
        if (!Base64UrlText.TryDecode(text.Span, out var bytes) || !StrictJson.TryParse(bytes, CredentialVerifier.MaxFileBytes, out var document, out _)) throw new DisclosureFault("a disclosure cannot be read");
        _documents.Add(document);
        var parts = document.RootElement;
        if (parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() is not (2 or 3) || parts[0].ValueKind != JsonValueKind.String) throw new DisclosureFault("a disclosure is not salt, name and value");
        if (parts.GetArrayLength() == 3 && (parts[1].ValueKind != JsonValueKind.String || parts[1].GetString() is "_sd" or "...")) throw new DisclosureFault("a disclosure has a name that is reserved");
        if (!_byDigest.TryAdd(Base64Url.EncodeToString(CryptographicOperations.HashData(hash, text.Span)), parts)) throw new DisclosureFault("a disclosure occurs twice");
    }

    // What the digest discloses; null for one that stays hidden, or is a decoy.
    private JsonElement? Disclosed(JsonElement digest, int parts)
    {
        if (digest.ValueKind != JsonValueKind.String || digest.GetString() is not { } text) throw new DisclosureFault("a digest is not a text");
        if (!_digests.Add(text)) throw new DisclosureFault("a digest occurs twice");
        if (!_byDigest.TryGetValue(text, out var disclosure)) return null;
        if (disclosure.GetArrayLength() != parts) throw new DisclosureFault("a disclosure of an array's element stands in an object, or the other way round");
        _used++;
        return disclosure;
    }

    private void Write(JsonElement element, Utf8JsonWriter writer, bool top, int depth)
    {
        if (depth > StrictJson.MaxDepth) throw new DisclosureFault($"the disclosed content is nested deeper than {StrictJson.MaxDepth} levels");
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(element, writer, top, depth);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var entry in element.EnumerateArray())
                {
                    if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("...", out var digest))
                    {
                        if (entry.EnumerateObject().Count() != 1) throw new DisclosureFault("a hidden element has further members");
                        if (Disclosed(digest, 2) is { } disclosure) Write(disclosure[1], writer, false, depth + 1);
                    }
                    else Write(entry, writer, false, depth + 1);
                }
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private void WriteObject(JsonElement element, Utf8JsonWriter writer, bool top, int depth)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var member in element.EnumerateObject())
        {
            if (member.Name == "_sd" || (top && member.Name == "_sd_alg")) continue;
            if (member.Name == "...") throw new DisclosureFault("a reserved name is used");
            names.Add(member.Name);
            writer.WritePropertyName(member.Name);
            Write(member.Value, writer, false, depth + 1);
        }
        if (element.TryGetProperty("_sd", out var digests))
        {
            if (digests.ValueKind != JsonValueKind.Array) throw new DisclosureFault("the digests are not an array");
            foreach (var digest in digests.EnumerateArray())
            {
                if (Disclosed(digest, 3) is not { } disclosure) continue;
                var name = disclosure[1].GetString() ?? "";
                if (!names.Add(name)) throw new DisclosureFault("a disclosed name stands in the token already");
                if (top && NeverDisclosed.Contains(name)) throw new DisclosureFault($"{name} must not be disclosed selectively");
                writer.WritePropertyName(name);
                Write(disclosure[2], writer, false, depth + 1);
            }
        }
        writer.WriteEndObject();
    }

    private sealed class DisclosureFault(string message) : Exception(message);
}
