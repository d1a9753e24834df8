using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace MicroCreds.Services.Transport;

/// <summary>The place that one connection takes at a port; requests on it carry it as a feature.</summary>
internal sealed class DoorPlace(Doorway doorway, ConnectionContext connection)
{
    /// <summary>Who of the partners calls on which connections of the port.</summary>
    internal PartnerConnections Partners => doorway.Partners;

    /// <summary>Ends when the connection does.</summary>
    internal CancellationToken Closed => connection.ConnectionClosed;

    /// <summary>Calls in progress; kept by <see cref="PartnerConnections"/>.</summary>
    internal int Calls { get; set; }

    /// <summary>Whether the place counts; kept by <see cref="Doorway"/>.</summary>
    internal bool Taken { get; set; }

    /// <summary>Its turn among those who have not signed in; null once somebody has. Kept by <see cref="Doorway"/>.</summary>
    internal LinkedListNode<DoorPlace>? Stranger { get; set; }

    /// <summary>Somebody signed in on this connection.</summary>
    internal void SignedIn()
    {
        if (Stranger is not null) doorway.Know(this);
    }

    /// <summary>Ends the connection now.</summary>
    internal void End() => connection.Abort(new ConnectionAbortedException("The place is needed, and nobody signed in on this connection."));

    /// <summary>Lets the calls in progress end and takes no more on this connection.</summary>
    internal void LetGo() => connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
}
