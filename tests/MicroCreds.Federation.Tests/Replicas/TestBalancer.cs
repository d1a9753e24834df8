using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MicroCreds.Federation.Tests.Replicas;

/// <summary>Stands for the load balancer before replicas: passes each connection to the next of them that takes it, byte for byte.</summary>
internal sealed class TestBalancer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<IReadOnlyList<IPEndPoint>> _replicas;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _passing = [];
    private readonly Task _loop;
    private int _next;

    /// <param name="port">Loopback port that partners call.</param>
    /// <param name="replicas">The replicas that are up now.</param>
    public TestBalancer(int port, Func<IReadOnlyList<IPEndPoint>> replicas)
    {
        (_listener, _replicas) = (new TcpListener(IPAddress.Loopback, port), replicas);
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        await Task.WhenAll(_passing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _passing.Add(PassAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // Stopped, or a caller that left at once.
            }
        }
    }

    private async Task PassAsync(TcpClient caller)
    {
        using (caller)
        {
            foreach (var _ in _replicas())
            {
                var up = _replicas();
                if (up.Count == 0) return;
                using var replica = new TcpClient();
                try
                {
                    await replica.ConnectAsync(up[Interlocked.Increment(ref _next) % up.Count], _stop.Token);
                }
                catch (SocketException)
                {
                    continue;
                }

                try
                {
                    // Whichever side ends first ends both.
                    await await Task.WhenAny(caller.GetStream().CopyToAsync(replica.GetStream(), _stop.Token), replica.GetStream().CopyToAsync(caller.GetStream(), _stop.Token));
                }
                catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
                {
                    // A side was killed.
                }

                return;
            }
        }
    }
}
