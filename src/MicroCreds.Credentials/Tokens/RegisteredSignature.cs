using System.Globalization;
using MicroCreds.Credentials.Checks;
using MicroCreds.Credentials.Keys;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Tokens;

/// <summary>The signature of a token under the registered keys of its signer, the counterpart of <see cref="CertifiedSignature"/>. Source: RFC 7515, 5.2; RFC 8725, 3.1.</summary>
internal static class RegisteredSignature
{
    /// <summary>Whether one of the keys made it; else the reason, in class and words.</summary>
    public static bool Verify(CompactToken token, string algorithm, string signer, SignerKeys found, out ReasonClass reason, out string fault)
    {
        (reason, fault) = found is { Keys.IsEmpty: true, Trust: not null } ? (ReasonClass.KeyUnresolvable, $"{SignerCheck.Shown(signer)} is registered, and no key that the token could mean is at hand: its keys have not come, or are others.")
            : found.Keys.IsEmpty ? (ReasonClass.KeyUnresolvable, $"No key of {SignerCheck.Shown(signer)} that the token could mean is registered.")
            : !found.Keys.Any(k => k.Fits(algorithm)) ? (ReasonClass.WeakAlgorithm, $"The algorithm {algorithm} does not fit the issuer's key.")
            : found.Keys.Any(k => k.Verify(algorithm, token.Message.Span, token.Signature)) ? (ReasonClass.None, "")
            : NoneFits(signer, found);
        return reason == ReasonClass.None;
    }

    /// <summary>What it means that no key of a signer made a signature: the file is wrong, unless the keys held are old and the signer may have others.</summary>
    public static (ReasonClass Reason, string Fault) NoneFits(string signer, SignerKeys found) => found.StaleSince is { } since
        ? (ReasonClass.KeyUnresolvable, string.Create(CultureInfo.InvariantCulture, $"None of the keys held of {SignerCheck.Shown(signer)} made the signature. They were relied upon until {since.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z and could not be confirmed since; the issuer may have others now."))
        : (ReasonClass.ProofInvalid, "The signature does not fit the content: it was changed after signing, or signed by someone else.");
}
