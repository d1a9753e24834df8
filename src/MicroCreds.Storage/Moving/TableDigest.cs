using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Storage.Moving;

/// <summary>Everything that one table of a store holds, in one digest: the same for the same rows on whichever engine.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Digest">Digest of every value of every row, in the order of the primary key.</param>
public sealed record TableDigest(string Table, long Rows, Sha256Digest Digest)
{
    private const byte Nothing = 0, Number = 1, Text = 2, Bytes = 3;

    /// <summary>Digests of every table of a snapshot.</summary>
    internal static ImmutableArray<TableDigest> Of(StoreSession session) => [.. StoreTable.All.Select(table => Of(session, table, long.MaxValue))];

    /// <summary>Digest of the first rows of a table, as if it had no others.</summary>
    internal static TableDigest Of(StoreSession session, StoreTable table, long most)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var rows = 0L;
        session.EachRow(table, [], reader =>
        {
            if (rows == most) return false;
            rows++;
            foreach (var value in StoreTable.RowOf(reader)) Add(hash, value);
            return true;
        });
        return new TableDigest(table.Name, rows, Sha256Digest.Parse(Base64Url.EncodeToString(hash.GetHashAndReset())));
    }

    // Each value with its kind and its length, so that no two rows have the same bytes.
    private static void Add(IncrementalHash hash, object? value)
    {
        Span<byte> head = stackalloc byte[9];
        switch (value)
        {
            case null:
                hash.AppendData([Nothing]);
                break;
            case long number:
                head[0] = Number;
                BinaryPrimitives.WriteInt64BigEndian(head[1..], number);
                hash.AppendData(head);
                break;
            case string text:
                AddBytes(hash, head, Text, Encoding.UTF8.GetBytes(text));
                break;
            default:
                AddBytes(hash, head, Bytes, (byte[])value);
                break;
        }
    }

    private static void AddBytes(IncrementalHash hash, Span<byte> head, byte kind, byte[] bytes)
    {
        head[0] = kind;
        BinaryPrimitives.WriteInt64BigEndian(head[1..], bytes.Length);
        hash.AppendData(head);
        hash.AppendData(bytes);
    }
}
