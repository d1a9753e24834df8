using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.StandIns;

/// <summary>The echo service on the official server, on a free loopback port, with the official client.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    public const int LargestMessage = 64 * 1024;

    private readonly WebApplication _application;
    private readonly List<GrpcChannel> _channels = [];

    private EchoServer(WebApplication application) => _application = application;

    public EchoSignals Signals { get; } = new();

    /// <summary>Starts a server; <paramref name="encoding"/> is how it compresses its responses, null for not at all.</summary>
    public static async Task<EchoServer> StartAsync(string? encoding = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = LargestMessage;
            options.ResponseCompressionAlgorithm = encoding;
            options.Interceptors.Add<RecordingInterceptor>("outer");
            options.Interceptors.Add<RecordingInterceptor>("inner");
        });
        EchoServer? server = null;
        builder.Services.AddSingleton(_ => server!.Signals);
        var application = builder.Build();
        server = new EchoServer(application);
        application.MapGrpcService<EchoService>();
        await application.StartAsync();
        return server;
    }

    public CallInvoker Connect(GrpcChannelOptions? options = null)
    {
        var channel = GrpcChannel.ForAddress(_application.Urls.Single(), options ?? new GrpcChannelOptions());
        _channels.Add(channel);
        return channel.CreateCallInvoker();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
            channel.Dispose();
        await _application.DisposeAsync();
    }
}
