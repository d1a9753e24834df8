using System.Text.Json;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Tokens;

/// <summary>
/// What counts of a token's protected header: algorithm and name of the key. Extensions are refused; <c>jwk</c>, <c>jku</c> and <c>x5u</c> are never
/// looked at, since keys come from the register or from under a pinned anchor (<see cref="TokenCertificates"/>). Source: RFC 8725, 3.1, 3.2 and 3.11.
/// </summary>
/// <param name="Algorithm">One of the algorithms allowed.</param>
/// <param name="Method">The key named by <c>kid</c>; null when none.</param>
internal sealed record TokenHeader(string Algorithm, string? Method)
{
    /// <summary>Reads a header; null, with the reason, when it is not allowed.</summary>
    /// <param name="header">The header.</param>
    /// <param name="types">Values of <c>typ</c> that name this purpose, in capitals; it may also be absent.</param>
    /// <param name="reason">Class of the fault.</param>
    /// <param name="fault">The fault in words.</param>
    public static TokenHeader? TryRead(JsonElement header, IReadOnlyCollection<string> types, out ReasonClass reason, out string fault)
    {
        var algorithm = Text(header, "alg") ?? "";
        reason = ReasonClass.WeakAlgorithm;
        fault = "the algorithm is none of EdDSA, Ed25519, ES256, ES384, RS256, PS256";
        if (algorithm is not ("EdDSA" or "Ed25519" or "ES256" or "ES384" or "RS256" or "PS256")) return null;
        reason = ReasonClass.UnsupportedProof;
        fault = "the header demands an extension (crit, b64)";
        if (header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _)) return null;
        fault = "the token was made for another purpose (typ)";
        if (header.TryGetProperty("typ", out var typ) && (typ.ValueKind != JsonValueKind.String || !types.Contains((typ.GetString() ?? "").ToUpperInvariant()))) return null;
        fault = "the key is not named by a text (kid)";
        if (header.TryGetProperty("kid", out var kid) && kid.ValueKind != JsonValueKind.String) return null;
        fault = "";
        return new(algorithm, kid.ValueKind == JsonValueKind.String ? kid.GetString() : null);
    }

    /// <summary>A text member; null when there is none.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
