using System.Buffers.Binary;

namespace MicroCreds.Credentials.Formats;

/// <summary>Pictures in PNG that carry an Open Badge in a text chunk. Source: PNG (third edition), 11.3.3; Open Badges 3.0, "Baking".</summary>
internal static class Picture
{
    // A badge picture has some dozens of chunks.
    private const int MaxChunks = 10_000;

    /// <summary>Whether a file begins as PNG files do.</summary>
    public static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

    /// <summary>Whether a text chunk has the keyword of a badge. Nothing is decompressed.</summary>
    public static bool CarriesBadge(ReadOnlySpan<byte> png)
    {
        var rest = png[8..];
        for (var chunk = 0; chunk < MaxChunks && rest.Length >= 12; chunk++)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12) return false;
            var type = rest.Slice(4, 4);
            var content = rest.Slice(8, (int)length);
            if ((type.SequenceEqual("iTXt"u8) || type.SequenceEqual("tEXt"u8)) && (content.StartsWith("openbadgecredential\0"u8) || content.StartsWith("openbadges\0"u8))) return true;
            rest = rest[(12 + (int)length)..];
        }
        return false;
    }
}
