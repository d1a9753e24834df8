using System.IO.Compression;
using System.Text;
using static MicroCreds.Federation.Tests.Hostile.Http2Frames;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>Callers that send what is not what it says.</summary>
internal static class MalformedAttacks
{
    private const string Echo = "/microcreds.federation.v1.MemberService/Echo";
    private const string Watch = "/microcreds.federation.v1.EquivalenceService/WatchRules";

    private static readonly byte[] Bomb = Gzip(64 * 1024 * 1024);

    private static readonly byte[][] WrongFrames =
    [
        Frame(Data, EndStream, 0, [1]), Frame(Data, EndStream, 1, [1]), Frame(Headers, EndHeaders, 2, Call(Echo)), Frame(Headers, EndHeaders, 0, Call(Echo)),
        Frame(Settings, 0, 0, [0, 4, 0]), Frame(Settings, 0, 1, []), Frame(Settings, Acknowledge, 0, [0, 4, 0, 0, 0, 0]), Frame(Settings, 0, 0, [0, 4, 0xff, 0xff, 0xff, 0xff]), Frame(Settings, 0, 0, [0, 5, 0, 0, 0, 1]),
        Frame(WindowUpdate, 0, 0, [0, 0, 0, 0]), Frame(WindowUpdate, 0, 0, [0x7f, 0xff, 0xff, 0xff]), Frame(WindowUpdate, 0, 0, [1]), Frame(Ping, 0, 0, [1]), Frame(Ping, 0, 1, new byte[8]), Frame(GoAway, 0, 0, [1]),
        Frame(Http2Frames.Reset, 0, 1, [0, 0, 0, 8]), Frame(Http2Frames.Reset, 0, 0, [0, 0, 0, 8]), Frame(Continuation, EndHeaders, 1, Call(Echo)), Frame(5, EndHeaders, 1, [0, 0, 0, 2]), Frame(2, 0, 1, [0, 0, 0, 1, 1]),
        Frame(Data, 0, 1, [], length: 0xffffff), Frame(Headers, EndHeaders | 8, 1, [255, .. Call(Echo)]), Frame(Headers, EndHeaders, 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Frame(Headers, EndHeaders, 1, [0xfe]),
        Frame(Headers, EndHeaders, 1, Field(":method", "POST")), Frame(Headers, EndHeaders, 1, [.. Call(Echo), .. Field(":path", "/again")]), Frame(Headers, EndHeaders, 1, [.. Call(Echo), .. Field("Upper", "x")]),
        Frame(Headers, EndHeaders, 1, [.. Call(Echo), .. Field("connection", "close")]), Frame(Headers, EndHeaders | EndStream, 1, [.. Call(Echo), .. Field("content-length", "10")]), Frame(200, 255, 7, new byte[100]),
    ];

    private static readonly string[] WrongRequests =
    [
        "GET\r\n\r\n", $"GET /{new string('x', 20_000)} HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", $"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('x', 20_000)}\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    ];

    public static IReadOnlyList<Attack> All { get; } =
    [
        new("malformed frames", "30 kinds, each on 20 connections", siege => Siege.ManyAsync(siege.Of(20 * WrongFrames.Length), i => siege.OpenAsync(siege.Target.Staff, (byte[])[.. Begin, .. WrongFrames[i % WrongFrames.Length]]))),
        new("noise", "1,000 connections to the three ports with bytes by chance", siege => Siege.ManyAsync(siege.Of(1000), i =>
        {
            var noise = new byte[1000];
            new LinearNoise((uint)i).Fill(noise);
            return siege.OpenAsync(i % 3 == 0 ? siege.Target.Staff : i % 3 == 1 ? siege.Target.Web : siege.Target.Partner, i % 2 == 0 ? noise : (byte[])[.. Begin, .. noise]);
        })),
        new("malformed messages", "4 connections by 5,000 calls with bytes by chance for a message", siege => CallsAsync(siege, 5000, i =>
        {
            var noise = new byte[i % 200];
            new LinearNoise((uint)i).Fill(noise);
            return Message(noise);
        })),
        new("4 GB length prefixes", "4 connections by 1,000 calls with a message said to have 4 GB, by gRPC, gRPC-Web and Connect", siege => CallsAsync(siege, 1000, _ => Message(new byte[100], length: uint.MaxValue), "application/grpc", "application/grpc-web+proto", "application/connect+json")),
        new("decompression bombs", "4 connections by 100 calls with 64 MiB of zeros in 64 kB, by gRPC and Connect", siege => CallsAsync(siege, 100, _ => Message(Bomb, flags: 1), "application/grpc", "application/connect+proto")),
        new("decompression bombs in a body", "100 requests with Content-Encoding: gzip", siege => RequestsAsync(siege, 100, "application/json", Bomb, "Content-Encoding: gzip\r\n")),
        new("deep JSON", "1,000 requests with 16,000 brackets", siege => RequestsAsync(siege, 1000, "application/json", Encoding.ASCII.GetBytes(new string('[', 16_000)))),
        new("duplicate keys", "1,000 requests that say a name twice", siege => RequestsAsync(siege, 1000, "application/json", """{"message":"a","message":"b"}"""u8.ToArray())),
        new("wrong content types", "1,000 requests of 5 kinds", siege => Siege.ManyAsync(siege.Of(1000), i => siege.OpenAsync(
            siege.Target.Staff, Request(Echo, new[] { "text/html", "application/grpcx", "application/connect+json", "multipart/form-data", "\"" }[i % 5], "{}"u8)))),
        new("unknown paths", "1,000 requests of 6 kinds", siege => Siege.ManyAsync(siege.Of(1000), i => siege.OpenAsync(
            siege.Target.Staff, Request(new[] { "/", "/microcreds.federation.v1.None/None", "/../../etc/passwd", "/%00", "//", "*" }[i % 6], i % 2 == 0 ? "application/json" : "application/grpc", "{}"u8)))),
        new("HTTP/1.1 for HTTP/2 and back", "1,000 connections: gRPC by HTTP/1.1, HTTP/2 at the web port, no TLS at the partners' port", siege => Siege.ManyAsync(siege.Of(1000), i => (i % 3) switch
        {
            0 => siege.OpenAsync(siege.Target.Staff, Request(Echo, "application/grpc", Message([]))),
            1 => siege.OpenAsync(siege.Target.Web, (byte[])[.. Begin, .. Frame(Headers, EndHeaders | EndStream, 1, Get("/"))]),
            _ => siege.OpenAsync(siege.Target.Partner, Request(Echo, "application/json", "{}"u8)),
        })),
        new("malformed HTTP/1.1", "1,000 connections with 8 kinds of requests that are none", siege => Siege.ManyAsync(siege.Of(1000), i => siege.OpenAsync(i % 2 == 0 ? siege.Target.Staff : siege.Target.Web, Encoding.ASCII.GetBytes(WrongRequests[i % WrongRequests.Length])))),
    ];

    private static async Task CallsAsync(Siege siege, int calls, Func<int, byte[]> message, params string[] types)
    {
        if (types.Length == 0) types = ["application/grpc"];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async c =>
        {
            var connection = await siege.OpenAsync(siege.Target.Staff, Begin);
            // Fifteen at a time and the answers with them: this is about the messages, and no flood.
            for (var i = 0; connection is not null && i < siege.Of(calls); i++)
            {
                var type = types[i % types.Length];
                var id = (2 * i) + 1;
                var frames = Frame(Headers, EndHeaders, id, Call(type.Contains("connect", StringComparison.Ordinal) ? Watch : Echo, type: type))
                    .Concat(message(i).Chunk(16_000).DefaultIfEmpty([]).SelectMany(part => Frame(Data, 0, id, part))).Concat(Frame(Data, EndStream, id, [])).ToArray();
                if (!await connection.SendAsync(frames, siege.Over)) return;
                while (i % 15 == 14 && connection.Seen.GetValueOrDefault("answer") <= i && !connection.Ended.IsCompleted) await Task.WhenAny(connection.Ended, Task.Delay(5, siege.Over));
            }
        }));
    }

    private static Task RequestsAsync(Siege siege, int requests, string type, byte[] body, string headers = "") =>
        Siege.ManyAsync(siege.Of(requests), _ => siege.OpenAsync(siege.Target.Staff, Request(Echo, type, body, headers)));

    private static byte[] Request(string path, string type, ReadOnlySpan<byte> body, string headers = "") =>
        [.. Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: hostile\r\nContent-Type: {type}\r\n{headers}Content-Length: {body.Length}\r\n\r\n"), .. body];

    private static byte[] Gzip(int zeros)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(new byte[zeros]);
        return packed.ToArray();
    }

    /// <summary>Bytes that look like chance and are the same each time. Source: Numerical Recipes, linear congruential generator.</summary>
    private sealed class LinearNoise(uint seed)
    {
        private uint _state = seed;

        public void Fill(Span<byte> bytes)
        {
            foreach (ref var b in bytes)
            {
                _state = (_state * 1664525) + 1013904223;
                b = (byte)(_state >> 24);
            }
        }
    }
}
