using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Transport;
using MicroCreds.Tests.Services.Equivalence;

namespace MicroCreds.Tests.Services.Transport;

public sealed class IdentityOnlyHandlerTests
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("identity,gzip")]
    public async Task a_compressed_response_is_refused_before_its_body_is_read(string encoding)
    {
        var server = new Canned(encoding);
        using var channel = GrpcChannel.ForAddress("http://node.example", new GrpcChannelOptions { HttpHandler = new IdentityOnlyHandler(server), DisposeHttpClient = true });
        var call = new EquivalenceService.EquivalenceServiceClient(channel).ListTablesAsync(new ListTablesRequest());
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Unimplemented, exception.StatusCode);
        Assert.Contains("compressed", exception.Status.Detail, StringComparison.Ordinal);
        Assert.False(server.Body.WasRead);
        Assert.True(server.Body.WasDropped);
    }

    [Fact]
    public async Task tells_the_server_that_only_uncompressed_messages_are_taken()
    {
        var server = new Canned("gzip");
        using var channel = GrpcChannel.ForAddress("http://node.example", new GrpcChannelOptions { HttpHandler = new IdentityOnlyHandler(server), DisposeHttpClient = true });
        await Assert.ThrowsAsync<RpcException>(() => new EquivalenceService.EquivalenceServiceClient(channel).ListTablesAsync(new ListTablesRequest()).ResponseAsync);
        Assert.Equal("identity", server.Accepted);
    }

    [Fact]
    public async Task an_uncompressed_response_passes()
    {
        await using var node = await TableNode.StartAsync();
        var invoker = node.Invoker(new GrpcChannelOptions { HttpHandler = new IdentityOnlyHandler(new SocketsHttpHandler()), DisposeHttpClient = true });
        Assert.Empty((await new EquivalenceService.EquivalenceServiceClient(invoker).ListTablesAsync(new ListTablesRequest())).Tables);
    }

    /// <summary>A server that compresses although nobody asked it to.</summary>
    private sealed class Canned(string encoding) : HttpMessageHandler
    {
        internal Watched Body { get; } = new();

        internal string Accepted { get; private set; } = "";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Accepted = string.Join(",", request.Headers.GetValues("grpc-accept-encoding"));
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20, Content = new StreamContent(Body), RequestMessage = request };
            response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            response.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
            return Task.FromResult(response);
        }
    }

    private sealed class Watched : MemoryStream
    {
        internal bool WasRead { get; private set; }

        internal bool WasDropped { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            WasRead = true;
            return base.Read(buffer);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            WasRead = true;
            return base.ReadAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            WasDropped = true;
            base.Dispose(disposing);
        }
    }
}
