using System.Text.Json.Nodes;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials.OpenBadge;

/// <summary>Badges as JSON Web Tokens whose issuer is not registered, and whose header brings a certificate.</summary>
public sealed class CertifiedTokenTests() : CertifiedTokenContract(CredentialFormat.OpenBadgeJwt)
{
    private protected override byte[] Token(Action<JsonObject>? header = null, Action<JsonObject>? payload = null, SealingCertificate? seal = null, SigningKey? key = null)
    {
        var used = seal ?? Seals.Seal;
        var body = Badges.Credential(Issuer);
        body["issuer"]!["otherIdentifier"] = Identifiers();
        payload?.Invoke(body);
        return Badges.Sign(Header("vc+jwt", used, header).ToJsonString(), body.ToJsonString(), key ?? used.Key);
    }
}
