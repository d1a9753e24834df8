using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MicroCreds.Credentials.Certificates;

/// <summary>
/// Chains already followed, known by the certificates that stood in the file. Following one costs several signature verifications, and
/// an issuer seals thousands of credentials with one certificate. Valid for one set of anchors; validity periods are judged at each use.
/// </summary>
internal sealed class SealChainCache(AnchorStore anchors)
{
    // Sealing certificates in use at once in a large consortium, several times over. Beyond it chains are followed each time.
    private const int MaxChains = 4096;

    private readonly ConcurrentDictionary<string, SealChain> _chains = new(StringComparer.Ordinal);

    /// <summary>The chain of these certificates; null when the first cannot be used at all.</summary>
    public SealChain? Get(IReadOnlyList<byte[]> certificates)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> one = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var der in certificates)
        {
            SHA256.HashData(der, one);
            hash.AppendData(one);
        }
        var name = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (_chains.TryGetValue(name, out var known)) return known;
        var chain = SealChain.Build(certificates, anchors);
        // Only chains that end at an anchor are kept, so that strangers cannot fill the memory.
        if (chain is { AnchorThumbprint.Length: > 0 } && _chains.Count < MaxChains) _chains.TryAdd(name, chain);
        return chain;
    }
}
