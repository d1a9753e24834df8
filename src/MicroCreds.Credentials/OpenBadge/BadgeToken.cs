using System.Text.Json;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.OpenBadge;

/// <summary>
/// A W3C credential secured as JSON Web Token: data model 1.1 under the claim <c>vc</c>, or data model 2.0 as the payload itself. Who signs is
/// the issuer named, the key is one of the register; <c>jwk</c>, <c>jku</c> and <c>x5u</c> of the header are never looked at.
/// Source: W3C Verifiable Credentials Data Model 1.1, 6.3.1; Securing Verifiable Credentials using JOSE and COSE, 3.1; RFC 8725.
/// </summary>
internal sealed class BadgeToken
{
    /// <summary>What this goes by.</summary>
    public const string Standard = "RFC 7515; RFC 8725; W3C VC-JOSE-COSE, 3.1";

    private static readonly string[] Types = ["JWT", "JOSE", "VC+JWT", "VC+LD+JWT", "VC-LD+JWT", "VC+LD+JSON+JWT"];

    private BadgeToken(JsonElement credential, TokenHeader header, string signer) => (Credential, Header, Signer) = (credential, header, signer);

    /// <summary>The credential.</summary>
    public JsonElement Credential { get; }

    /// <summary>Algorithm and key named.</summary>
    public TokenHeader Header { get; }

    /// <summary>Who says that it signed: <c>iss</c>, or else the credential's issuer.</summary>
    public string Signer { get; }

    /// <summary>Period of validity by the token's own claims.</summary>
    public required TokenTimes Times { get; init; }

    /// <summary>Claims of the token that contradict the credential inside, in words; empty when none does.</summary>
    public string Contradiction { get; private init; } = "";

    /// <summary>Reads header and claims; null, with the reason, when the token is not one of these or uses what is not allowed.</summary>
    public static BadgeToken? TryRead(CompactToken token, out ReasonClass reason, out string fault)
    {
        if (TokenHeader.TryRead(token.Header, Types, out reason, out fault) is not { } header) return null;
        reason = ReasonClass.Malformed;
        fault = "a time of the token is not a number";
        var claims = token.Payload;
        if (TokenTimes.TryRead(claims) is not { } times) return null;
        fault = "the issuer of the token is not a text";
        if (claims.TryGetProperty("iss", out var iss) && iss.ValueKind != JsonValueKind.String) return null;

        var credential = claims.TryGetProperty("vc", out var vc) ? vc : claims;
        var issuer = IssuerOf(credential);
        var subject = credential.ValueKind == JsonValueKind.Object && credential.TryGetProperty("credentialSubject", out var person) ? TokenHeader.Text(person, "id") : null;
        var contradictions = new List<string>();
        if (TokenHeader.Text(claims, "sub") is { } sub && subject is not null && sub != subject) contradictions.Add("the token and the credential name different holders");
        if (TokenHeader.Text(claims, "jti") is { } jti && TokenHeader.Text(credential, "id") is { } id && jti != id) contradictions.Add("the token and the credential carry different identifiers");
        return new(credential, header, TokenHeader.Text(claims, "iss") ?? issuer) { Times = times, Contradiction = string.Join("; ", contradictions) };
    }

    /// <summary>The keys of a signer that may have made the signature.</summary>
    public static SignerKeys FindKeys(IssuerRegister register, string signer, string? method)
    {
        // A kid that names another signer is no key of this one, even when that other is registered.
        var foreign = method is not null && (method.StartsWith("did:", StringComparison.Ordinal) || method.StartsWith("https://", StringComparison.Ordinal)) && IssuerRegister.SignerOf(method) != signer;
        var found = register.Find(signer, method);
        return foreign ? found with { Keys = [] } : found;
    }

    /// <summary>The issuer that a credential names; empty when none.</summary>
    public static string IssuerOf(JsonElement credential)
    {
        if (credential.ValueKind != JsonValueKind.Object || !credential.TryGetProperty("issuer", out var issuer)) return "";
        return issuer.ValueKind == JsonValueKind.String ? issuer.GetString() ?? "" : TokenHeader.Text(issuer, "id") ?? "";
    }
}
