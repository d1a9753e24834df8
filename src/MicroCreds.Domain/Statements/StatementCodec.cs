using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Statements;

/// <summary>
/// Signs statements and reads them back. The claims are those of exchange reference C.3; the content's members stand beside them, personal
/// data only as salted digests (RFC 9901). What was signed is kept and sent as it is: signing the same draft twice gives two different
/// statements, which a partner must take for equivocation.
/// </summary>
public static class StatementCodec
{
    private const string HashName = "sha-256";

    private static readonly FrozenSet<string> Envelope = FrozenSet.ToFrozenSet(
        ["iss", "aud", "consortium", "epoch", "stream", "seq", "prev", "jti", "case", "version", "supersedes", "kind", "iat", "exp", "nbf", "sub", "cnf", "_sd", "_sd_alg", "..."],
        StringComparer.Ordinal);

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The signer of one institution, to hand to the store.</summary>
    public static StatementSigner SignerFor(OrganisationId issuer, string consortium, SigningKey key) =>
        (draft, position) => Sign(draft, position, new StreamParties(issuer, draft.Audience, consortium), key);

    /// <summary>Signs a draft at its place.</summary>
    /// <exception cref="ArgumentException">The draft is not for this stream, its content is no object, uses a name of the envelope, or is too large: a bug of the caller.</exception>
    public static SignedStatement Sign(StatementDraft draft, StreamPosition position, StreamParties parties, SigningKey key)
    {
        if (draft.Audience != parties.Audience || draft.Kind == StatementKind.Unknown || position.Sequence < 1 || (position.Previous is null) != (position.Sequence == 1))
            throw new ArgumentException("The draft and the place do not belong to the stream.", nameof(draft));
        var disclosures = draft.PersonalData.Select(Disclosures.Make).ToImmutableArray();
        var jws = CompactJws.Sign(Payload(draft, position, parties, disclosures), SignedStatement.MediaType, key);
        return jws.Length <= SignedStatement.MaxBytes
            ? new SignedStatement(jws, disclosures)
            : throw new ArgumentException($"The statement has {jws.Length} bytes, more than {SignedStatement.MaxBytes}.", nameof(draft));
    }

    /// <summary>Verifies a statement that must belong to the stream of <paramref name="parties"/> and reads it.</summary>
    /// <param name="statement">Statement with those of its disclosures that were not erased.</param>
    /// <param name="parties">Stream expected.</param>
    /// <param name="keyOf">The issuer's statement key with a thumbprint, from the trust list, or null.</param>
    /// <returns>The body, or <see cref="ProblemCode.StatementInvalid"/> with the fact <c>fault</c>: those of <see cref="CompactJws"/>, <c>size</c>, <c>claims</c> (and the fact <c>claim</c>) or <c>disclosure</c>.</returns>
    public static Result<StatementBody> Read(SignedStatement statement, StreamParties parties, Func<string, VerificationKey?> keyOf)
    {
        if (statement.Jws.Length > SignedStatement.MaxBytes)
            return ClaimReader.Refuse(SignedStatement.MediaType, "size", $"it has more than {SignedStatement.MaxBytes} bytes", ("limit_bytes", $"{SignedStatement.MaxBytes}"));
        if (CompactJws.Verify(statement.Jws, SignedStatement.MediaType, keyOf).Failed(out var problem, out var verified)) return problem;
        if (!StrictJson.TryParse(verified.Payload, SignedStatement.MaxBytes, out var document, out var fault))
            return ClaimReader.Refuse(SignedStatement.MediaType, "malformed", fault);
        using (document)
        {
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(statement, document.RootElement, parties, verified.KeyId)
                : ClaimReader.Refuse(SignedStatement.MediaType, "malformed", "the payload is not an object");
        }
    }

    private static Result<StatementBody> Read(SignedStatement statement, JsonElement payload, StreamParties parties, string keyId)
    {
        var claims = new ClaimReader(payload, SignedStatement.MediaType);
        claims.Exactly("iss", parties.Issuer.Value);
        claims.ExactlyOne("aud", parties.Audience.Value);
        claims.Exactly("consortium", parties.Consortium);
        claims.Exactly("stream", parties.Stream);
        var position = new StreamPosition(claims.SmallNumber("epoch", 1), claims.Number("seq", 1), claims.DigestOrNull("prev"));
        if ((position.Previous is null) != (position.Sequence == 1)) claims.Failed("prev", 0);
        var id = claims.Text("jti");
        if (!CaseId.TryParse(claims.Text("case"), out var caseId)) claims.Failed("case", 0);
        var version = claims.SmallNumber("version", 0);
        var supersedes = claims.SmallNumber("supersedes", 0);
        if (supersedes > 0 && supersedes >= version) claims.Failed("supersedes", 0);
        var kind = claims.Text("kind") switch
        {
            "decided" => StatementKind.Decided,
            "revoked" => StatementKind.Revoked,
            "closed" => StatementKind.Closed,
            "information-requested" => StatementKind.InformationRequested,
            _ => StatementKind.Unknown,
        };
        var issuedAt = claims.Instant("iat");
        if (claims.Fault is not null || caseId is null) return claims.Problem;
        if (!TryDigests(payload, out var digests)
            || !Disclosures.TryRead(statement.Disclosures, digests, payload.EnumerateObject().Select(m => m.Name).Concat(Envelope).ToFrozenSet(StringComparer.Ordinal), out var personal))
            return ClaimReader.Refuse(SignedStatement.MediaType, "disclosure", "a disclosure does not match the signed digests exactly once");
        return new StatementBody
        {
            Parties = parties, Position = position, Id = id, Kind = kind, Case = caseId, Version = version, Supersedes = supersedes,
            IssuedAt = issuedAt, Content = ContentOf(payload), PersonalData = personal, KeyId = keyId, Digest = statement.Digest,
        };
    }

    private static byte[] Payload(StatementDraft draft, StreamPosition position, StreamParties parties, ImmutableArray<string> disclosures)
    {
        var buffer = new ArrayBufferWriter<byte>(draft.Content.Length + 1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("iss", parties.Issuer.Value);
            json.WriteStartArray("aud");
            json.WriteStringValue(parties.Audience.Value);
            json.WriteEndArray();
            json.WriteString("consortium", parties.Consortium);
            json.WriteString("stream", parties.Stream);
            json.WriteNumber("epoch", position.Epoch);
            json.WriteNumber("seq", position.Sequence);
            if (position.Previous is { } previous) json.WriteString("prev", previous.Value);
            else json.WriteNull("prev");
            json.WriteString("jti", RandomNumberGenerator.GetHexString(32, lowercase: true));
            json.WriteNumber("iat", draft.IssuedAt.ToUnixTimeSeconds());
            json.WriteString("kind", draft.Kind switch
            {
                StatementKind.Decided => "decided",
                StatementKind.Revoked => "revoked",
                StatementKind.Closed => "closed",
                StatementKind.InformationRequested => "information-requested",
                _ => throw new System.Diagnostics.UnreachableException(),
            });
            json.WriteString("case", draft.Case.Value);
            json.WriteNumber("version", draft.Version);
            json.WriteNumber("supersedes", draft.Supersedes);
            WriteContent(json, draft);
            if (!disclosures.IsEmpty)
            {
                json.WriteStartArray("_sd");
                // RFC 9901, 4.2.4.1: the order must not tell which claim is which.
                foreach (var digest in disclosures.Select(d => Disclosures.DigestOf(d).Value).Order(StringComparer.Ordinal)) json.WriteStringValue(digest);
                json.WriteEndArray();
                json.WriteString("_sd_alg", HashName);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteContent(Utf8JsonWriter json, StatementDraft draft)
    {
        if (!StrictJson.TryParse(draft.Content, SignedStatement.MaxBytes, out var document, out var fault))
            throw new ArgumentException($"The content is not strict JSON: {fault}.", nameof(draft));
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new ArgumentException("The content is not a JSON object.", nameof(draft));
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (Envelope.Contains(member.Name)) throw new ArgumentException($"The content uses the envelope's name '{member.Name}'.", nameof(draft));
                Copy(json, member);
            }
        }
    }

    private static byte[] ContentOf(JsonElement payload)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            foreach (var member in payload.EnumerateObject())
                if (!Envelope.Contains(member.Name)) Copy(json, member);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    // Raw text, so that the content comes back as the bytes it went in.
    private static void Copy(Utf8JsonWriter json, JsonProperty member)
    {
        json.WritePropertyName(member.Name);
        json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
    }

    private static bool TryDigests(JsonElement payload, out ImmutableArray<string> digests)
    {
        digests = [];
        var hasDigests = payload.TryGetProperty("_sd", out var list);
        if (!hasDigests) return !payload.TryGetProperty("_sd_alg", out _);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > Disclosures.MaxCount || !payload.TryGetProperty("_sd_alg", out var name)
            || name.ValueKind != JsonValueKind.String || name.GetString() != HashName) return false;
        if (list.EnumerateArray().Any(d => d.ValueKind != JsonValueKind.String || !Sha256Digest.TryParse(d.GetString(), out _))) return false;
        digests = [.. list.EnumerateArray().Select(d => d.GetString() ?? "")];
        return true;
    }
}
