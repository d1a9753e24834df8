using System.IO.Compression;
using Grpc.Net.Compression;

namespace MicroCreds.Tests.StandIns;

/// <summary>The two algorithms a message can be compressed with.</summary>
public sealed class CompressionProviderTests
{
    public static TheoryData<string> Names => ["gzip", "deflate"];

    [Theory, MemberData(nameof(Names))]
    public void what_is_compressed_comes_back_and_the_stream_stays_open(string name)
    {
        var provider = Provider(name);
        var message = new byte[10_000];
        using var buffer = new MemoryStream();

        using (var compress = provider.CreateCompressionStream(buffer, null))
            compress.Write(message);

        Assert.Equal(name, provider.EncodingName);
        Assert.InRange(buffer.Length, 1, 1_000);
        buffer.Position = 0;
        using var plain = new MemoryStream();
        using (var decompress = provider.CreateDecompressionStream(buffer))
            decompress.CopyTo(plain);
        Assert.Equal(message, plain.ToArray());
        Assert.True(buffer.CanRead);
    }

    [Theory, MemberData(nameof(Names))]
    public void a_call_may_ask_for_another_level(string name)
    {
        using var buffer = new MemoryStream();

        using (var compress = Provider(name).CreateCompressionStream(buffer, CompressionLevel.NoCompression))
            compress.Write(new byte[10_000]);

        Assert.True(buffer.Length > 10_000);
    }

    private static ICompressionProvider Provider(string name) => name == "gzip"
        ? new GzipCompressionProvider(CompressionLevel.Fastest)
        : new DeflateCompressionProvider(CompressionLevel.Fastest);
}
