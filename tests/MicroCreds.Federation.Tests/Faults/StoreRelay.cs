using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MicroCreds.Federation.Tests.Faults;

/// <summary>The network between one replica and the database servers: passes bytes, holds them back, or cuts every connection.</summary>
internal sealed class StoreRelay : IAsyncDisposable
{
    private readonly List<TcpListener> _listeners = [];
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _accepting = [];
    private volatile TaskCompletionSource _passes = Passing();
    private volatile bool _cut;

    /// <param name="sockets">Sockets of the servers.</param>
    public StoreRelay(IReadOnlyList<string> sockets)
    {
        foreach (var socket in sockets)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            _listeners.Add(listener);
            _accepting.Add(Task.Run(() => AcceptAsync(listener, new UnixDomainSocketEndPoint(socket))));
        }
    }

    /// <summary>Address of the store by way of this relay: whichever of the servers takes writes.</summary>
    public string Address => $"postgresql://postgres@{string.Join(',', _listeners.Select(l => l.LocalEndpoint))}/postgres?target_session_attrs=primary";

    /// <summary>Holds everything back from now on, as a network does that swallows packets: connections are taken, and nothing is answered.</summary>
    public void Stall() => _passes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends every connection, and every new one, from now on.</summary>
    public void Cut()
    {
        _cut = true;
        foreach (var socket in _open.Keys) socket.Close();
    }

    /// <summary>Passes everything on, from now on and what was held back.</summary>
    public void Mend()
    {
        _cut = false;
        _passes.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var listener in _listeners) listener.Stop();
        foreach (var socket in _open.Keys) socket.Close();
        await Task.WhenAll(_accepting);
        _stop.Dispose();
    }

    private static TaskCompletionSource Passing()
    {
        var passing = new TaskCompletionSource();
        passing.SetResult();
        return passing;
    }

    private async Task AcceptAsync(TcpListener listener, UnixDomainSocketEndPoint server)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var caller = await listener.AcceptSocketAsync(_stop.Token);
                _ = PassAsync(caller, server);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // Stopped, or a caller that left at once.
            }
        }
    }

    private async Task PassAsync(Socket caller, UnixDomainSocketEndPoint server)
    {
        using var beyond = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        (_open[caller], _open[beyond]) = (true, true);
        try
        {
            if (_cut) return;
            await _passes.Task.WaitAsync(_stop.Token);
            await beyond.ConnectAsync(server, _stop.Token);
            await Task.WhenAny(CopyAsync(caller, beyond), CopyAsync(beyond, caller));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is away, or the connection was cut.
        }
        finally
        {
            _open.TryRemove(caller, out _);
            _open.TryRemove(beyond, out _);
            caller.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var read)
            {
                await _passes.Task.WaitAsync(_stop.Token);
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Whichever side ends first ends both.
        }
    }
}
