using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MicroCreds.Services.Transport;

/// <summary>Opens the ports of the system as <see cref="PacedListener"/>. Whoever comes by a socket of the file system is on this machine, and is let in as the server does it.</summary>
/// <param name="sockets">Opens everything else.</param>
/// <param name="options">How a port is opened, and how its connections are read.</param>
/// <param name="load">Tells what else there is to do.</param>
/// <param name="logs">For the server's lines about connections.</param>
public sealed class PacedListeners(SocketTransportFactory sockets, SocketTransportOptions options, NodeLoad load, ILoggerFactory logs)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>Makes the server's ports so. After its transport was chosen.</summary>
    public static void Use(IServiceCollection services)
    {
        services.RemoveAll<IConnectionListenerFactory>();
        services.AddSingleton<IConnectionListenerFactory>(provider => new PacedListeners(
            ActivatorUtilities.CreateInstance<SocketTransportFactory>(provider), provider.GetRequiredService<IOptions<SocketTransportOptions>>().Value, NodeLoad.Process,
            provider.GetRequiredService<ILoggerFactory>()));
    }

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not IPEndPoint) return sockets.BindAsync(endpoint, cancellationToken);
        Socket port;
        try
        {
            port = options.CreateBoundListenSocket(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }

        port.Listen(options.Backlog);
        var connections = new SocketConnectionContextFactory(OptionsOf(options), logs.CreateLogger(typeof(SocketTransportFactory).Namespace!));
        return new(new PacedListener(port, connections, OpenFiles.NewConnections(OpenFiles.Most), load));
    }

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint || sockets.CanBind(endpoint);

    // As the server itself does it. What it lets others set leaves out where the memory of connections comes from, and the one that it would take otherwise is never given back.
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SocketConnectionFactoryOptions OptionsOf(SocketTransportOptions options);
}
