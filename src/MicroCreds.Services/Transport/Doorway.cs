using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MicroCreds.Services.Transport;

/// <summary>
/// The places of one port. When all are taken, a new connection takes that of the one that has waited longest without anybody having signed in on
/// it, first of all one without a request in progress, so that connections opened to stay silent push out each other and nobody who calls. Source: the eviction of half-open connections in
/// RFC 4987, 3.3 ("Recycling the oldest half-open TCB").
/// </summary>
/// <param name="places">Connections at once.</param>
/// <param name="clock">Measures how long a connection is without a request.</param>
public sealed class Doorway(int places, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<DoorPlace> _strangers = new();
    private int _taken;

    /// <summary>Who of the partners calls on which of the connections.</summary>
    internal PartnerConnections Partners { get; } = new();

    /// <summary>Gives a port its places. Before anything else is done with the port: a handshake takes a place too.</summary>
    public static void Guard(ListenOptions listen)
    {
        var doorway = new Doorway(TransportLimits.MaxConnections, TimeProvider.System);
        listen.Use(next => connection => doorway.AdmitAsync(connection, next));
    }

    /// <summary>
    /// Lets connections go on which there has been no request for <see cref="TransportLimits.KeepAlive"/>. Before everything else: the server itself keeps
    /// an HTTP/2 connection for as long as the other side answers its PING.
    /// </summary>
    public static Task CountAsync(HttpContext context, RequestDelegate next)
    {
        if (DoorPlace.Of(context) is not { } place) return next(context);
        // Taken back before it began (CVE-2023-44487): whoever else waits must not wait for what nobody reads.
        if (place.IsTakenBack(context)) return Task.CompletedTask;
        place.Begin();
        // Not before the answer is with the caller, who may be slow.
        context.Response.OnCompleted(
            static place =>
            {
                ((DoorPlace)place).End();
                return Task.CompletedTask;
            },
            place);
        return next(context);
    }

    /// <summary>The caller of a request kept the node waiting for too long: no more requests on its connection.</summary>
    public static void LetGo(HttpContext context) => DoorPlace.Of(context)?.LetGo();

    /// <summary>Notes that somebody signed in on the connection of a request.</summary>
    public static void SignedIn(HttpContext context) => DoorPlace.Of(context)?.SignedIn();

    /// <summary>Serves a connection while it has a place; ends it at once when everybody inside has signed in.</summary>
    internal async Task AdmitAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (Enter(connection) is not { } place)
        {
            connection.Abort();
            return;
        }

        connection.Features.Set(place);
        CallerPipe.Wrap(connection, place, FloodTurns.Process);
        // The server never comes back from some connections that it cut off amid more streams than it can end. Their places are free all the same, and nothing holds what they keep in
        // memory: the clock of the place would.
        connection.ConnectionClosed.UnsafeRegister(
            _ =>
            {
                Leave(place);
                place.Dispose();
            },
            null);
        using (place)
        {
            try
            {
                await next(connection);
            }
            finally
            {
                Leave(place);
            }
        }
    }

    /// <summary>The place is no stranger's any more.</summary>
    internal void Know(DoorPlace place)
    {
        lock (_lock)
        {
            if (place.Stranger is not { } stranger) return;
            _strangers.Remove(stranger);
            place.Stranger = null;
        }
    }

    private DoorPlace? Enter(ConnectionContext connection)
    {
        DoorPlace? pushedOut = null;
        var place = new DoorPlace(this, connection, clock);
        lock (_lock)
        {
            if (_taken == places)
            {
                pushedOut = _strangers.FirstOrDefault(s => !s.IsBusy) ?? _strangers.First?.Value;
                if (pushedOut is null) return null;
                Free(pushedOut);
            }

            _taken++;
            place.Taken = true;
            place.Stranger = _strangers.AddLast(place);
        }

        pushedOut?.Abort();
        return place;
    }

    private void Leave(DoorPlace place)
    {
        lock (_lock) Free(place);
    }

    private void Free(DoorPlace place)
    {
        if (!place.Taken) return;
        (place.Taken, _taken) = (false, _taken - 1);
        if (place.Stranger is not { } stranger) return;
        _strangers.Remove(stranger);
        place.Stranger = null;
    }
}
