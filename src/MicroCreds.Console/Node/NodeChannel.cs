using System.Net.Sockets;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;

namespace MicroCreds.Console.Node;

/// <summary>The one channel from the console to its node.</summary>
internal sealed class NodeChannel(IOptions<ConsoleOptions> options) : IDisposable
{
    // The largest answer a node gives: previews and exports of whole tables.
    private const int MaxAnswerBytes = 8 * 1024 * 1024;

    private readonly Lazy<GrpcChannel> _channel = new(() => options.Value.Channel?.Invoke() ?? OverSocket(options.Value.NodeSocketPath ?? ""));

    public GrpcChannel Channel => _channel.Value;

    public void Dispose()
    {
        if (_channel.IsValueCreated) _channel.Value.Dispose();
    }

    private static GrpcChannel OverSocket(string path)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return GrpcChannel.ForAddress("http://node", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = MaxAnswerBytes });
    }
}
