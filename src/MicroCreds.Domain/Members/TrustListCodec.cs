using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Members;

/// <summary>Signs and reads trust lists.</summary>
public static class TrustListCodec
{
    /// <summary>Longest validity of a list.</summary>
    public static readonly TimeSpan MaxValidity = TimeSpan.FromDays(30);

    /// <summary>The list, signed by each coordinator key.</summary>
    public static string Sign(TrustList list, IReadOnlyList<SigningKey> coordinators) =>
        JwsJson.Sign(DomainJson.Write(list), TrustList.MediaType, coordinators);

    /// <summary>
    /// Verifies and reads a signed list as of <paramref name="now"/>. Fails with <see cref="ProblemCode.StatementInvalid"/> when fewer than
    /// <paramref name="threshold"/> coordinators signed it, when it has expired or is valid for too long, or when its content is no trust list.
    /// </summary>
    public static Result<TrustList> Read(ReadOnlyMemory<byte> signedList, int threshold, Func<string, VerificationKey?> coordinatorKey, DateTimeOffset now)
    {
        if (JwsJson.Verify(signedList, TrustList.MediaType, threshold, coordinatorKey).Failed(out var problem, out var verified)) return problem;
        TrustList list;
        try
        {
            // What a newer program adds must not keep older nodes from the list. A change that they may not pass over has another media type.
            list = DomainJson.ReadTolerantly<TrustList>(verified.Payload.Span);
        }
        catch (JsonException e)
        {
            return Problem.Of(ProblemCode.StatementInvalid, $"The trust list is signed but cannot be read: {e.Message}", ("detail", e.Message));
        }

        if (list.ExpiresAt <= now) return Invalid($"expired at {list.ExpiresAt:u}; ask the coordinators for a new one");
        if (list.ExpiresAt - list.IssuedAt > MaxValidity) return Invalid($"is valid for more than {MaxValidity.TotalDays:0} days");
        if (list.Members.Select(m => m.Organisation).Distinct().Count() != list.Members.Length) return Invalid("names an organisation twice");
        if (list.Members.SelectMany(m => m.TlsKeys).Distinct().Count() != list.Members.Sum(m => m.TlsKeys.Length)) return Invalid("gives one TLS key to two members");
        if (list.Members.SelectMany(m => m.CredentialIssuers).Select(i => i.Id).Distinct().Count() != list.Members.Sum(m => m.CredentialIssuers.Length)) return Invalid("gives one issuer of credentials to two members");
        foreach (var member in list.Members)
        {
            if (member.StatementKeys.Any(key => !VerificationKey.TryFromJwk(key.Jwk, out _))) return Invalid($"has a statement key of {member.Organisation} that is not an EC P-256 public key");
            if (!member.SealAnchors.All(IsCertificate)) return Invalid($"has a seal anchor of {member.Organisation} that is not a certificate in DER");
        }

        return list;

        static bool IsCertificate(byte[] der)
        {
            try
            {
                using var certificate = X509CertificateLoader.LoadCertificate(der);
                return true;
            }
            catch (CryptographicException)
            {
                return false;
            }
        }

        Problem Invalid(string what) => Problem.Of(ProblemCode.StatementInvalid, $"The trust list serial {list.Serial} {what}.", ("serial", $"{list.Serial}"), ("detail", what));
    }
}
