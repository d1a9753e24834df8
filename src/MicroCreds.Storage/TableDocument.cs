using System.IO.Compression;
using MicroCreds.Domain.Documents;

namespace MicroCreds.Storage;

/// <summary>
/// A table or a draft as it is kept: a JSON document, packed when it is large. 100,000 rules are 50 MiB of JSON and 4 MiB packed; what is not written
/// needs no commit, no checkpoint and no backup. What was kept as plain JSON is read as it is.
/// </summary>
internal static class TableDocument
{
    // Below this, packing saves less than a page of the store.
    private const int SmallBytes = 16 * 1024;

    // No JSON document begins so.
    private const byte Packed = 0xB1;
    private const int Header = 5;

    // The fastest: the slower ones save a third more and take ten times as long.
    private const int Quality = 1;
    private const int Window = 22;

    /// <summary>The bytes to be kept.</summary>
    internal static byte[] Write<T>(T value) where T : notnull
    {
        var plain = DomainJson.Write(value);
        if (plain.Length < SmallBytes) return plain;
        var packed = new byte[Header + BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        packed[0] = Packed;
        BitConverter.TryWriteBytes(packed.AsSpan(1), plain.Length);
        return BrotliEncoder.TryCompress(plain, packed.AsSpan(Header), out var length, Quality, Window) ? packed[..(Header + length)] : plain;
    }

    /// <summary>The value kept.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    internal static T Read<T>(byte[] kept) where T : notnull
    {
        if (kept is not [Packed, ..]) return DomainJson.Read<T>(kept);
        var length = kept.Length >= Header ? BitConverter.ToInt32(kept, 1) : -1;
        if (length is < SmallBytes or > int.MaxValue / 2) throw new InvalidDataException("The document of a table is damaged.");
        var plain = new byte[length];
        if (!BrotliDecoder.TryDecompress(kept.AsSpan(Header), plain, out var written) || written != length) throw new InvalidDataException("The document of a table is damaged.");
        return DomainJson.Read<T>(plain);
    }
}
