using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Certificates;

/// <summary>
/// The revocation lists at hand, by the authority each is of. An authority that is named without a list, or whose list is stale, lets nothing pass: whether its
/// certificates were revoked cannot be said. Of other authorities nothing is asked. Immutable.
/// </summary>
public sealed class RevocationBook
{
    private readonly FrozenDictionary<string, (RevocationList? List, DateTimeOffset ReliedUntil)> _lists;

    /// <summary>A book.</summary>
    /// <param name="lists">For each authority its list, null when none is held, and the time until which it is relied upon.</param>
    public RevocationBook(IEnumerable<(X509Certificate2 Authority, RevocationList? List, DateTimeOffset ReliedUntil)> lists) =>
        _lists = lists.GroupBy(l => ChainElement.ThumbprintOf(l.Authority)).ToFrozenDictionary(g => g.Key, g => g.Select(l => (l.List, l.ReliedUntil)).First(), StringComparer.Ordinal);

    /// <summary>Asks of no authority.</summary>
    public static RevocationBook Empty { get; } = new([]);

    /// <summary>What the lists say of a chain: the class of what stands against it, and that in words; none and which lists were asked when nothing does.</summary>
    internal (ReasonClass Reason, string Words) Judge(SealChain chain, DateTimeOffset at)
    {
        var asked = new List<string>();
        var byQuestion = new List<string>();
        for (var i = 0; i + 1 < chain.Path.Length; i++)
        {
            if (!_lists.TryGetValue(chain.Path[i + 1].Thumbprint, out var held))
            {
                if (chain.Path[i].NamesResponder) byQuestion.Add(chain.Path[i + 1].Name);
                continue;
            }
            var authority = chain.Path[i + 1].Name;
            if (held.List is not { } list) return (ReasonClass.StatusUnavailable, $"The revocation list of {authority} is not at hand, so it cannot be said whether {chain.Path[i].Name} was revoked.");
            // Also a stale list says what was revoked before.
            if (list.RevokedAt(chain.Path[i].Serial) is { } revoked && revoked <= at)
                return (ReasonClass.CertificateExpired, string.Create(CultureInfo.InvariantCulture, $"{authority} revoked {chain.Path[i].Name} on {revoked:yyyy-MM-dd HH:mm:ss}Z."));
            if (at > held.ReliedUntil || at > list.NextUpdate)
                return (ReasonClass.StatusUnavailable, string.Create(CultureInfo.InvariantCulture, $"The revocation list of {authority} is stale: it is of {list.IssuedAt:yyyy-MM-dd HH:mm:ss}Z."));
            asked.Add(string.Create(CultureInfo.InvariantCulture, $"{authority} ({list.IssuedAt:yyyy-MM-dd HH:mm:ss}Z)"));
        }
        // Each question would tell the authority whose credential is checked, and when; a list tells nothing. Answers that the file brings along are its own word.
        var unasked = byQuestion.Count == 0 ? "" : $" {string.Join(", ", byQuestion)} would answer questions (OCSP), which are not put; name a revocation list to have it asked.";
        return (ReasonClass.None, $"{(asked.Count == 0 ? "Revocation of certificates was not asked." : $"Not revoked by the list of {string.Join(", ", asked)}.")}{unasked}");
    }
}
