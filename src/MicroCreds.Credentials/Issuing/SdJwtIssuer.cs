using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Credentials.Issuing;

/// <summary>
/// Issues SD-JWT credentials whose content is an Open Badge, of the type that European wallets know. What identifies the learner stands in
/// disclosures, which the learner may leave out. Source: RFC 9901; SD-JWT VC, 2.2; type metadata of DC4EU. Safe to use from many threads.
/// </summary>
public sealed class SdJwtIssuer(SigningIssuer issuer)
{
    /// <summary>Type of the credentials (<c>vct</c>).</summary>
    public const string Type = "urn:eudi:micro_credential:1";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes one credential with all its disclosures, as it is handed to the learner.</summary>
    /// <param name="claims">What it says.</param>
    /// <param name="at">Time of issue, to the second.</param>
    /// <param name="learner">Key of the learner, to which the credential is bound (<c>cnf</c>); null for none.</param>
    /// <returns>Token and disclosures, joined and ended by tildes, ASCII.</returns>
    /// <exception cref="ArgumentException">A claim breaks its documented shape.</exception>
    public byte[] Issue(EdcClaims claims, DateTimeOffset at, VerificationKey? learner)
    {
        var payload = BadgeWriter.Write(claims, issuer, at);
        foreach (var name in (string[])["@context", "type", "name"]) payload.Remove(name);
        payload["iss"] = issuer.Id;
        payload["vct"] = Type;
        payload["iat"] = at.ToUnixTimeSeconds();
        payload["nbf"] = at.ToUnixTimeSeconds();
        if (claims.ValidUntil is { } until) payload["exp"] = until.ToUnixTimeSeconds();
        if (learner is not null) payload["cnf"] = new JsonObject { ["jwk"] = JsonNode.Parse(learner.Jwk) };
        var subject = payload["credentialSubject"]?.AsObject() ?? [];
        // The name stands in members of its own, so that one can be shown without the other.
        subject.Remove("identifier");
        subject.Remove("id");
        List<(string Name, string? Value)> personal =
        [
            ("id", claims.Holder.Identifier), ("givenName", claims.Holder.GivenName), ("familyName", claims.Holder.FamilyName),
            ("dateOfBirth", claims.Holder.BornOn?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)),
        ];
        var disclosures = personal.Where(claim => claim.Value is not null).Select(claim => Disclosure(claim.Name, claim.Value ?? "")).ToList();
        // RFC 9901, 4.2.4.1: digests are sorted, so that their order tells nothing of what they hide.
        subject["_sd"] = new JsonArray([.. disclosures.Select(disclosure => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(disclosure)))).Order(StringComparer.Ordinal).Select(digest => JsonValue.Create(digest))]);
        payload["_sd_alg"] = "sha-256";
        return Encoding.ASCII.GetBytes($"{OpenBadgeIssuer.Sign("dc+sd-jwt", payload, issuer)}~{string.Concat(disclosures.Select(disclosure => disclosure + "~"))}");
    }

    // RFC 9901, 4.2.1: a salt of 128 bits, so that nobody finds the value by trying.
    private static string Disclosure(string name, string value) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new JsonArray(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)), name, value).ToJsonString(Plain)));
}
