using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Services.Security;

/// <summary>
/// The form of staff tokens. It goes with every call, and clients that must not keep it spell it out each time, so it is a tenth of what a JWS of the same would be.
/// Base64url of: version, 1 byte; roles, a bit each, 1 byte; end in seconds since 1970, 4 bytes, big-endian; account and, each after a line feed, its
/// institutions, UTF-8; and over all of these the first 16 bytes of HMAC-SHA-256 (RFC 4868, 2.6: half the hash, 128 bits) under a secret that follows from
/// the staff key. Only nodes read it, and all that read it hold the key.
/// </summary>
internal sealed class SealedStaffToken(SigningKey key)
{
    private const byte Version = 1;
    private const int EndPlace = 2, TextPlace = 6, SealLength = 16;

    private readonly byte[] _secret = key.Derive("mcf staff token 1"u8, HMACSHA256.HashSizeInBytes);

    internal string Write(SignedIn signedIn)
    {
        var (staff, endsAt) = signedIn;
        if (staff.Account.Any(char.IsControl)) throw new ArgumentException("An account name has no control characters.", nameof(signedIn));
        var text = Encoding.UTF8.GetBytes(string.Join('\n', staff.Institutions.Select(i => i.Value).Order(StringComparer.Ordinal).Prepend(staff.Account)));
        var token = new byte[TextPlace + text.Length + SealLength];
        token[0] = Version;
        foreach (var role in staff.Roles) token[1] |= (byte)(1 << (int)role);
        BinaryPrimitives.WriteUInt32BigEndian(token.AsSpan(EndPlace), checked((uint)endsAt.ToUnixTimeSeconds()));
        text.CopyTo(token, TextPlace);
        Seal(token.AsSpan(..^SealLength)).CopyTo(token.AsSpan(^SealLength..));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>What a token says; null when it is none of this node.</summary>
    internal SignedIn? Read(string text)
    {
        if (!Base64UrlText.TryDecode(text, out var token) || token.Length < TextPlace + SealLength || token[0] != Version) return null;
        if (!CryptographicOperations.FixedTimeEquals(Seal(token.AsSpan(..^SealLength)), token.AsSpan(^SealLength..))) return null;
        var names = Encoding.UTF8.GetString(token.AsSpan(TextPlace..^SealLength)).Split('\n');
        ImmutableHashSet<StaffRole> roles = [.. Enum.GetValues<StaffRole>().Where(role => (token[1] >> (int)role & 1) == 1)];
        return new(
            new(names[0], roles, [.. names.Skip(1).Select(OrganisationId.Parse)]),
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(token.AsSpan(EndPlace))));
    }

    private ReadOnlySpan<byte> Seal(ReadOnlySpan<byte> said) => HMACSHA256.HashData(_secret, said).AsSpan(..SealLength);
}
