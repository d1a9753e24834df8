using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.LinkedData;

namespace MicroCreds.Credentials.Issuing;

/// <summary>
/// Issues Open Badges 3.0 with either proof of the standard. Keys are on P-256, so tokens are ES256 and the suite is ecdsa-rdfc-2019: the
/// framework has no Ed25519, and a signer of our own would show its key in the time it takes. Safe to use from many threads.
/// </summary>
public sealed class OpenBadgeIssuer(SigningIssuer issuer)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// A badge as JSON Web Token: the credential is the payload, and the claims of the token repeat what it says.
    /// Source: Open Badges 3.0, 8.2; W3C VC-JOSE-COSE, 3.1.
    /// </summary>
    /// <param name="claims">What it says.</param>
    /// <param name="at">Time of issue, to the second.</param>
    /// <returns>The token in compact serialisation, ASCII.</returns>
    /// <exception cref="ArgumentException">A claim breaks its documented shape.</exception>
    public byte[] IssueToken(EdcClaims claims, DateTimeOffset at)
    {
        var payload = BadgeWriter.Write(claims, issuer, at);
        payload["iss"] = issuer.Id;
        payload["jti"] = claims.CredentialId;
        if (payload["credentialSubject"]?["id"] is { } subject) payload["sub"] = subject.DeepClone();
        payload["nbf"] = at.ToUnixTimeSeconds();
        if (claims.ValidUntil is { } until) payload["exp"] = until.ToUnixTimeSeconds();
        return Encoding.ASCII.GetBytes(Sign("vc+jwt", payload, issuer));
    }

    /// <summary>A badge with an embedded Data Integrity proof of the suite ecdsa-rdfc-2019. Source: Open Badges 3.0, 8.3; W3C Data Integrity ECDSA Cryptosuites 1.0, 3.2.1.</summary>
    /// <param name="claims">What it says.</param>
    /// <param name="at">Time of issue, to the second.</param>
    /// <returns>The JSON document, UTF-8.</returns>
    /// <exception cref="ArgumentException">A claim breaks its documented shape, or is no IRI where linked data demands one.</exception>
    public byte[] IssueWithProof(EdcClaims claims, DateTimeOffset at)
    {
        var credential = BadgeWriter.Write(claims, issuer, at);
        var proof = new JsonObject
        {
            ["type"] = "DataIntegrityProof",
            ["cryptosuite"] = "ecdsa-rdfc-2019",
            ["created"] = credential["validFrom"]?.DeepClone(),
            ["verificationMethod"] = issuer.Method,
            ["proofPurpose"] = "assertionMethod",
        };
        try
        {
            using var document = JsonDocument.Parse(credential.ToJsonString(Plain));
            using var options = JsonDocument.Parse(proof.ToJsonString(Plain));
            proof["proofValue"] = Multikey.Encode(issuer.Key.Sign(DataIntegrityProof.MessageOf(document.RootElement, options.RootElement, isJson: false, HashAlgorithmName.SHA256, [])));
        }
        catch (LinkedDataException e)
        {
            throw new ArgumentException($"The credential cannot be linked data: {e.Message}.", nameof(claims), e);
        }
        credential["proof"] = proof;
        return Encoding.UTF8.GetBytes(credential.ToJsonString(Plain));
    }

    /// <summary>Signs a token whose key is named by <c>kid</c>.</summary>
    internal static string Sign(string type, JsonObject payload, SigningIssuer issuer)
    {
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = type, ["kid"] = issuer.Method };
        var input = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString(Plain)))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload.ToJsonString(Plain)))}";
        return $"{input}.{Base64Url.EncodeToString(issuer.Key.Sign(Encoding.ASCII.GetBytes(input)))}";
    }
}
