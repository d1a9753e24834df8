using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Services.Outside;

/// <summary>
/// What the operator lets the node fetch, and to which machines it may connect for it. Documents are named one by one; only status lists may also
/// be found under a part of an address, because credentials say which of them they mean.
/// </summary>
public sealed class AllowedAddresses
{
    // IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890): what is not reachable from everywhere.
    private static readonly ImmutableArray<IPNetwork> Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private readonly FrozenSet<OutsideDocument> _named;
    private readonly ImmutableArray<string> _statusLists;
    private readonly ImmutableArray<IPNetwork> _private;

    /// <summary>Makes the list.</summary>
    /// <param name="named">Documents that are fetched from the start, each with an address that <see cref="IsPlain"/>, or that is a file.</param>
    /// <param name="statusLists">Beginnings of addresses (https, ending with a slash) under which status lists are fetched once a credential points to them.</param>
    /// <param name="privateNetworks">Networks that are not public and may be connected to all the same.</param>
    public AllowedAddresses(IEnumerable<OutsideDocument> named, IEnumerable<string> statusLists, IEnumerable<IPNetwork> privateNetworks)
    {
        Named = [.. named.Distinct()];
        _named = Named.ToFrozenSet();
        _statusLists = [.. statusLists];
        _private = [.. privateNetworks];
    }

    /// <summary>Documents that are fetched from the start.</summary>
    public ImmutableArray<OutsideDocument> Named { get; }

    /// <summary>Whether a text is an address that may be allowed: https, with a host, and spelt in the one way that leaves no doubt what it begins with.</summary>
    public static bool IsPlain(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && uri.AbsoluteUri == address && !address.Contains("%2e", StringComparison.OrdinalIgnoreCase) && !address.Contains("%2f", StringComparison.OrdinalIgnoreCase) && !address.Contains("%5c", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a document may be fetched.</summary>
    public bool Allows(OutsideDocument document) =>
        _named.Contains(document)
        // A question behind the address could name a learner; a whole list needs none.
        || (document.Kind == OutsideKind.StatusList && IsPlain(document.Address) && !document.Address.Contains('?', StringComparison.Ordinal) && _statusLists.Any(begin => document.Address.StartsWith(begin, StringComparison.Ordinal)));

    /// <summary>Whether a document is a file of this machine that the operator named, and not something to fetch.</summary>
    public static bool IsFile(string address) => address.StartsWith("file://", StringComparison.Ordinal);

    /// <summary>Whether a connection to an address may be made: it is public, or in a network that the operator named.</summary>
    public bool MayConnect(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return _private.Any(n => n.Contains(address)) || (!Special.Any(n => n.Contains(address)) && (address.AddressFamily == AddressFamily.InterNetwork || Global6.Contains(address)));
    }
}
