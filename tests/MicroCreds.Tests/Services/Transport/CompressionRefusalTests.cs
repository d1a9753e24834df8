using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Tests.Services.Equivalence;

namespace MicroCreds.Tests.Services.Transport;

public sealed class CompressionRefusalTests
{
    private const string Path = "/microcreds.federation.v1.EquivalenceService/ListTables";

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("Identity")]
    [InlineData("snappy")]
    [InlineData("")]
    public async Task a_compressed_request_is_answered_before_its_body_comes(string encoding)
    {
        await using var node = await TableNode.StartAsync();
        using var http = new HttpClient();
        // The body is never sent: it waits for a signal that is given after the answer.
        var signal = new TaskCompletionSource();
        using var request = Request(node, new Unsent(signal.Task));
        request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        signal.SetResult();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("12", Assert.Single(response.Headers.GetValues("grpc-status")));
        Assert.Equal("identity", Assert.Single(response.Headers.GetValues("grpc-accept-encoding")));
        Assert.Contains("uncompressed", Assert.Single(response.Headers.GetValues("grpc-message")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_official_client_reads_the_refusal()
    {
        await using var node = await TableNode.StartAsync();
        var client = new EquivalenceService.EquivalenceServiceClient(node.Invoker());
        var compressed = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        var exception = await Assert.ThrowsAsync<RpcException>(() => client.ListTablesAsync(new ListTablesRequest(), compressed).ResponseAsync);
        Assert.Equal(StatusCode.Unimplemented, exception.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    public async Task an_uncompressed_request_passes(string? encoding)
    {
        await using var node = await TableNode.StartAsync();
        using var http = new HttpClient();
        using var request = Request(node, new ByteArrayContent([0, 0, 0, 0, 0]));
        if (encoding is not null) request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
    }

    [Fact]
    public async Task a_message_marked_compressed_without_an_encoding_is_refused_too()
    {
        await using var node = await TableNode.StartAsync();
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(new byte[16 * 1024 * 1024]);
        var message = bomb.ToArray();
        using var http = new HttpClient();
        byte[] frame = [1, .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(message.Length)), .. message];
        using var request = Request(node, new ByteArrayContent(frame));
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        Assert.NotEqual("0", response.TrailingHeaders.Concat(response.Headers).First(h => h.Key == "grpc-status").Value.Single());
    }

    private static HttpRequestMessage Request(TableNode node, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return new(HttpMethod.Post, new Uri(node.Address, Path)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content };
    }

    private sealed class Unsent(Task signal) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            // Sends the headers, which the client holds back until there is something to follow them.
            await stream.FlushAsync();
            await signal;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
