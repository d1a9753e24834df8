using System.Buffers.Text;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials.OpenBadge;

/// <summary>Open Badges of an issuer of ours, signed with a P-256 key.</summary>
internal static class Badges
{
    public static readonly DateTimeOffset At = Seals.At;
    public static readonly SigningKey Key = SigningKey.Generate();
    public static readonly string Did = DidOf(Key);
    public static readonly OrganisationId University = OrganisationId.Parse("uni-roma.example");

    public static readonly TrustedIssuer Member = Registered(new CredentialIssuer(Did, []));

    public static TrustedIssuer Registered(params CredentialIssuer[] issuers) => new(University, [], [], "trust list serial 3") { CredentialIssuers = [.. issuers] };

    /// <summary>A badge of data model 2.0.</summary>
    public static JsonObject Credential(string issuer) => JsonNode.Parse($$"""
        {
          "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
          "id": "urn:uuid:5f0c6d0e-8f6e-4d0e-9d3e-0d6c7a3b1f42",
          "type": ["VerifiableCredential", "OpenBadgeCredential"],
          "issuer": {"id": "{{issuer}}", "type": ["Profile"], "name": "Roma Uni", "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "uni-roma.example", "identifierType": "ext:schac"}]},
          "validFrom": "2026-07-01T00:00:00Z",
          "awardedDate": "2026-06-30T00:00:00Z",
          "credentialSubject": {
            "id": "did:example:learner", "type": ["AchievementSubject"],
            "achievement": {
              "id": "urn:uuid:9f0c6d0e-8f6e-4d0e-9d3e-0d6c7a3b1f42", "type": ["Achievement"], "name": "Data literacy", "humanCode": "DL-1",
              "criteria": {"narrative": "Reads data."},
              "alignment": [
                {"type": ["Alignment"], "targetType": "ext:EQF", "targetName": "EQF level 6", "targetCode": "6", "targetUrl": "https://eqf.example/6"},
                {"type": ["Alignment"], "targetType": "ceasn:Competency", "targetName": "Interprets data", "targetUrl": "http://data.europa.eu/esco/skill/ccdf3597-5c80-410f-896d-e1bdfa223de9"}
              ]
            },
            "result": [{"type": ["Result"], "value": "28/30"}]
          }
        }
        """)!.AsObject();

    /// <summary>A token of data model 2.0: the payload is the credential.</summary>
    public static byte[] Token(Action<JsonObject>? header = null, Action<JsonObject>? payload = null, SigningKey? key = null)
    {
        var head = new JsonObject { ["alg"] = "ES256", ["typ"] = "vc+jwt", ["kid"] = $"{Did}#{Did["did:key:".Length..]}" };
        header?.Invoke(head);
        var body = Credential(Did);
        payload?.Invoke(body);
        return Sign(head.ToJsonString(), body.ToJsonString(), key ?? Key);
    }

    /// <summary>A token of data model 1.1: the credential stands under <c>vc</c>.</summary>
    public static byte[] OldToken(Action<JsonObject>? claims = null)
    {
        var body = new JsonObject { ["iss"] = Did, ["nbf"] = 1_780_000_000, ["sub"] = "did:example:learner", ["vc"] = Credential(Did) };
        claims?.Invoke(body);
        return Sign($$"""{"alg":"ES256","typ":"JWT","kid":"{{Did}}"}""", body.ToJsonString(), Key);
    }

    public static byte[] Sign(string header, string payload, SigningKey key)
    {
        var input = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        return Encoding.ASCII.GetBytes($"{input}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(input)))}");
    }

    public static CredentialReport Verify(byte[] file, params TrustedIssuer[] issuers) => new CredentialVerifier(issuers.Length == 0 ? [Member] : issuers).Verify(file, At);

    public static string DidOf(SigningKey key) => $"did:key:{Multibase([0x80, 0x24, .. Compressed(key)])}";

    public static string Multibase(ReadOnlySpan<byte> bytes)
    {
        const string alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        var text = new StringBuilder();
        for (var number = new BigInteger(bytes, isUnsigned: true, isBigEndian: true); !number.IsZero; number /= 58) text.Insert(0, alphabet[(int)(number % 58)]);
        return $"z{new string('1', bytes.IndexOfAnyExcept((byte)0))}{text}";
    }

    internal static byte[] Compressed(SigningKey key)
    {
        var jwk = JsonNode.Parse(key.PublicKey.Jwk)!;
        var y = Base64Url.DecodeFromChars(jwk["y"]!.GetValue<string>());
        return [(byte)(2 + (y[^1] & 1)), .. Base64Url.DecodeFromChars(jwk["x"]!.GetValue<string>())];
    }
}
