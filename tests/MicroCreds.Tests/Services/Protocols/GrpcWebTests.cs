using System.Net;
using System.Text;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Protocols;

public sealed class GrpcWebTests : IAsyncLifetime
{
    private const string Echo = "MemberService/Echo";
    private readonly CancellationToken _patience = new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        await _node.Institution.PublishAsync();
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("1.1", "application/grpc-web")]
    [InlineData("2.0", "application/grpc-web+proto")]
    public async Task the_binary_form_ends_with_the_trailers(string version, string contentType)
    {
        using var client = new ProtocolClient(_node, Version.Parse(version));
        using var response = await client.PostAsync(Echo, contentType, ProtocolClient.Frame(new EchoRequest { Message = "hoi" }), client.As("olga", StaffRole.Officer));
        Assert.Equal((HttpStatusCode.OK, "application/grpc-web+proto"), (response.StatusCode, response.Content.Headers.ContentType?.ToString()));
        var frames = ProtocolClient.Frames(await response.Content.ReadAsByteArrayAsync(_patience));
        Assert.Equal([0, 0x80], frames.Select(f => (int)f.Flags));
        Assert.Equal(("hoi", "olga"), (EchoResponse.Parser.ParseFrom(frames[0].Message).Message, EchoResponse.Parser.ParseFrom(frames[0].Message).CallerName));
        Assert.Equal("grpc-status: 0\r\n", Encoding.ASCII.GetString(frames[1].Message));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task the_text_form_is_the_same_in_base64_whole_or_in_pieces(int pieces)
    {
        using var client = new ProtocolClient(_node, new Version(1, 1));
        var frame = ProtocolClient.Frame(new EchoRequest { Message = "hoi zäme" });
        var text = string.Concat(frame.Chunk((frame.Length + pieces - 1) / pieces).Select(c => Convert.ToBase64String(c)));
        using var response = await client.PostAsync(Echo, "application/grpc-web-text", Encoding.ASCII.GetBytes(text));
        Assert.Equal("application/grpc-web-text+proto", response.Content.Headers.ContentType?.ToString());
        var frames = ProtocolClient.Frames(FromPieces(await response.Content.ReadAsStringAsync(_patience)));
        Assert.Equal([0, 0x80], frames.Select(f => (int)f.Flags));
        Assert.Equal("hoi zäme", EchoResponse.Parser.ParseFrom(frames[0].Message).Message);
    }

    [Fact]
    public async Task text_that_is_no_base64_is_refused()
    {
        using var client = new ProtocolClient(_node, new Version(1, 1));
        using var response = await client.PostAsync(Echo, "application/grpc-web-text", "A*=="u8.ToArray());
        Assert.Equal((HttpStatusCode.OK, "application/grpc-web-text+proto", "3"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType, Assert.Single(response.Headers.GetValues("grpc-status"))));
    }

    [Fact]
    public async Task a_refusal_carries_its_status_and_reason()
    {
        using var client = new ProtocolClient(_node, new Version(1, 1));
        using var response = await client.PostAsync("RecognitionService/ListCases", "application/grpc-web", ProtocolClient.Frame(new ListCasesRequest()));
        // Without a message the status stands among the headers.
        Assert.Equal("16", Assert.Single(response.Headers.GetValues("grpc-status")));
        Assert.NotEmpty(Assert.Single(response.Headers.GetValues("grpc-status-details-bin")));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(_patience));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_stream_comes_message_by_message_and_ends_with_its_deadline(bool text)
    {
        using var client = new ProtocolClient(_node, new Version(1, 1));
        var frame = ProtocolClient.Frame(new WatchRulesRequest());
        using var response = await client.PostAsync(
            "EquivalenceService/WatchRules", text ? "application/grpc-web-text" : "application/grpc-web", text ? Encoding.ASCII.GetBytes(Convert.ToBase64String(frame)) : frame, ("grpc-timeout", "400m"));
        var body = await response.Content.ReadAsByteArrayAsync(_patience);
        var frames = ProtocolClient.Frames(text ? FromPieces(Encoding.ASCII.GetString(body)) : body);
        Assert.Equal("CFU", WatchRulesResponse.Parser.ParseFrom(frames[0].Message).Publication.TableId);
        Assert.Null(WatchRulesResponse.Parser.ParseFrom(frames[1].Message).Publication);
        Assert.Equal(0x80, frames[^1].Flags);
        Assert.Contains("grpc-status: 4\r\n", Encoding.ASCII.GetString(frames[^1].Message), StringComparison.Ordinal);
    }

    private static byte[] FromPieces(string text) =>
        [.. text.Replace("=", "= ", StringComparison.Ordinal).Replace("= = ", "== ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Convert.FromBase64String)];
}
