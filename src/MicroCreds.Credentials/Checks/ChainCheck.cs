using System.Globalization;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Checks;

/// <summary>From the sealing certificate to a pinned anchor. The network is never asked; revocation goes by the lists at hand.</summary>
internal static class ChainCheck
{
    public static VerificationCheck Make(SealChain chain, AnchorStore anchors, DateTimeOffset at)
    {
        var path = string.Join(" <- ", chain.Path.Select(e => $"{e.Name} ({e.Thumbprint[..16]})"));
        if (chain.AnchorThumbprint.Length == 0)
            return new(CheckKind.CertificateChain, CheckResult.Error, ReasonClass.UntrustedIssuer, $"The chain ends at no pinned anchor: {path}.", "pinned anchors");

        var pinned = anchors.IssuersAt(chain.AnchorThumbprint);
        var counting = pinned.Where(i => i.CountsAt(at)).ToList();
        var source = string.Join(", ", (counting.Count > 0 ? counting : [.. pinned]).Select(i => i.Source).Distinct());
        if (counting.Count == 0)
            return new(CheckKind.CertificateChain, CheckResult.Error, ReasonClass.UntrustedIssuer, $"The anchor does not count at this time: {string.Join("; ", pinned.SelectMany(i => i.Periods).Select(Shown))}. {path}.", source);
        if (counting.All(i => i.Qualified) && !chain.IsQualifiedSeal)
            return new(CheckKind.CertificateChain, CheckResult.Error, ReasonClass.UntrustedIssuer, $"The trusted list vouches for qualified seals, and the sealing certificate does not state to be one: {path}.", source);
        if (!chain.AllowsSealing)
            return new(CheckKind.CertificateChain, CheckResult.Error, ReasonClass.UntrustedIssuer, $"The key usage of the sealing certificate does not allow to sign: {path}.", source);

        // No trusted timestamp proves an earlier time (a sigT and a timestamp by an unknown authority are the sealer's own word), so now counts.
        var outside = chain.Path.Where(e => at < e.NotBefore || at > e.NotAfter).Select(e =>
            string.Create(CultureInfo.InvariantCulture, $"{e.Name} is valid from {e.NotBefore:yyyy-MM-dd} to {e.NotAfter:yyyy-MM-dd}")).ToList();
        var (revoked, words) = anchors.Revocations.Judge(chain, at);
        if (revoked == ReasonClass.CertificateExpired) return new(CheckKind.CertificateChain, CheckResult.Error, revoked, $"{words} {path}.", source);
        if (outside.Count == 0 && revoked != ReasonClass.None) return new(CheckKind.CertificateChain, CheckResult.Skipped, revoked, $"{words} {path}.", source) { Holds = true };
        return outside.Count > 0
            ? new(CheckKind.CertificateChain, CheckResult.Error, ReasonClass.CertificateExpired, $"A certificate is not valid on {at:yyyy-MM-dd}: {string.Join("; ", outside)}.", source)
            : new(CheckKind.CertificateChain, CheckResult.Ok, ReasonClass.None, $"{path}. {words}", source);
    }

    private static string Shown(TrustPeriod period) => string.Create(CultureInfo.InvariantCulture, $"it did from {period.From:yyyy-MM-dd} until {period.Until:yyyy-MM-dd}");
}
