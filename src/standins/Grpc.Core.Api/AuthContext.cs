using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>What the transport knows about the identity of a peer: named properties, one of which is its identity.</summary>
public class AuthContext
{
    private readonly Dictionary<string, List<AuthProperty>> _properties;

    /// <summary>Makes a context.</summary>
    /// <param name="peerIdentityPropertyName">Name of the property that identifies the peer; null if it is not authenticated.</param>
    /// <param name="properties">All properties by name.</param>
    public AuthContext(string? peerIdentityPropertyName, Dictionary<string, List<AuthProperty>> properties)
    {
        PeerIdentityPropertyName = peerIdentityPropertyName;
        _properties = GrpcPreconditions.CheckNotNull(properties, nameof(properties));
    }

    /// <summary>Whether the peer is authenticated.</summary>
    public bool IsPeerAuthenticated => PeerIdentityPropertyName is not null;

    /// <summary>Name of the property that identifies the peer; null if it is not authenticated.</summary>
    public string? PeerIdentityPropertyName { get; }

    /// <summary>Properties that identify the peer; empty if it is not authenticated.</summary>
    public IEnumerable<AuthProperty> PeerIdentity => PeerIdentityPropertyName is { } name ? FindPropertiesByName(name) : [];

    /// <summary>All properties.</summary>
    public IEnumerable<AuthProperty> Properties => _properties.Values.SelectMany(properties => properties);

    /// <summary>The properties with this name; empty if there are none.</summary>
    public IEnumerable<AuthProperty> FindPropertiesByName(string propertyName) =>
        _properties.TryGetValue(propertyName, out var found) ? found : [];
}
