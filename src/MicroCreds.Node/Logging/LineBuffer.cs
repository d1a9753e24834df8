using System.Buffers;
using System.Text.Json;

namespace MicroCreds.Node.Logging;

/// <summary>Bytes that are filled, written and filled again, without making new ones for each line.</summary>
internal sealed class LineBuffer
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private Utf8JsonWriter? _json;

    internal int Length => _bytes.WrittenCount;

    internal ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    internal void Append(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    internal void EndLine() => _bytes.Write("\n"u8);

    internal void Clear() => _bytes.ResetWrittenCount();

    /// <summary>A writer at the end of what is here; one is made and used again.</summary>
    internal Utf8JsonWriter Json(JsonWriterOptions options)
    {
        _json ??= new Utf8JsonWriter(_bytes, options);
        _json.Reset();
        return _json;
    }
}
