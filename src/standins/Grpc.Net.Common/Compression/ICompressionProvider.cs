using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>Compresses and decompresses messages with one algorithm.</summary>
public interface ICompressionProvider
{
    /// <summary>Name of the algorithm in <c>grpc-encoding</c> and <c>grpc-accept-encoding</c>.</summary>
    string EncodingName { get; }

    /// <summary>A stream that compresses into <paramref name="stream"/> and leaves it open; a null level means the provider's.</summary>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>A stream that decompresses from <paramref name="stream"/> and leaves it open.</summary>
    Stream CreateDecompressionStream(Stream stream);
}
