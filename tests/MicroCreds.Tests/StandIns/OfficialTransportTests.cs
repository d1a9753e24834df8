using System.IO.Compression;
using System.Text;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Compression;

namespace MicroCreds.Tests.StandIns;

/// <summary>The official client and server run on the stand-ins: what works.</summary>
public sealed class OfficialTransportTests : IAsyncLifetime
{
    private EchoServer _server = null!;
    private CallInvoker _client = null!;

    public async Task InitializeAsync()
    {
        _server = await EchoServer.StartAsync();
        _client = _server.Connect();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task a_unary_call_carries_message_headers_and_trailers()
    {
        var options = new CallOptions(new Metadata { { "X-Text", "text" }, { "x-bytes-bin", [0, 200, 255] } });
        using var call = _client.AsyncUnaryCall(EchoMethods.Unary, null, options, [1, 2, 3]);

        var headers = await call.ResponseHeadersAsync;

        Assert.Equal([1, 2, 3], await call);
        Assert.Equal("text", headers.GetValue("x-text"));
        Assert.Equal([0, 200, 255], headers.GetValueBytes("x-bytes-bin"));
        Assert.Equal("trailer", call.GetTrailers().GetValue("x-last"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public void a_unary_call_can_block() => Assert.Equal([5], _client.BlockingUnaryCall(EchoMethods.Unary, null, new CallOptions(), [5]));

    [Fact]
    public async Task a_server_streams()
    {
        using var call = _client.AsyncServerStreamingCall(EchoMethods.ServerStreaming, null, new CallOptions(), [1, 2, 3]);

        var messages = await call.ResponseStream.ReadAllAsync(CancellationToken.None).ToListAsync();

        Assert.Equal([[1], [2], [3]], messages);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task a_client_streams()
    {
        using var call = _client.AsyncClientStreamingCall(EchoMethods.ClientStreaming, null, new CallOptions());

        await call.RequestStream.WriteAsync([1]);
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        await call.RequestStream.WriteAsync([], CancellationToken.None);
        await call.RequestStream.WriteAsync([2, 3]);
        await call.RequestStream.CompleteAsync();

        Assert.Equal([1, 2, 3], await call);
    }

    [Fact]
    public async Task both_stream_in_turns()
    {
        using var call = _client.AsyncDuplexStreamingCall(EchoMethods.DuplexStreaming, null, new CallOptions());

        for (byte i = 0; i < 5; i++)
        {
            await call.RequestStream.WriteAsync([i]);
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal([i], call.ResponseStream.Current);
        }
        await call.RequestStream.CompleteAsync();

        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task the_handler_sees_the_call()
    {
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1);
        using var call = _client.Intercept(new RecordingInterceptor("1"), new RecordingInterceptor("2"))
            .AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(deadline: deadline), "describe"u8.ToArray());

        // HTTP joins headers of the same name.
        Assert.Equal("/test.Echo/Unary|ipv4|False|Utc||1, 2", Encoding.UTF8.GetString(await call));
    }

    [Fact]
    public async Task interceptors_of_the_server_are_passed_in_their_order_by_every_kind()
    {
        using var unary = _client.AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(), [1]);
        await unary;
        using var down = _client.AsyncServerStreamingCall(EchoMethods.ServerStreaming, null, new CallOptions(), [1]);
        await down.ResponseStream.ReadAllAsync(CancellationToken.None).ToListAsync();
        using var up = _client.AsyncClientStreamingCall(EchoMethods.ClientStreaming, null, new CallOptions());
        await up.RequestStream.CompleteAsync();
        await up;
        using var both = _client.AsyncDuplexStreamingCall(EchoMethods.DuplexStreaming, null, new CallOptions());
        await both.RequestStream.CompleteAsync();
        await both.ResponseStream.ReadAllAsync(CancellationToken.None).ToListAsync();

        Assert.All(
            [unary.GetTrailers(), down.GetTrailers(), up.GetTrailers(), both.GetTrailers()],
            trailers => Assert.Equal(["outer", "inner"], trailers.GetAll(RecordingInterceptor.Key).Select(trailer => trailer.Value)));
    }

    [Fact]
    public async Task call_credentials_add_metadata()
    {
        var client = _server.Connect(new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });
        var credentials = CallCredentials.Compose(
            CallCredentials.FromInterceptor((_, _) => Task.CompletedTask),
            CallCredentials.FromInterceptor((context, metadata) =>
            {
                metadata.Add("authorization", context.MethodName);
                return Task.CompletedTask;
            }));

        var described = await client.AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(credentials: credentials), "describe"u8.ToArray());

        Assert.Contains("|Unary|", Encoding.UTF8.GetString(described), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task messages_can_be_compressed_both_ways(string encoding)
    {
        await using var server = await EchoServer.StartAsync(encoding);
        var provider = new CountingCompressionProvider(encoding);
        var client = server.Connect(new GrpcChannelOptions { CompressionProviders = [provider] });
        var message = Enumerable.Repeat((byte)7, 50_000).ToArray();
        var options = new CallOptions(new Metadata { { "grpc-internal-encoding-request", encoding } });

        Assert.Equal(message, await client.AsyncUnaryCall(EchoMethods.Unary, null, options, message));
        Assert.Equal((1, 1), (provider.Compressed, provider.Decompressed));
    }

    private sealed class CountingCompressionProvider(string encoding) : ICompressionProvider
    {
        private readonly ICompressionProvider _inner = encoding == "gzip"
            ? new GzipCompressionProvider(CompressionLevel.Fastest)
            : new DeflateCompressionProvider(CompressionLevel.Fastest);

        public int Compressed { get; private set; }

        public int Decompressed { get; private set; }

        public string EncodingName => _inner.EncodingName;

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel)
        {
            Compressed++;
            return _inner.CreateCompressionStream(stream, compressionLevel);
        }

        public Stream CreateDecompressionStream(Stream stream)
        {
            Decompressed++;
            return _inner.CreateDecompressionStream(stream);
        }
    }
}
