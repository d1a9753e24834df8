using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Keys;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>
/// One embedded proof: <c>Ed25519Signature2020</c>, or a Data Integrity proof of the suites eddsa-rdfc-2022, ecdsa-rdfc-2019, eddsa-jcs-2022,
/// ecdsa-jcs-2019 and, as wallets show it, ecdsa-sd-2023. Source: W3C Verifiable Credential Data Integrity 1.0, 4; Data Integrity EdDSA and ECDSA Cryptosuites 1.0, 3.
/// </summary>
internal sealed class DataIntegrityProof
{
    private readonly JsonElement _proof;
    private readonly byte[] _signature;

    private DataIntegrityProof(JsonElement proof, string suite, string method, byte[] signature, DateTimeOffset? expires, ImmutableArray<string> previous) =>
        (_proof, Suite, Method, _signature, Expires, Previous) = (proof, suite, method, signature, expires, previous);

    /// <summary>Name of the suite.</summary>
    public string Suite { get; }

    /// <summary>The verification method, an absolute name.</summary>
    public string Method { get; }

    /// <summary>End of the proof's own validity, if it has one.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>Ids of the proofs that this one was made over, beside the document; empty for one over the document alone. Source: VC Data Integrity 1.0, 2.1.2.</summary>
    public ImmutableArray<string> Previous { get; }

    private bool IsEdwards => Suite is "Ed25519Signature2020" or "eddsa-rdfc-2022" or "eddsa-jcs-2022";

    private bool IsJson => Suite is "eddsa-jcs-2022" or "ecdsa-jcs-2019";

    /// <summary>Reads a proof, or says what is wrong with it.</summary>
    public static bool TryRead(JsonElement proof, [NotNullWhen(true)] out DataIntegrityProof? read, out ReasonClass reason, out string fault)
    {
        read = null;
        reason = ReasonClass.UnsupportedProof;
        var type = Text(proof, "type") ?? "";
        var suite = type == "DataIntegrityProof" ? Text(proof, "cryptosuite") ?? "" : type;
        // Known by name, so that the learner can be told what to ask the issuer for.
        fault = type == "DataIntegrityProof" && suite is "bbs-2023"
            ? $"the proof is for showing a part of the credential ({suite}), which is not verified here; the credential with a proof over the whole of it is"
            : "the proof is of a type that is not verified here";
        if ((type, suite) is not (("Ed25519Signature2020", _) or ("DataIntegrityProof", "eddsa-rdfc-2022" or "ecdsa-rdfc-2019" or "eddsa-jcs-2022" or "ecdsa-jcs-2019" or "ecdsa-sd-2023"))) return false;
        // The older vocabulary has a second name for the end of a proof, which would say the same unseen.
        fault = "the proof's end is written in an older vocabulary (expiration)";
        if (proof.TryGetProperty("expiration", out _)) return false;
        fault = "the proof was made for another purpose than to issue (proofPurpose)";
        if (Text(proof, "proofPurpose") != "assertionMethod") return false;
        (reason, fault) = (ReasonClass.KeyUnresolvable, "the proof names no verification method");
        if (Text(proof, "verificationMethod") is not { Length: > 0 } method) return false;
        (reason, fault) = (ReasonClass.ProofInvalid, "the proof's value is no signature");
        var (signature, selective, isBase) = (Array.Empty<byte>(), (SelectiveProof?)null, false);
        if (suite == "ecdsa-sd-2023" ? !SelectiveProof.TryRead(Text(proof, "proofValue"), out selective, out isBase) : !Multikey.TryDecode(Text(proof, "proofValue"), out signature))
        {
            if (isBase) (reason, fault) = (ReasonClass.UnsupportedProof, "the proof is the one that a wallet keeps (ecdsa-sd-2023, base), and not what the wallet shows");
            return false;
        }
        (reason, fault) = (ReasonClass.Malformed, "the proof's end of validity is no time");
        ElmTime end = default;
        if (proof.TryGetProperty("expires", out var expires) && !ElmValues.TryParseTime(expires.ValueKind == JsonValueKind.String ? expires.GetString() : "", out end)) return false;
        fault = "the proofs that it builds on are not named by texts (previousProof)";
        ImmutableArray<string> previous = [];
        if (proof.TryGetProperty("previousProof", out var before))
        {
            previous = before.ValueKind == JsonValueKind.Array ? [.. before.EnumerateArray().Select(NameOf)] : [NameOf(before)];
            if (previous.IsEmpty || previous.Contains("") || previous.Distinct().Count() != previous.Length) return false;
        }
        read = new(proof, suite, method, signature, expires.ValueKind == JsonValueKind.String ? end.Instant : null, previous) { Selective = selective };
        return true;
    }

    /// <summary>What a learner chose to show, for a proof that leaves that choice; null for one over the whole.</summary>
    public SelectiveProof? Selective { get; private init; }

    /// <summary>Whether a key is of the kind that the suite is for.</summary>
    public bool Fits(IssuerKey key) => Selective is not null ? key.Fits("ES256") : IsEdwards ? key.Fits("EdDSA") : key.Fits("ES256") || key.Fits("ES384");

    /// <summary>Whether the proof is the key's over a document, and over the proofs of it that this one builds on.</summary>
    /// <exception cref="LinkedDataException">What was signed cannot be told.</exception>
    public bool Verify(JsonElement document, IssuerKey key)
    {
        if (!TryFindPrevious(document, out var previous)) return false;
        if (!Fits(key)) return false;
        if (Selective is not null)
        {
            var context = document.TryGetProperty("@context", out var written) ? written : default;
            using var options = Copy(_proof, "proofValue", context, []);
            using var unsecured = Copy(document, "proof", context, previous);
            return Selective.Verify(StatementReader.Read(unsecured.RootElement), Digest(options.RootElement, isJson: false, HashAlgorithmName.SHA256), key);
        }
        // The larger curve has the larger hash, also where blank nodes are told apart.
        var (algorithm, hash) = IsEdwards ? ("EdDSA", HashAlgorithmName.SHA256) : key.Fits("ES384") ? ("ES384", HashAlgorithmName.SHA384) : ("ES256", HashAlgorithmName.SHA256);
        var stated = _proof.TryGetProperty("@context", out var own) ? own : default;
        var contexts = document.TryGetProperty("@context", out var all) ? all : default;
        // JCS signs the contexts as they stood when the proof was made: they must be the beginning of those that stand now (EdDSA Cryptosuites, 3.3.2).
        if (IsJson && stated.ValueKind != JsonValueKind.Undefined && !Begins(contexts, stated)) throw new LinkedDataException("the document's contexts do not begin with those of the proof", ofContext: true);
        return key.Verify(algorithm, MessageOf(document, _proof, IsJson, hash, previous), _signature);
    }

    /// <summary>What a proof signs: the digest of its own options, then that of the document without proofs.</summary>
    /// <param name="document">The document.</param>
    /// <param name="proof">The proof; its value does not count.</param>
    /// <param name="isJson">Whether the suite canonicalises JSON (JCS) and not a graph (RDFC-1.0).</param>
    /// <param name="hash">Hash of the suite and key.</param>
    /// <param name="previous">Proofs of the document that it signs too.</param>
    /// <exception cref="LinkedDataException">What is signed cannot be told.</exception>
    public static byte[] MessageOf(JsonElement document, JsonElement proof, bool isJson, HashAlgorithmName hash, IReadOnlyCollection<JsonElement> previous)
    {
        var stated = proof.TryGetProperty("@context", out var own) ? own : default;
        var contexts = document.TryGetProperty("@context", out var all) ? all : default;
        using var options = Copy(proof, "proofValue", isJson ? stated : contexts, []);
        using var unsecured = Copy(document, "proof", isJson && stated.ValueKind != JsonValueKind.Undefined ? stated : contexts, previous);
        return [.. Digest(options.RootElement, isJson, hash), .. Digest(unsecured.RootElement, isJson, hash)];
    }

    // VC Data Integrity 1.0, 4.5: each name must be that of one proof of the document.
    private bool TryFindPrevious(JsonElement document, out List<JsonElement> previous)
    {
        previous = [];
        if (Previous.IsEmpty) return true;
        var proofs = document.TryGetProperty("proof", out var all) && all.ValueKind == JsonValueKind.Array ? all.EnumerateArray().ToList() : [];
        foreach (var name in Previous)
        {
            var named = proofs.Where(p => Text(p, "id") == name).Take(2).ToList();
            if (named.Count != 1) return false;
            previous.Add(named[0]);
        }
        return true;
    }

    private static string NameOf(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() ?? "" : "";

    private static byte[] Digest(JsonElement document, bool isJson, HashAlgorithmName hash) => CryptographicOperations.HashData(
        hash, isJson ? CanonicalJson.Write(document) : Encoding.UTF8.GetBytes(DatasetCanonicalizer.Canonicalize(StatementReader.Read(document), hash)));

    private static JsonDocument Copy(JsonElement source, string without, JsonElement contexts, IReadOnlyCollection<JsonElement> previous)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = 0 }))
        {
            writer.WriteStartObject();
            if (contexts.ValueKind != JsonValueKind.Undefined)
            {
                writer.WritePropertyName("@context");
                contexts.WriteTo(writer);
            }
            foreach (var member in source.EnumerateObject())
                if (member.Name != without && member.Name != "@context") member.WriteTo(writer);
            if (previous.Count > 0)
            {
                writer.WriteStartArray(without);
                foreach (var proof in previous) proof.WriteTo(writer);
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        return JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = 128 });
    }

    private static bool Begins(JsonElement contexts, JsonElement with)
    {
        if (contexts.ValueKind != JsonValueKind.Array || with.ValueKind != JsonValueKind.Array) return JsonElement.DeepEquals(contexts, with);
        return with.GetArrayLength() <= contexts.GetArrayLength() && with.EnumerateArray().Zip(contexts.EnumerateArray()).All(pair => JsonElement.DeepEquals(pair.First, pair.Second));
    }

    private static string? Text(JsonElement element, string name) => Tokens.TokenHeader.Text(element, name);
}
