using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MicroCreds.Services.Transport;

/// <summary>
/// A port that lets a new connection in when the node has nothing else to do, and one after <see cref="TransportLimits.WaitingTurns"/> when it always has: what a flood of new
/// connections costs is not to be waited for by those who call on a connection that they have, and not by those who connect from elsewhere (<see cref="AddressLines{T}"/>). Until then nothing is
/// read from it, and it has no memory but the system's.
/// </summary>
internal sealed class PacedListener : IConnectionListener
{
    // New connections looked at in one turn of a busy node.
    private const int AtOnce = 8;

    private readonly Socket _port;
    private readonly SocketConnectionContextFactory _connections;
    private readonly NodeLoad _load;
    private readonly AddressLines<Socket> _newcomers;
    private readonly SemaphoreSlim _come = new(0);
    private readonly Task _coming;

    /// <param name="port">Listens.</param>
    /// <param name="connections">Makes the server's connections of those who are let in.</param>
    /// <param name="places">As many as may wait to be let in.</param>
    /// <param name="load">Tells what else there is to do.</param>
    internal PacedListener(Socket port, SocketConnectionContextFactory connections, int places, NodeLoad load)
    {
        (_port, _connections, _newcomers, _load) = (port, connections, new(places), load);
        EndPoint = port.LocalEndPoint!;
        _coming = ComeAsync();
    }

    /// <inheritdoc/>
    public EndPoint EndPoint { get; }

    /// <summary>New connections that wait to be let in.</summary>
    internal int Waiting => _come.CurrentCount;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await _come.WaitAsync(cancellationToken);
            // The server asks for one after another: while this one waits, nobody is let in.
            await _load.WaitAsync(0, TransportLimits.WaitingTurns);
            if (Next() is not { } connection) break;
            try
            {
                return _connections.Create(connection);
            }
            catch (SocketException)
            {
                // It has left again: the server would let nobody in any more.
                connection.Dispose();
            }
        }

        // Nobody will come any more, and whoever asks again is to hear it too.
        _come.Release();
        await _coming;
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _port.Dispose();
        await _coming;
        while (Next() is { } connection) connection.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        _connections.Dispose();
    }

    private Socket? Next()
    {
        lock (_newcomers) return _newcomers.Next();
    }

    private async Task ComeAsync()
    {
        try
        {
            for (var come = 1; await ComerAsync() is { } connection; come++)
            {
                Socket? last;
                lock (_newcomers) last = _newcomers.Add((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None, connection);
                if (last is null) _come.Release();
                else last.Dispose();
                // To look who has come costs little, and not nothing.
                if (come % AtOnce == 0 && _load.IsBusy) await _load.TurnAsync();
            }
        }
        finally
        {
            _come.Release();
        }
    }

    /// <summary>The next one who connects; null when the port is shut.</summary>
    private async ValueTask<Socket?> ComerAsync()
    {
        while (true)
        {
            try
            {
                var connection = await _port.AcceptAsync();
                connection.NoDelay = true;
                return connection;
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException)
            {
                // One that has left again, or there is no room for it: to try at once would use a processor.
                await _load.TurnAsync();
            }
        }
    }
}
