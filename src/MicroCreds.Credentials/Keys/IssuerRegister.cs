using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Keys;

/// <summary>What the register knows of a signer.</summary>
/// <param name="Keys">Keys that may have made the proof; empty when none can be told.</param>
/// <param name="Trust">By whose registration they count; null for a did:key that nobody registered.</param>
/// <param name="StaleSince">Until when they were relied upon, when they could not be confirmed since; null when they count.</param>
internal sealed record SignerKeys(ImmutableArray<IssuerKey> Keys, TrustedIssuer? Trust, DateTimeOffset? StaleSince);

/// <summary>
/// The keys of all registered issuers, imported once. The only source of keys for proofs: a key that a file brings along, or an address at
/// which one might be fetched, is never looked at. A did:key is its own key, but counts only when it is registered.
/// </summary>
internal sealed class IssuerRegister
{
    private readonly FrozenDictionary<string, Registered> _issuers;

    /// <summary>Reads the keys of <paramref name="issuers"/>. A key of a kind not allowed is left out: proofs under it stay unresolved.</summary>
    public IssuerRegister(IReadOnlyList<TrustedIssuer> issuers)
    {
        var known = new Dictionary<string, Registered>(StringComparer.Ordinal);
        var published = issuers.Where(i => !i.BadgeDocuments.IsEmpty).SelectMany(i => i.CredentialIssuers).ToLookup(i => i.Id, StringComparer.Ordinal);
        foreach (var trust in issuers)
        {
            foreach (var issuer in trust.CredentialIssuers)
            {
                // Open Badges 2.0 publish each key of an owner as a document of its own; two that differ under one name cancel each other, as documents do.
                var stated = trust.BadgeDocuments.IsEmpty ? issuer.Keys : [.. published[issuer.Id].SelectMany(i => i.Keys).Distinct().GroupBy(k => k.Method).Where(g => g.Count() == 1).Select(g => g.Single())];
                var keys = stated.SelectMany(k => Read(k.Key) is { } key ? [(k.Method.StartsWith('#') ? issuer.Id + k.Method : k.Method, key)] : Array.Empty<(string, IssuerKey)>());
                // A name listed twice counts with the keys of its first owner alone, so that nobody can add keys to another's name.
                known.TryAdd(issuer.Id, new(trust, Multikey.TryReadDid(issuer.Id, out var own) ? [(issuer.Id, own)] : [.. keys], issuer.StaleSince));
            }
        }
        _issuers = known.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Keys of <paramref name="signer"/> that <paramref name="method"/> names; all of its keys when no method is named.</summary>
    public SignerKeys Find(string signer, string? method)
    {
        if (_issuers.TryGetValue(signer, out var issuer)) return new([.. issuer.Keys.Where(k => Names(signer, method, k.Method)).Select(k => k.Key)], issuer.Trust, issuer.StaleSince);
        // An unregistered did:key shows whether the file is whole, and that nobody vouches for it.
        return new(Multikey.TryReadDid(signer, out var own) && Names(signer, method, signer) ? [own] : [], null, null);
    }

    /// <summary>The signer that a method names: what stands before <c>#</c>.</summary>
    public static string SignerOf(string method) => method.IndexOf('#', StringComparison.Ordinal) is var at and >= 0 ? method[..at] : method;

    /// <summary>Whether a registered text is a key of a kind allowed.</summary>
    public static bool IsKey(string text) => Read(text) is not null;

    private static bool Names(string signer, string? method, string registered)
    {
        if (string.IsNullOrEmpty(method) || method == registered) return true;
        // did:key method, 3.1: the only verification method is the DID with its key as fragment.
        if (signer.StartsWith("did:key:", StringComparison.Ordinal)) return method == $"{signer}#{signer["did:key:".Length..]}" || method == $"#{signer["did:key:".Length..]}";
        return (method[0] == '#' && signer + method == registered) || $"{signer}#{registered}" == method || registered == $"{signer}#{method}";
    }

    private static IssuerKey? Read(string text)
    {
        if (Multikey.TryRead(text, out var key) || (text.StartsWith("-----BEGIN ", StringComparison.Ordinal) && IssuerKey.TryFromPem(text, out key))) return key;
        if (!StrictJson.TryParse(Encoding.UTF8.GetBytes(text), 8192, out var jwk, out _)) return null;
        using (jwk) return IssuerKey.TryFromJwk(jwk.RootElement, out key) ? key : null;
    }

    private sealed record Registered(TrustedIssuer Trust, ImmutableArray<(string Method, IssuerKey Key)> Keys, DateTimeOffset? StaleSince);
}
