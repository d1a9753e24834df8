using System.Globalization;
using System.Text.Json;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.OpenBadge;

/// <summary>
/// A W3C credential secured as JSON Web Token: data model 1.1 under the claim <c>vc</c>, or data model 2.0 as the payload itself. Who signs is
/// the issuer named, the key is one of the register; <c>jwk</c>, <c>jku</c>, <c>x5u</c> and <c>x5c</c> of the header are never looked at.
/// Source: W3C Verifiable Credentials Data Model 1.1, 6.3.1; Securing Verifiable Credentials using JOSE and COSE, 3.1; RFC 8725.
/// </summary>
internal sealed class BadgeToken
{
    /// <summary>What this goes by.</summary>
    public const string Standard = "RFC 7515; RFC 8725; W3C VC-JOSE-COSE, 3.1";

    private static readonly string[] Types = ["JWT", "JOSE", "VC+JWT", "VC+LD+JWT", "VC-LD+JWT", "VC+LD+JSON+JWT"];

    private BadgeToken(JsonElement credential, string algorithm, string signer, string? method) =>
        (Credential, Algorithm, Signer, Method) = (credential, algorithm, signer, method);

    /// <summary>The credential.</summary>
    public JsonElement Credential { get; }

    /// <summary>Algorithm of the header; one of those allowed.</summary>
    public string Algorithm { get; }

    /// <summary>Who says that it signed: <c>iss</c>, or else the credential's issuer.</summary>
    public string Signer { get; }

    /// <summary>The key named by <c>kid</c>, if any.</summary>
    public string? Method { get; }

    /// <summary>Beginning of validity by <c>nbf</c>.</summary>
    public DateTimeOffset? From { get; private init; }

    /// <summary>End of validity by <c>exp</c>.</summary>
    public DateTimeOffset? Until { get; private init; }

    /// <summary>Claims of the token that contradict the credential inside, in words; empty when none does.</summary>
    public string Contradiction { get; private init; } = "";

    /// <summary>Reads header and claims; null, with the reason, when the token is not one of these or uses what is not allowed.</summary>
    public static BadgeToken? TryRead(CompactToken token, out ReasonClass reason, out string fault)
    {
        var header = token.Header;
        var algorithm = Text(header, "alg") ?? "";
        reason = ReasonClass.WeakAlgorithm;
        fault = "the algorithm is none of EdDSA, Ed25519, ES256, ES384, RS256, PS256";
        if (algorithm is not ("EdDSA" or "Ed25519" or "ES256" or "ES384" or "RS256" or "PS256")) return null;
        reason = ReasonClass.UnsupportedProof;
        fault = "the header demands an extension (crit, b64)";
        if (header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _)) return null;
        fault = "the token was made for another purpose (typ)";
        if (header.TryGetProperty("typ", out var typ) && (typ.ValueKind != JsonValueKind.String || !Types.Contains((typ.GetString() ?? "").ToUpperInvariant()))) return null;
        fault = "the key is not named by a text (kid)";
        if (header.TryGetProperty("kid", out var kid) && kid.ValueKind != JsonValueKind.String) return null;
        reason = ReasonClass.Malformed;
        fault = "a time of the token is not a number";
        var claims = token.Payload;
        if (!TryTime(claims, "nbf", out var from) || !TryTime(claims, "exp", out var until)) return null;
        fault = "the issuer of the token is not a text";
        if (claims.TryGetProperty("iss", out var iss) && iss.ValueKind != JsonValueKind.String) return null;

        var credential = claims.TryGetProperty("vc", out var vc) ? vc : claims;
        var issuer = IssuerOf(credential);
        var subject = credential.ValueKind == JsonValueKind.Object && credential.TryGetProperty("credentialSubject", out var person) ? Text(person, "id") : null;
        var contradictions = new List<string>();
        if (Text(claims, "sub") is { } sub && subject is not null && sub != subject) contradictions.Add("the token and the credential name different holders");
        if (Text(claims, "jti") is { } jti && Text(credential, "id") is { } id && jti != id) contradictions.Add("the token and the credential carry different identifiers");
        return new(credential, algorithm, Text(claims, "iss") ?? issuer, Text(header, "kid")) { From = from, Until = until, Contradiction = string.Join("; ", contradictions) };
    }

    /// <summary>The key that made the signature, or none.</summary>
    public SignerKeys FindKeys(IssuerRegister register)
    {
        // A kid that names another signer is no key of this one, even when that other is registered.
        var foreign = Method is { } method && (method.StartsWith("did:", StringComparison.Ordinal) || method.StartsWith("https://", StringComparison.Ordinal)) && IssuerRegister.SignerOf(method) != Signer;
        var found = register.Find(Signer, Method);
        return foreign ? found with { Keys = [] } : found;
    }

    /// <summary>The issuer that a credential names; empty when none.</summary>
    public static string IssuerOf(JsonElement credential)
    {
        if (credential.ValueKind != JsonValueKind.Object || !credential.TryGetProperty("issuer", out var issuer)) return "";
        return issuer.ValueKind == JsonValueKind.String ? issuer.GetString() ?? "" : Text(issuer, "id") ?? "";
    }

    private static bool TryTime(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var member)) return true;
        // RFC 7519, 2: seconds since 1970, whole or with a fraction. Beyond the year 9999 it is no date.
        if (member.ValueKind != JsonValueKind.Number || !decimal.TryParse(member.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || seconds is < 0 or > 253402300799) return false;
        time = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
