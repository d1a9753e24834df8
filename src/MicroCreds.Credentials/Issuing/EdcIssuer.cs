using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MicroCreds.Credentials.Issuing;

/// <summary>Issues European Digital Credentials: ELM v3 JSON under a JAdES seal. Safe to use from many threads.</summary>
public sealed class EdcIssuer(SealingCertificate certificate)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes and seals one credential. <paramref name="at"/> becomes the time of issue and of sealing, to the second.</summary>
    /// <returns>The file, UTF-8 without byte order mark.</returns>
    /// <exception cref="ArgumentException">A claim breaks its documented shape, or the issuer is not the one the sealing certificate names.</exception>
    public byte[] Issue(EdcClaims claims, DateTimeOffset at)
    {
        if (claims.Issuer.LegalIdentifier != certificate.LegalIdentifier)
            throw new ArgumentException($"The sealing certificate belongs to {certificate.LegalIdentifier}, not to {claims.Issuer.LegalIdentifier}.", nameof(claims));
        var credential = ElmCredentialWriter.Write(claims, at);
        return JadesSealer.Seal(Encoding.UTF8.GetBytes(credential.ToJsonString(Plain)), certificate, at);
    }
}
