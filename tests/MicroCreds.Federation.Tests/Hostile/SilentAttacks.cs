using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using static MicroCreds.Federation.Tests.Hostile.Http2Frames;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>Callers that hold what they were given and do nothing with it, or as good as nothing.</summary>
internal static class SilentAttacks
{
    private const string Echo = "/microcreds.federation.v1.MemberService/Echo";
    private const string Reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    private const string Document = "/openapi.json";

    // The record, the handshake and the version of a ClientHello that is said to have 512 bytes. Source: RFC 8446, 4.1.2 and 5.1.
    private static readonly byte[] BeginOfHello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];

    public static IReadOnlyList<Attack> All { get; } =
    [
        new("half-open connections", "3,000 connections to the three ports, nothing on them",
            siege => Siege.ManyAsync(siege.Of(3000), i => siege.OpenAsync(i % 3 == 0 ? siege.Target.Staff : i % 3 == 1 ? siege.Target.Web : siege.Target.Partner, default))),
        new("half-open handshakes", "3,000 connections with the begin of a ClientHello",
            siege => Siege.ManyAsync(siege.Of(3000), _ => siege.OpenAsync(siege.Target.Partner, BeginOfHello))),
        new("prefaces alone", "3,000 connections with the preface of HTTP/2 and SETTINGS", siege => Siege.ManyAsync(siege.Of(3000), _ => siege.OpenAsync(siege.Target.Staff, Begin))),
        new("prefaces of a member", "40 TLS connections with a member's certificate, the preface and SETTINGS",
            siege => Siege.ManyAsync(siege.Of(40), _ => siege.OpenAsync(siege.Target.Partner, Begin, siege.Target.Member))),
        new("slow readers, window shut", "50 connections by 32 answers of 180 kB that are never let through, PING answered", async siege =>
        {
            var begin = BeginWithoutWindow.Concat(Calls(32, id => Frame(Headers, EndStream | EndHeaders, id, Get(Document)))).ToArray();
            await Siege.ManyAsync(siege.Of(50), _ => siege.OpenAsync(siege.Target.Staff, begin));
        }),
        new("slow readers, streams shut", "4 connections of a member by 32 streams to reflection, a file each, with a window of nothing", async siege =>
        {
            // The question for the file of a symbol. Source: grpc/reflection/v1/reflection.proto, ServerReflectionRequest.file_containing_symbol = 4.
            var symbol = "microcreds.federation.v1.RecognitionService"u8.ToArray();
            var question = Message([0x22, (byte)symbol.Length, .. symbol]);
            var begin = BeginWithoutWindow.Concat(Calls(32, id => [.. Frame(Headers, EndHeaders, id, Call(Reflection)), .. Frame(Data, EndStream, id, question)])).ToArray();
            await Siege.ManyAsync(4, _ => siege.OpenAsync(siege.Target.Partner, begin, siege.Target.Member));
        }),
        new("slow readers, several answers", "50 connections by 32 streams to reflection with 20 questions each and a window of nothing, PING answered", async siege =>
        {
            // The question for all services. Source: grpc/reflection/v1/reflection.proto, ServerReflectionRequest.list_services = 7.
            var questions = Enumerable.Repeat(Message([0x3a, 0]), 20).SelectMany(m => m).ToArray();
            var begin = BeginWithoutWindow.Concat(Calls(32, id => [.. Frame(Headers, EndHeaders, id, Call(Reflection)), .. Frame(Data, EndStream, id, questions)])).ToArray();
            await Siege.ManyAsync(siege.Of(50), _ => siege.OpenAsync(siege.Target.Staff, begin));
        }),
        new("slow readers, nothing read", "50 connections by 200 requests of HTTP/1.1, no answer read for 30 s", async siege =>
        {
            var requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"GET {Document} HTTP/1.1\r\nHost: hostile\r\n\r\n", 200)));
            var silence = Task.Delay(siege.Target.Waiting(30), siege.Over);
            await Siege.ManyAsync(siege.Of(50), i => siege.OpenAsync(i % 2 == 0 ? siege.Target.Staff : siege.Target.Web, requests, silence: silence));
        }),
        new("slow headers, HTTP/1.1", "200 connections by a byte of the headers a second", async siege =>
        {
            var text = Encoding.ASCII.GetBytes($"POST {Echo} HTTP/1.1\r\nHost: hostile\r\nX-Filling: {new string('x', 300)}");
            await SlowAsync(siege, 200, [text[0]], i => [text[1 + (i % (text.Length - 1))]]);
        }),
        new("slow headers, HTTP/2", "200 connections with HEADERS that a CONTINUATION of a byte a second never ends",
            siege => SlowAsync(siege, 200, [.. Begin, .. Frame(Headers, 0, 1, Call(Echo).AsSpan(0, 9))], i => Frame(Continuation, 0, 1, [Call(Echo)[9 + (i % 20)]]))),
        new("slow bodies, HTTP/1.1", "200 connections by a byte of the body a second",
            siege => SlowAsync(siege, 200, Encoding.ASCII.GetBytes($"POST {Echo} HTTP/1.1\r\nHost: hostile\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{"), _ => " "u8.ToArray())),
        new("slow bodies, HTTP/2", "200 connections by a byte of a message a second",
            siege => SlowAsync(siege, 200, [.. Begin, .. Frame(Headers, EndHeaders, 1, Call(Echo)), .. Frame(Data, 0, 1, Message([], length: 1000))], _ => Frame(Data, 0, 1, [0]))),
        new("bodies without an end", "300 connections by 4.9 MB of a JSON message of 5 MB", siege =>
        {
            var request = (byte[])[.. Encoding.ASCII.GetBytes($"POST {Echo} HTTP/1.1\r\nHost: hostile\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n"), .. Enumerable.Repeat((byte)' ', 4_900_000)];
            return Siege.ManyAsync(siege.Of(300), _ => siege.OpenAsync(siege.Target.Staff, request));
        }),
        new("small bodies without an end", "200 connections by 32 calls with 16 KB of a message of 20 KB", siege =>
        {
            var begin = (byte[])[.. Begin, .. Frame(WindowUpdate, 0, 0, [0x7f, 0, 0, 0]), .. Calls(32, id => [.. Frame(Headers, EndHeaders, id, Call(Echo)), .. Frame(Data, 0, id, Message(new byte[16_000], length: 20_000))])];
            return Siege.ManyAsync(siege.Of(200), _ => siege.OpenAsync(siege.Target.Staff, begin));
        }),
        new("bodies without an end, HTTP/2", "20 connections by 32 calls with 4.9 MB of a message of 5 MB", siege => BodiesAsync(siege, 20, siege.Target.Staff)),
        new("bodies without an end of a member", "the same by 4 connections with a member's certificate", siege => BodiesAsync(siege, 4, siege.Target.Partner, siege.Target.Member)),
        new("slow bodies, streams", "200 connections by a byte of a question to reflection a second",
            siege => SlowAsync(siege, 200, [.. Begin, .. Frame(Headers, EndHeaders, 1, Call(Reflection)), .. Frame(Data, 0, 1, Message([], length: 1000))], _ => Frame(Data, 0, 1, [0]))),
        new("slow bodies, streams of JSON", "200 connections by a byte of a question to reflection a second, as a stream of Connect",
            siege => SlowAsync(siege, 200, [.. Begin, .. Frame(Headers, EndHeaders, 1, Call(Reflection, type: "application/connect+json")), .. Frame(Data, 0, 1, Message([], length: 1000))], _ => Frame(Data, 0, 1, [0]))),
        new("streams that say nothing", "100 connections by 32 streams to reflection on which no question comes",
            siege => Siege.ManyAsync(siege.Of(100), _ => siege.OpenAsync(siege.Target.Staff, (byte[])[.. Begin, .. Calls(32, id => Frame(Headers, EndHeaders, id, Call(Reflection)))]))),
        new("100 streams by 4 connections", "calls that are begun and not gone on with",
            siege => Siege.ManyAsync(4, _ => siege.OpenAsync(siege.Target.Staff, (byte[])[.. Begin, .. Calls(100, id => Frame(Headers, EndHeaders, id, Call(Echo)))]))),
    ];

    /// <summary>Frames for so many streams.</summary>
    public static IEnumerable<byte> Calls(int count, Func<int, byte[]> call) => Enumerable.Range(0, count).SelectMany(i => call((2 * i) + 1));

    private static async Task SlowAsync(Siege siege, int connections, byte[] begin, Func<int, byte[]> piece) =>
        await Task.WhenAll(Enumerable.Range(0, siege.Of(connections)).Select(async i => await siege.DripAsync(await siege.OpenAsync(siege.Target.Staff, begin), piece)));

    private static Task BodiesAsync(Siege siege, int connections, IPEndPoint door, X509Certificate2? certificate = null)
    {
        const int dataFrames = 306;
        var begin = (byte[])[.. Begin, .. Frame(WindowUpdate, 0, 0, [0x7f, 0, 0, 0]), .. Calls(32, id => [.. Frame(Headers, EndHeaders, id, Call(Echo)), .. Frame(Data, 0, id, Message([], length: 5_000_000))])];
        var filling = Calls(32, id => Frame(Data, 0, id, new byte[16_000])).ToArray();
        return Siege.ManyAsync(siege.Of(connections), async _ =>
        {
            if (await siege.OpenAsync(door, begin, certificate) is not { } connection) return;
            for (var i = 0; i < dataFrames && await connection.SendAsync(filling, siege.Over); i++) await Task.Delay(20, siege.Over);
        });
    }
}
