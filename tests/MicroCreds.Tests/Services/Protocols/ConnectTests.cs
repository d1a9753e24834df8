using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using MicroCreds.Federation.V1;
using MicroCreds.Services;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Protocols;

public sealed class ConnectTests : IAsyncLifetime
{
    private const string Echo = "MemberService/Echo";
    private const string Watch = "EquivalenceService/WatchRules";
    private readonly CancellationToken _patience = new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        await _node.Institution.PublishAsync();
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task json_and_binary_reach_the_same_method_as_grpc_does(string version)
    {
        using var client = Client(version);
        var olga = client.As("olga", StaffRole.Officer);
        using var json = await client.JsonAsync(Echo, """{"message":"grüezi"}""", olga);
        Assert.Equal((HttpStatusCode.OK, "application/json"), (json.StatusCode, json.Content.Headers.ContentType?.MediaType));
        var told = (await JsonOf(json)).RootElement;
        Assert.Equal(("grüezi", "staff", "olga"), (Text(told, "message"), Text(told, "callerKind"), Text(told, "callerName")));

        using var binary = await client.PostAsync(Echo, "application/proto", new EchoRequest { Message = "grüezi" }.ToByteArray(), olga);
        Assert.Equal((HttpStatusCode.OK, "application/proto"), (binary.StatusCode, binary.Content.Headers.ContentType?.MediaType));
        var grpc = await new MemberService.MemberServiceClient(_node.Staff("olga", StaffRole.Officer)).EchoAsync(new() { Message = "grüezi" });
        Assert.Equal(grpc, EchoResponse.Parser.ParseFrom(await binary.Content.ReadAsByteArrayAsync(_patience)));
        Assert.DoesNotContain(json.Headers, h => h.Key.StartsWith("grpc-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task names_may_be_written_in_either_way_and_an_empty_body_is_the_empty_message()
    {
        using var client = Client("1.1");
        using var camel = await client.JsonAsync("EquivalenceService/ListRules", """{"tableId":"CFU","pageSize":1}""");
        using var snake = await client.JsonAsync("EquivalenceService/ListRules", """{"table_id":"CFU","page_size":1}""");
        var answer = await camel.Content.ReadAsStringAsync(_patience);
        Assert.Equal(answer, await snake.Content.ReadAsStringAsync(_patience));
        using var rules = JsonDocument.Parse(answer);
        Assert.Equal(1, rules.RootElement.GetProperty("rules").GetArrayLength());
        using var empty = await client.PostAsync("EquivalenceService/ListTables", "application/json; charset=utf-8", []);
        Assert.Equal(HttpStatusCode.OK, empty.StatusCode);
    }

    [Fact]
    public async Task a_refusal_has_its_code_reason_and_http_status()
    {
        using var client = Client("1.1");
        using var response = await client.JsonAsync("RecognitionService/GetCase", """{"institution":"uni-roma.example","caseId":"00112233445566778899aabbccddeeff"}""", client.As("olga", StaffRole.Officer));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var error = (await JsonOf(response)).RootElement;
        Assert.Equal("not_found", Text(error, "code"));
        var detail = error.GetProperty("details")[0];
        Assert.Equal("google.rpc.ErrorInfo", Text(detail, "type"));
        Assert.Equal("CASE_NOT_FOUND", Text(detail.GetProperty("debug"), "reason"));
        var value = Text(detail, "value");
        Assert.Equal("CASE_NOT_FOUND", Google.Rpc.ErrorInfo.Parser.ParseFrom(Convert.FromBase64String(value.PadRight((value.Length + 3) / 4 * 4, '='))).Reason);

        using var anonymous = await client.JsonAsync("RecognitionService/ListCases", "{}");
        Assert.Equal((HttpStatusCode.Unauthorized, "unauthenticated"), (anonymous.StatusCode, Text((await JsonOf(anonymous)).RootElement, "code")));
    }

    [Theory]
    [InlineData("""{"message":"a","message":"b"}""", "a name occurs twice")]
    [InlineData("""{"massage":"a"}""", "massage")]
    [InlineData("""{"message":1}""", "EchoRequest")]
    [InlineData("""{"message":"a"}x""", "not strict JSON")]
    [InlineData("[]", "EchoRequest")]
    [InlineData("\"\\ud800\"", "surrogate")]
    public async Task json_that_is_no_request_is_refused_in_words(string json, string word)
    {
        using var client = Client("1.1");
        using var response = await client.JsonAsync(Echo, json);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = (await JsonOf(response)).RootElement;
        Assert.Equal("invalid_argument", Text(error, "code"));
        Assert.Contains(word, Text(error, "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task requests_at_once_and_after_one_another_are_each_answered_what_they_asked()
    {
        using var client = Client("1.1");
        var olga = client.As("olga", StaffRole.Officer);
        // Long and short in turn: what was longer before must not show.
        await Parallel.ForAsync(0, 200, async (i, _) =>
        {
            var message = $"{i}:{new string((char)('a' + (i % 26)), i % 2 == 0 ? 200 : 2)}";
            using var json = await client.JsonAsync(Echo, $$"""{"message":"{{message}}"}""", olga);
            Assert.Equal(message, Text((await JsonOf(json)).RootElement, "message"));
            using var binary = await client.PostAsync(Echo, "application/proto", new EchoRequest { Message = message }.ToByteArray(), olga);
            Assert.Equal(message, EchoResponse.Parser.ParseFrom(await binary.Content.ReadAsByteArrayAsync(_patience)).Message);
        });
    }

    [Fact]
    public async Task deep_json_is_refused_without_being_followed()
    {
        using var client = Client("1.1");
        using var response = await client.JsonAsync(Echo, new string('[', 16_000));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("nested deeper than 64", Text((await JsonOf(response)).RootElement, "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "MemberService/Echo", "text/plain", 415, "unimplemented")]
    [InlineData("POST", "MemberService/Echo", "application/connect+json", 415, "unimplemented")]
    [InlineData("POST", "EquivalenceService/WatchRules", "application/json", 415, "unimplemented")]
    [InlineData("PUT", "MemberService/Echo", "application/json", 405, "unimplemented")]
    [InlineData("POST", "MemberService/Ecko", "application/connect+proto", 404, "unimplemented")]
    public async Task what_is_no_call_is_told_what_is(string verb, string method, string contentType, int status, string code)
    {
        using var client = Client("1.1");
        using var response = await client.SendAsync(new HttpMethod(verb), method, contentType, "{}"u8.ToArray());
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, Text((await JsonOf(response)).RootElement, "code"));
    }

    [Theory]
    [InlineData("connect-protocol-version", "2", "invalid_argument")]
    [InlineData("connect-timeout-ms", "soon", "invalid_argument")]
    [InlineData("connect-timeout-ms", "12345678901", "invalid_argument")]
    [InlineData("connect-timeout-ms", "0", "deadline_exceeded")]
    [InlineData("content-encoding", "gzip", "unimplemented")]
    public async Task headers_that_cannot_be_followed_are_refused(string name, string value, string code)
    {
        using var client = Client("1.1");
        using var response = await client.JsonAsync(Echo, "{}", (name, value));
        Assert.Equal(code, Text((await JsonOf(response)).RootElement, "code"));
    }

    [Fact]
    public async Task a_body_larger_than_a_request_may_be_is_refused()
    {
        using var client = Client("2.0");
        using var response = await client.PostAsync(Echo, "application/json", new byte[TransportLimits.MaxRequestBytes + (65 * 1024)]);
        Assert.Equal((HttpStatusCode)413, response.StatusCode);
        Assert.Equal("resource_exhausted", Text((await JsonOf(response)).RootElement, "code"));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task a_stream_comes_as_json_frame_by_frame(string version)
    {
        using var client = Client(version);
        using var response = await client.PostAsync(Watch, "application/connect+json", ProtocolClient.Frame("{}"u8.ToArray()));
        Assert.Equal((HttpStatusCode.OK, "application/connect+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        await using var stream = await response.Content.ReadAsStreamAsync(_patience);
        var (flags, first) = await ProtocolClient.NextAsync(stream, _patience);
        Assert.Equal(0, flags);
        using var publication = JsonDocument.Parse(first);
        Assert.Equal("CFU", Text(publication.RootElement.GetProperty("publication"), "tableId"));
        var (_, checkpoint) = await ProtocolClient.NextAsync(stream, _patience);
        Assert.DoesNotContain("publication", checkpoint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_stream_ends_with_how_it_ended()
    {
        using var client = Client("1.1");
        using var refused = await client.PostAsync(Watch, "application/connect+proto", ProtocolClient.Frame(new WatchRulesRequest { Institution = "nobody.example" }));
        var end = Assert.Single(ProtocolClient.Frames(await refused.Content.ReadAsByteArrayAsync(_patience)));
        Assert.Equal((HttpStatusCode.OK, 2), (refused.StatusCode, end.Flags));
        using (var error = JsonDocument.Parse(end.Message))
        {
            Assert.Equal("not_found", Text(error.RootElement.GetProperty("error"), "code"));
            Assert.Equal("INSTITUTION_NOT_FOUND", Text(error.RootElement.GetProperty("error").GetProperty("details")[0].GetProperty("debug"), "reason"));
        }

        using var late = await client.PostAsync(Watch, "application/connect+json", ProtocolClient.Frame("{}"u8.ToArray()), ("connect-timeout-ms", "300"));
        var frames = ProtocolClient.Frames(await late.Content.ReadAsByteArrayAsync(_patience));
        Assert.Equal("deadline_exceeded", Text(JsonDocument.Parse(frames[^1].Message).RootElement.GetProperty("error"), "code"));
        Assert.Contains(frames[..^1], f => Encoding.UTF8.GetString(f.Message).Contains("CFU", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 2, "invalid_argument")]
    [InlineData(0, int.MaxValue, "resource_exhausted")]
    [InlineData(0, 100, "invalid_argument")]
    public async Task a_malformed_frame_ends_the_call(byte flags, int claimed, string code)
    {
        using var client = Client("1.1");
        var frame = ProtocolClient.Frame("{}"u8.ToArray(), flags);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), claimed);
        using var response = await client.PostAsync(Watch, "application/connect+json", frame);
        var end = Assert.Single(ProtocolClient.Frames(await response.Content.ReadAsByteArrayAsync(_patience)));
        Assert.Equal(code, Text(JsonDocument.Parse(end.Message).RootElement.GetProperty("error"), "code"));
    }

    [Fact]
    public async Task a_stream_larger_than_a_request_may_be_is_refused_and_is_no_error_of_the_node()
    {
        using var http = new HttpClient { BaseAddress = new Uri(_node.Address("http")) };
        // Many small questions, so that no single message is too large.
        var question = ProtocolClient.Frame(Encoding.UTF8.GetBytes($$"""{"fileByFilename":"{{new string('n', 60_000)}}"}"""));
        using var content = new ByteArrayContent([.. Enumerable.Repeat(question, (TransportLimits.MaxRequestBytes / question.Length) + 3).SelectMany(q => q)]);
        content.Headers.TryAddWithoutValidation("content-type", "application/connect+json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Authorization = new("Bearer", _node.Tokens.Issue("officer", [StaffRole.Officer], [], TimeSpan.FromDays(1)));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _patience);
        var end = ProtocolClient.Frames(await response.Content.ReadAsByteArrayAsync(_patience))[^1];
        Assert.Equal((2, "resource_exhausted"), (end.Flags, Text(JsonDocument.Parse(end.Message).RootElement.GetProperty("error"), "code")));
    }

    [Fact]
    public async Task a_client_that_hangs_up_before_it_asks_leaves_no_error_behind()
    {
        var address = new Uri(_node.Address("http"));
        foreach (var begin in new[] { "", "P", "PRI * HT" })
        {
            using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { LingerState = new(true, 0) };
            await socket.ConnectAsync(address.Host, address.Port, _patience);
            if (begin.Length > 0) await socket.SendAsync(Encoding.ASCII.GetBytes(begin), _patience);
        }

        // The node still answers; what it logged as errors is looked at when the test ends.
        using var client = Client("1.1");
        using var answer = await client.JsonAsync(Echo, "{}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task a_call_that_streams_both_ways_works_when_the_requests_are_sent_first()
    {
        using var client = Client("1.1");
        using var http = new HttpClient { BaseAddress = new Uri(_node.Address("http")) };
        var body = ProtocolClient.Frame("""{"listServices":""}"""u8.ToArray()).Concat(ProtocolClient.Frame("""{"fileByFilename":"none.proto"}"""u8.ToArray())).ToArray();
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("content-type", "application/connect+json");
        using var response = await http.PostAsync("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", content, _patience);
        var frames = ProtocolClient.Frames(await response.Content.ReadAsByteArrayAsync(_patience));
        Assert.Equal([0, 0, 2], frames.Select(f => (int)f.Flags));
        Assert.Contains("microcreds.federation.v1.RecognitionService", Encoding.UTF8.GetString(frames[0].Message), StringComparison.Ordinal);
        Assert.Equal("{}", Encoding.UTF8.GetString(frames[2].Message));
    }

    private ProtocolClient Client(string version) => new(_node, Version.Parse(version));

    private async Task<JsonDocument> JsonOf(HttpResponseMessage response) => JsonDocument.Parse(await response.Content.ReadAsStringAsync(_patience));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
