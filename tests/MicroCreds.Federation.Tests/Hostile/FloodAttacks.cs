using static MicroCreds.Federation.Tests.Hostile.Http2Frames;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>Callers that send more of something than anybody needs.</summary>
internal static class FloodAttacks
{
    private const string Echo = "/microcreds.federation.v1.MemberService/Echo";

    public static IReadOnlyList<Attack> All { get; } =
    [
        new("rapid reset", "4 connections by 50,000 calls, each taken back at once (CVE-2023-44487)", siege => OnFourAsync(siege, 50_000, Reset)),
        new("rapid reset of a member", "the same with a member's certificate", siege => OnFourAsync(siege, 50_000, Reset, ofMember: true)),
        new("rapid calls of a member", "4 connections by 50,000 whole calls, no answer waited for",
            siege => OnFourAsync(siege, 50_000, i => [.. Frame(Headers, EndHeaders, Id(i), Call(Echo)), .. Frame(Data, EndStream, Id(i), Message([]))], ofMember: true)),
        new("made to reset", "4 connections by 50,000 calls with a WINDOW_UPDATE of nothing, which the node must reset (CVE-2025-8671)",
            siege => OnFourAsync(siege, 50_000, i => [.. Frame(Headers, EndHeaders, Id(i), Call(Echo)), .. Frame(WindowUpdate, 0, Id(i), [0, 0, 0, 0])])),
        new("CONTINUATION without end", "4 connections by 10,000 CONTINUATION frames of 1 kB (CVE-2024-27983 and its like)", async siege =>
        {
            var filling = Field("x-filling", new string('x', 1000));
            await OnFourAsync(siege, 10_000, i => i == 0 ? Frame(Headers, 0, 1, Call(Echo)) : Frame(Continuation, 0, 1, filling));
        }),
        new("empty CONTINUATION without end", "4 connections by 100,000 CONTINUATION frames with nothing in them",
            siege => OnFourAsync(siege, 100_000, i => i == 0 ? Frame(Headers, 0, 1, Call(Echo)) : Frame(Continuation, 0, 1, []))),
        new("10,000 headers", "4 connections by one call with 10,000 headers", async siege =>
        {
            byte[] block = [.. Call(Echo), .. Enumerable.Range(0, 10_000).SelectMany(i => Field($"x-{i}", "x"))];
            byte[][] frames = [.. block.Chunk(16_000).Select((part, i) => Frame(i == 0 ? Headers : Continuation, (byte)(16_000 * (i + 1) >= block.Length ? EndHeaders : 0), 1, part))];
            await OnFourAsync(siege, frames.Length, i => frames[i], whole: true);
        }),
        new("HPACK bomb", "4 connections by 100 calls that name a header of 4 kB 4,000 times in 4 kB", async siege =>
        {
            var value = new string('x', 3900);
            await OnFourAsync(siege, 100, i => Frame(Headers, EndHeaders | EndStream, Id(i), [.. Call(Echo), .. Field("x-bomb", value, kept: true), .. Enumerable.Repeat((byte)0xbe, 4000)]));
        }),
        new("SETTINGS flood", "4 connections by 100,000 SETTINGS, no answer read", siege => OnFourAsync(siege, 100_000, _ => Frame(Settings, 0, 0, [0, 3, 0, 0, 0, 100]), reads: false)),
        new("PING flood", "4 connections by 100,000 PING, no answer read", siege => OnFourAsync(siege, 100_000, _ => Frame(Ping, 0, 0, new byte[8]), reads: false)),
        new("WINDOW_UPDATE flood", "4 connections by 100,000 WINDOW_UPDATE", siege => OnFourAsync(siege, 100_000, _ => Frame(WindowUpdate, 0, 0, [0, 0, 0, 1]))),
        new("empty DATA flood", "4 connections by 100,000 DATA with nothing in them", siege => OnFourAsync(siege, 100_000, i => i == 0 ? Frame(Headers, EndHeaders, 1, Call(Echo)) : Frame(Data, 0, 1, []))),
    ];

    private static byte[] Reset(int i) => [.. Frame(Headers, EndHeaders, Id(i), Call(Echo)), .. Frame(Http2Frames.Reset, 0, Id(i), [0, 0, 0, 8])];

    private static int Id(int i) => (2 * i) + 1;

    private static Task OnFourAsync(Siege siege, int times, Func<int, byte[]> frames, bool ofMember = false, bool reads = true, bool whole = false) =>
        Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var silence = reads ? null : Task.Delay(siege.Target.Waiting(20), siege.Over);
            var connection = ofMember ? await siege.OpenAsync(siege.Target.Partner, Begin, siege.Target.Member) : await siege.OpenAsync(siege.Target.Staff, Begin, silence: silence);
            await siege.FloodAsync(connection, whole ? times : siege.Of(times), frames);
        }));
}
