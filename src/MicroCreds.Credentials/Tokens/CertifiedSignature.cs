using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Checks;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Tokens;

/// <summary>
/// The signature of a token whose signer is not registered, under the certificate that its header brings (<c>x5c</c>). The certificate counts only
/// under a pinned anchor; what anchor that is, and whom the certificate names, is judged as for the seal of a European Digital Credential.
/// Source: RFC 7515, 4.1.6; ETSI EN 319 412-1, 5.1.4.
/// </summary>
internal static class CertifiedSignature
{
    /// <summary>The chain under whose first key the token verifies; null, with the reason, when there is none.</summary>
    public static SealChain? Verify(CompactToken token, string algorithm, string signer, SealChainCache chains, out ReasonClass reason, out string fault)
    {
        if (!TokenCertificates.TryRead(token.Header, out var certificates, out reason, out fault))
        {
            fault = $"The token cannot be used: {fault}.";
            return null;
        }
        if (chains.Get(certificates) is not { AnchorThumbprint.Length: > 0 } chain)
        {
            (reason, fault) = (ReasonClass.KeyUnresolvable, $"No key of {SignerCheck.Shown(signer)} is registered, and the certificate of the token ends at no pinned anchor.");
            return null;
        }
        (reason, fault) = !chain.Key.Fits(algorithm) ? (ReasonClass.WeakAlgorithm, $"The algorithm {algorithm} does not fit the certificate's key.")
            : !chain.Key.Verify(algorithm, token.Message.Span, token.Signature) ? (ReasonClass.ProofInvalid, "The signature does not fit the content: it was changed after signing, or signed by someone else.")
            : (ReasonClass.None, "");
        return reason == ReasonClass.None ? chain : null;
    }

    /// <summary>Who signed, for the evidence of the seal.</summary>
    public static string Words(string algorithm, SealChain chain) => $"{algorithm} by {chain.Path[0].Name} ({chain.Path[0].Thumbprint[..16]})";
}
