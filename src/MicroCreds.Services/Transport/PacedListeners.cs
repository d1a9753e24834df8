using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MicroCreds.Services.Transport;

/// <summary>
/// Ports that let a new connection in when the node has nothing else to do, and one after <see cref="TransportLimits.NewConnectionTurns"/> when it always has: what a flood of new
/// connections costs is not to be waited for by those who call on a connection that they have, and not by those who connect from elsewhere (<see cref="Newcomers"/>).
/// </summary>
/// <param name="inner">Opens the ports.</param>
/// <param name="clock">Measures the turns.</param>
/// <param name="waiting">How much work waits for a thread.</param>
public sealed class PacedListeners(IConnectionListenerFactory inner, TimeProvider clock, Func<long> waiting) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    // New connections looked at in one turn of a busy node.
    private const int AtOnce = 16;

    // The shortest time that the server's clock knows.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);

    // One for each thread is taken up at once.
    private static readonly long Much = Environment.ProcessorCount;

    /// <summary>Makes the server's ports so. After its transport was chosen.</summary>
    public static void Use(IServiceCollection services)
    {
        services.RemoveAll<IConnectionListenerFactory>();
        services.AddSingleton<IConnectionListenerFactory>(provider => new PacedListeners(
            ActivatorUtilities.CreateInstance<SocketTransportFactory>(provider), TimeProvider.System, static () => ThreadPool.PendingWorkItemCount));
    }

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = await inner.BindAsync(endpoint, cancellationToken);
        // Those who come by a socket of the file system are on this machine, and few.
        return endpoint is IPEndPoint ? new Paced(listener, clock, waiting) : listener;
    }

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => inner is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

    private sealed class Paced : IConnectionListener
    {
        private readonly IConnectionListener _inner;
        private readonly TimeProvider _clock;
        private readonly Func<long> _waiting;
        private readonly Newcomers _newcomers = new();
        private readonly SemaphoreSlim _places = new(TransportLimits.MaxNewConnections);
        private readonly SemaphoreSlim _come = new(0);
        private readonly Task _coming;

        internal Paced(IConnectionListener inner, TimeProvider clock, Func<long> waiting)
        {
            (_inner, _clock, _waiting) = (inner, clock, waiting);
            _coming = ComeAsync();
        }

        public EndPoint EndPoint => _inner.EndPoint;

        private bool IsBusy => _waiting() > Much;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            await _come.WaitAsync(cancellationToken);
            // The server asks for one after another: while this one waits, nobody is let in.
            for (var turn = 0; turn < TransportLimits.NewConnectionTurns && IsBusy; turn++) await Task.Delay(Turn, _clock, CancellationToken.None);
            if (Next() is { } connection) return connection;
            // Nobody will come any more, and whoever asks again is to hear it too.
            _come.Release();
            await _coming;
            return Next();
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _inner.UnbindAsync(cancellationToken);
            while (Next() is { } connection)
            {
                connection.Abort(new ConnectionAbortedException("The node ends."));
                await connection.DisposeAsync();
            }
        }

        public ValueTask DisposeAsync() => _inner.DisposeAsync();

        private ConnectionContext? Next()
        {
            lock (_newcomers)
            {
                var connection = _newcomers.Next();
                if (connection is not null) _places.Release();
                return connection;
            }
        }

        private async Task ComeAsync()
        {
            try
            {
                for (var come = 1; ; come++)
                {
                    await _places.WaitAsync();
                    if (await _inner.AcceptAsync() is not { } connection) return;
                    lock (_newcomers) _newcomers.Add(connection);
                    _come.Release();
                    // To look who has come costs little, and not nothing.
                    if (come % AtOnce == 0 && IsBusy) await Task.Delay(Turn, _clock);
                }
            }
            finally
            {
                _come.Release();
            }
        }
    }
}
