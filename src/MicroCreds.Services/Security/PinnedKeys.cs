using System.Security.Cryptography.X509Certificates;

namespace MicroCreds.Services.Security;

/// <summary>What TLS is told of certificates where trust comes from keys that the trust list pins, and from no authority.</summary>
internal static class PinnedKeys
{
    /// <summary>
    /// Nothing is looked for to a certificate that was shown. Without this the authority would be fetched from wherever the certificate says (authority information access, RFC 5280,
    /// 4.2.2.1), by whoever shows one, with a thread that waits for it; and every handshake would search the authorities of the system.
    /// </summary>
    public static X509ChainPolicy NoChain() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        VerificationFlags = X509VerificationFlags.AllFlags,
    };
}
