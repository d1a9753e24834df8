using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.SelectiveDisclosure;

/// <summary>
/// That the one who presented the credential held the key the issuer bound it to (<c>cnf</c>). A file that is submitted need not show it, so
/// its absence is told and does not refuse; a wrong one refuses. To whom it was shown is not asked: the file did not come by a challenge of ours.
/// Source: RFC 9901, 4.3 and 7.3.
/// </summary>
internal static class KeyBindingCheck
{
    private const string Standard = "RFC 9901 (SD-JWT), 7.3";

    public static VerificationCheck Make(SdJwt presented, JsonElement payload, DateTimeOffset at)
    {
        JsonElement jwk = default;
        var bound = payload.TryGetProperty("cnf", out var confirmation) && confirmation.ValueKind == JsonValueKind.Object && confirmation.TryGetProperty("jwk", out jwk);
        if (presented.KeyBinding.IsEmpty)
            return new(CheckKind.Owner, CheckResult.Skipped, ReasonClass.None, bound ? "The credential is bound to a key of the learner, and the file does not show that the learner holds it." : "The credential is bound to no key of the learner.", Standard);
        if (!bound || !IssuerKey.TryFromJwk(jwk, out var key)) return Refuse("The file shows a key of the learner, but the credential names none that can be used.");
        if (!CompactToken.TryRead(presented.KeyBinding, CredentialVerifier.MaxFileBytes, out var token, out var fault)) return Refuse($"The learner's token cannot be read: {fault}.");
        using (token)
        {
            if (TokenHeader.Text(token.Header, "typ") != "kb+jwt" || TokenHeader.TryRead(token.Header, ["KB+JWT"], out _, out _) is not { } header) return Refuse("The learner's token was made for another purpose or with another algorithm.");
            if (!key.Verify(header.Algorithm, token.Message.Span, token.Signature)) return Refuse("The learner's signature does not fit.");
            var hash = TokenHeader.Text(payload, "_sd_alg") switch { "sha-384" => HashAlgorithmName.SHA384, "sha-512" => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
            if (TokenHeader.Text(token.Payload, "sd_hash") != Base64Url.EncodeToString(CryptographicOperations.HashData(hash, presented.Presented.Span))) return Refuse("The learner signed other disclosures.");
            if (TokenHeader.Text(token.Payload, "aud") is not { } audience || TokenHeader.Text(token.Payload, "nonce") is null || !TokenTimes.TryRead(token.Payload, "iat", out var made) || made is not { } day || day > at)
                return Refuse("The learner's token does not say for whom and when it was made.");
            return new(CheckKind.Owner, CheckResult.Ok, ReasonClass.None, string.Create(CultureInfo.InvariantCulture, $"The learner's key signed these disclosures on {day:yyyy-MM-dd} for {Checks.SignerCheck.Shown(audience)}."), Standard);
        }
    }

    private static VerificationCheck Refuse(string evidence) => new(CheckKind.Owner, CheckResult.Error, ReasonClass.ProofInvalid, evidence, Standard);
}
