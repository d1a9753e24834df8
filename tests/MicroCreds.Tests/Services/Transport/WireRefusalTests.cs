using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using MicroCreds.Services;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Transport;
using MicroCreds.Tests.Services.Protocols;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>What breaks a rule of the wire is refused with a reason that the contract names, by whatever protocol it comes.</summary>
public sealed class WireRefusalTests : IAsyncLifetime
{
    private const string Echo = "MemberService/Echo";
    private const string Watch = "EquivalenceService/WatchRules";
    private const string Grpc = "application/grpc", Web = "application/grpc-web", Text = "application/grpc-web-text", Json = "application/json", Proto = "application/proto", JsonStream = "application/connect+json", ProtoStream = "application/connect+proto";
    private static readonly string[] Framed = [Grpc, Web, Text, JsonStream, ProtoStream];
    private static readonly byte[] Empty = ProtocolClient.Frame(Array.Empty<byte>());
    private static readonly byte[] Nonsense = [0xff, 0xff, 0xff];
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData(Grpc, "detail,message_type")]
    [InlineData(Web, "detail,message_type")]
    [InlineData(Text, "detail,message_type")]
    [InlineData(Proto, "detail,message_type")]
    [InlineData(ProtoStream, "detail,message_type")]
    [InlineData(Json, "detail")]
    [InlineData(JsonStream, "detail")]
    public Task bytes_that_are_no_message(string type, string keys) =>
        RefusedAsync(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", keys, type, type is Proto or Json ? Nonsense : ProtocolClient.Frame(Nonsense));

    [Fact]
    public async Task a_frame_that_is_wrong()
    {
        var two = (byte[])[.. Empty, .. Empty];
        foreach (var type in Framed)
        {
            await RefusedAsync(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", "detail", type, ProtocolClient.Frame([], flags: 1));
            await RefusedAsync(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", "detail", type, [0, 0, 0, 0, 9, 1, 2]);
            await RefusedAsync(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", "detail", type, [0, 0, 0]);
            await RefusedAsync(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", "limit_bytes", type, [0, 255, 255, 255, 255, 1]);
            await RefusedAsync(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", "detail", type, two);
            await RefusedAsync(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", "detail", type, []);
        }

        await RefusedAsync(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", "detail", Text, [], body: "A*=="u8.ToArray());
    }

    [Theory]
    [InlineData("""{"message":"a","message":"b"}""", "detail")]
    [InlineData("""{"message":1}""", "detail,message_type")]
    [InlineData("""{"massage":"a"}""", "detail,message_type")]
    [InlineData("""{"message":"\ud800"}""", "detail")]
    [InlineData("""{"message":"a"}x""", "detail")]
    [InlineData("deep", "detail")]
    public async Task json_that_is_no_message(string json, string keys)
    {
        var bytes = Encoding.UTF8.GetBytes(json == "deep" ? new string('[', 16_000) : json);
        await RefusedAsync(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", keys, Json, bytes);
        await RefusedAsync(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", keys, JsonStream, ProtocolClient.Frame(bytes));
    }

    [Fact]
    public async Task more_than_a_request_may_have()
    {
        var above = new byte[TransportLimits.MaxRequestBytes + (65 * 1024)];
        foreach (var type in new[] { Json, Proto }) await RefusedAsync(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", "limit_bytes", type, above);
        foreach (var type in Framed.Except([Text])) await RefusedAsync(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", "limit_bytes", type, ProtocolClient.Frame(above));
        await RefusedAsync(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", "limit_bytes", Text, [], body: above);
    }

    [Fact]
    public async Task what_is_compressed()
    {
        foreach (var type in new[] { Grpc, Web, Text }) await RefusedAsync(StatusCode.Unimplemented, "CALL_UNSUPPORTED", "accepted,part", type, Empty, ("grpc-encoding", "gzip"));
        foreach (var type in new[] { JsonStream, ProtoStream }) await RefusedAsync(StatusCode.Unimplemented, "CALL_UNSUPPORTED", "accepted,part", type, Empty, ("connect-content-encoding", "gzip"));
        foreach (var type in new[] { Json, Proto }) await RefusedAsync(StatusCode.Unimplemented, "CALL_UNSUPPORTED", "accepted,part", type, [], ("content-encoding", "gzip"));
    }

    [Fact]
    public async Task a_method_that_is_not_there()
    {
        // A path is the method's in its own letters alone; anything else would be counted, and named in the log, as a method of its own.
        foreach (var path in new[] { "MemberService/Ecko", "MemberService/echo", "MemberService/Echo/", "None/None" })
            foreach (var type in new[] { Grpc, Web, Text }) await RefusedAsync(StatusCode.Unimplemented, "CALL_UNSUPPORTED", "part", type, Empty, path: path);
        await RefusedAsync(StatusCode.Unimplemented, "CALL_UNSUPPORTED", "part", ProtoStream, [], path: "MemberService/Ecko");
    }

    [Fact]
    public async Task a_call_made_in_another_way()
    {
        await RefusedAsync(StatusCode.Unimplemented, "CALL_UNSUPPORTED", "accepted,part", "text/html", []);
        await RefusedAsync(StatusCode.Unimplemented, "CALL_UNSUPPORTED", "accepted,part", Json, [], path: Watch);
        await RefusedAsync(StatusCode.Unimplemented, "CALL_UNSUPPORTED", "accepted,part", Json, [], verb: "PUT");
        await RefusedAsync(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", "detail", Json, [], ("connect-protocol-version", "2"));
        await RefusedAsync(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", "detail", Json, [], ("connect-timeout-ms", "soon"));
        await RefusedAsync(StatusCode.DeadlineExceeded, "TIME_EXCEEDED", "limit,limit_value", Json, [], ("connect-timeout-ms", "0"));
    }

    [Theory]
    [InlineData(408, StatusCode.DeadlineExceeded, "TIME_EXCEEDED")]
    [InlineData(413, StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE")]
    [InlineData(400, StatusCode.InvalidArgument, "MESSAGE_MALFORMED")]
    public void a_body_that_cannot_be_read_to_its_end(int found, StatusCode status, string reason)
    {
        var refusal = RpcRefusal.Of(WireRefusal.Of(new BadHttpRequestException("found by the server", found)).ToRpcException());
        Assert.Equal((status, reason), (refusal.Status, refusal.Reason));
    }

    private Task RefusedAsync(StatusCode status, string reason, string keys, string type, byte[] sent, (string, string)? header = null, string? path = null, string verb = "POST", byte[]? body = null) =>
        RefusedAsync(status, reason, keys, type, body ?? (type == Text ? Encoding.ASCII.GetBytes(Convert.ToBase64String(sent)) : sent), path ?? (type is JsonStream or ProtoStream ? Watch : Echo), verb, header);

    private async Task RefusedAsync(StatusCode status, string reason, string keys, string type, byte[] body, string path, string verb, (string, string)? header)
    {
        using var client = new ProtocolClient(_node, type == Grpc || body.Length > TransportLimits.MaxRequestBytes ? HttpVersion.Version20 : HttpVersion.Version11);
        using var response = await client.SendAsync(new HttpMethod(verb), path, type, body, header is { } one ? [one] : []);
        var (code, info) = await ReadAsync(response);
        Assert.True(
            (status, reason, ProblemStatus.Domain, keys) == (code, info.Reason, info.Domain, string.Join(',', info.Metadata.Keys.Order(StringComparer.Ordinal))),
            $"{verb} {path} {type} {header} {Convert.ToHexString(body.AsSpan(0, Math.Min(body.Length, 20)))}: {code} {info}");
    }

    private static async Task<(StatusCode Code, ErrorInfo Info)> ReadAsync(HttpResponseMessage response)
    {
        var (body, type) = (await response.Content.ReadAsByteArrayAsync(), response.Content.Headers.ContentType?.MediaType ?? "");
        if (type.StartsWith(Grpc, StringComparison.Ordinal))
        {
            var headers = response.Headers.Concat(response.TrailingHeaders).GroupBy(h => h.Key).ToDictionary(h => h.Key, h => string.Concat(h.First().Value));
            Assert.False(string.IsNullOrEmpty(Uri.UnescapeDataString(headers["grpc-message"])));
            var details = headers["grpc-status-details-bin"];
            var sent = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
            Assert.Equal(headers["grpc-status"], $"{sent.Code}");
            return ((StatusCode)sent.Code, sent.Details[0].Unpack<ErrorInfo>());
        }

        using var json = JsonDocument.Parse(type.StartsWith("application/connect", StringComparison.Ordinal) ? ProtocolClient.Frames(body)[^1].Message : body);
        var error = json.RootElement.TryGetProperty("error", out var inner) ? inner : json.RootElement;
        var code = Enum.GetValues<StatusCode>().Single(c => MicroCreds.Domain.Documents.SnakeCase.Of(c) == error.GetProperty("code").GetString());
        return (code, JsonParser.Default.Parse<ErrorInfo>(error.GetProperty("details")[0].GetProperty("debug").GetRawText()));
    }
}
