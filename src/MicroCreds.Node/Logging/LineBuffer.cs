using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace MicroCreds.Node.Logging;

/// <summary>Bytes that are filled, written and filled again, without making new ones for each line.</summary>
internal sealed class LineBuffer
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly byte[] _time = new byte[28];
    private Utf8JsonWriter? _json;
    private long _millisecond = -1;

    internal int Length => _bytes.WrittenCount;

    internal ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    internal void Append(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    internal void EndLine() => _bytes.Write("\n"u8);

    internal void Clear() => _bytes.ResetWrittenCount();

    /// <summary>A time to the millisecond, RFC 3339 in UTC; spelled once for all lines of a millisecond.</summary>
    internal ReadOnlySpan<byte> Time(DateTimeOffset at)
    {
        var millisecond = at.UtcTicks / TimeSpan.TicksPerMillisecond;
        if (millisecond != _millisecond)
        {
            // The 23 first characters of the form that has sub-microseconds.
            at.UtcDateTime.TryFormat(_time, out _, "O", CultureInfo.InvariantCulture);
            _time[23] = (byte)'Z';
            _millisecond = millisecond;
        }

        return _time.AsSpan(..24);
    }

    /// <summary>A writer at the end of what is here; one is made and used again.</summary>
    internal Utf8JsonWriter Json(JsonWriterOptions options)
    {
        _json ??= new Utf8JsonWriter(_bytes, options);
        _json.Reset();
        return _json;
    }
}
