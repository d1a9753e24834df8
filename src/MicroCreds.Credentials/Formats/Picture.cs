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
        foreach (var chunk in Texts(png))
            if (png[chunk].StartsWith("openbadgecredential\0"u8) || png[chunk].StartsWith("openbadges\0"u8)) return true;
        return false;
    }

    /// <summary>Where the contents of the text chunks stand, up to the first chunk that does not fit into the file.</summary>
    public static IReadOnlyList<Range> Texts(ReadOnlySpan<byte> png)
    {
        var texts = new List<Range>();
        var at = 8;
        for (var chunk = 0; chunk < MaxChunks && png.Length - at >= 12; chunk++)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12) break;
            var type = png.Slice(at + 4, 4);
            if (type.SequenceEqual("iTXt"u8) || type.SequenceEqual("tEXt"u8)) texts.Add((at + 8)..(at + 8 + (int)length));
            at += 12 + (int)length;
        }
        return texts;
    }
}
