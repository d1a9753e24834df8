using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Transport;

/// <summary>The place that one connection takes at a port; requests on it carry it as a feature. It is let go when there has been no request on it for a time.</summary>
internal sealed class DoorPlace : IDisposable
{
    // Between the friendly end and the other one: time for what the caller had sent meanwhile.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    // Whether a caller is still there costs the server an object for each request that is asked: those who take calls back take many back.
    private const uint AskedOneOf = 16;

    private readonly Doorway _doorway;
    private readonly ConnectionContext _connection;
    private readonly TimeProvider _clock;
    private readonly ITimer _idle;
    private long _idleSince;
    private int _requests;
    private uint _begun;
    private bool _takesBack;
    private bool _leaving;

    internal DoorPlace(Doorway doorway, ConnectionContext connection, TimeProvider clock)
    {
        (_doorway, _connection, _clock, _idleSince) = (doorway, connection, clock, clock.GetTimestamp());
        _idle = clock.CreateTimer(static place => ((DoorPlace?)place)?.Idle(), this, TransportLimits.KeepAlive, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The place of the connection that a request came on; null where places are not counted.</summary>
    internal static DoorPlace? Of(HttpContext context) => context.Features[typeof(DoorPlace)] as DoorPlace;

    /// <summary>Who of the partners calls on which connections of the port.</summary>
    internal PartnerConnections Partners => _doorway.Partners;

    /// <summary>Ends when the connection does.</summary>
    internal CancellationToken Closed => _connection.ConnectionClosed;

    /// <summary>Calls of a partner in progress; kept by <see cref="PartnerConnections"/>.</summary>
    internal int Calls { get; set; }

    /// <summary>Whether the place counts; kept by <see cref="Doorway"/>.</summary>
    internal bool Taken { get; set; }

    /// <summary>Its turn among those who have not signed in; null once somebody has. Kept by <see cref="Doorway"/>.</summary>
    internal LinkedListNode<DoorPlace>? Stranger { get; set; }

    /// <summary>Whether somebody has said who it is, in a request that has begun or in one that is not whole yet: the former alone keeps the place.</summary>
    internal bool IsKnown { get; set; }

    /// <summary>Whether a request is in progress.</summary>
    internal bool IsBusy => Volatile.Read(ref _requests) > 0;

    /// <summary>Somebody signed in on this connection.</summary>
    internal void SignedIn()
    {
        IsKnown = true;
        if (Stranger is not null) _doorway.Know(this);
    }

    /// <summary>Whether the caller of a request has taken it back. Asked of one of sixteen on a connection until one was, and of each from then on.</summary>
    internal bool IsTakenBack(HttpContext context)
    {
        // Two at once may count as one.
        if (!_takesBack && _begun++ % AskedOneOf != 0) return false;
        var taken = context.RequestAborted.IsCancellationRequested;
        if (taken) _takesBack = true;
        return taken;
    }

    /// <summary>A request began.</summary>
    internal void Begin() => Interlocked.Increment(ref _requests);

    /// <summary>A request has been answered.</summary>
    internal void End()
    {
        if (Interlocked.Decrement(ref _requests) > 0) return;
        Volatile.Write(ref _idleSince, _clock.GetTimestamp());
        if (_leaving) _idle.Change(Farewell, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lets the requests in progress end and takes no more on this connection.</summary>
    internal void LetGo()
    {
        _leaving = true;
        _connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        _idle.Change(Farewell, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the connection now.</summary>
    internal void Abort() => _connection.Abort(new ConnectionAbortedException("The node needs the place of this connection."));

    /// <inheritdoc/>
    public void Dispose() => _idle.Dispose();

    private void Idle()
    {
        // Not set anew with each request, of which there are many: it sees when it is due how long ago the last one was.
        var rest = IsBusy ? TransportLimits.KeepAlive : TransportLimits.KeepAlive - _clock.GetElapsedTime(Volatile.Read(ref _idleSince));
        if (_leaving && !IsBusy) Abort();
        else if (!_leaving && rest > TimeSpan.Zero) _idle.Change(rest, Timeout.InfiniteTimeSpan);
        else if (!_leaving) LetGo();
    }
}
