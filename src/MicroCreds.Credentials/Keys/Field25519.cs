using System.Buffers.Binary;
using System.Numerics;

namespace MicroCreds.Credentials.Keys;

/// <summary>
/// A number modulo p = 2^255 - 19 in five limbs of 51 bits. Runs in variable time, which gives nothing away: only public keys, signatures and
/// messages ever pass through. Source: RFC 8032, 5.1.
/// </summary>
internal readonly struct Field25519
{
    private const ulong Mask = (1UL << 51) - 1;

    private static readonly BigInteger Prime = BigInteger.Pow(2, 255) - 19;

    private readonly ulong _a, _b, _c, _d, _e;

    private Field25519(ulong a, ulong b, ulong c, ulong d, ulong e) => (_a, _b, _c, _d, _e) = (a, b, c, d, e);

    /// <summary>One.</summary>
    public static Field25519 One { get; } = new(1, 0, 0, 0, 0);

    /// <summary>The number modulo p.</summary>
    public static Field25519 Of(BigInteger number)
    {
        var bytes = new byte[32];
        _ = BigInteger.Remainder(BigInteger.Remainder(number, Prime) + Prime, Prime).TryWriteBytes(bytes, out _, isUnsigned: true);
        return Read(bytes);
    }

    /// <summary>Reads 32 bytes, little end first, without the highest bit.</summary>
    public static Field25519 Read(ReadOnlySpan<byte> bytes)
    {
        var w0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var w1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        var w2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        var w3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new(w0 & Mask, ((w0 >> 51) | (w1 << 13)) & Mask, ((w1 >> 38) | (w2 << 26)) & Mask, ((w2 >> 25) | (w3 << 39)) & Mask, (w3 >> 12) & Mask);
    }

    /// <summary>Writes the one spelling below p in 32 bytes, little end first.</summary>
    public void Write(Span<byte> bytes)
    {
        var t = Carry(_a, _b, _c, _d, _e);
        t = Carry(t._a, t._b, t._c, t._d, t._e);
        // The quotient by p is 0 or 1: it is 1 when adding 19 overflows 255 bits.
        var q = (t._a + 19) >> 51;
        q = (t._b + q) >> 51;
        q = (t._c + q) >> 51;
        q = (t._d + q) >> 51;
        q = (t._e + q) >> 51;
        var a = t._a + (19 * q);
        var b = t._b + (a >> 51);
        var c = t._c + (b >> 51);
        var d = t._d + (c >> 51);
        var e = t._e + (d >> 51);
        (a, b, c, d, e) = (a & Mask, b & Mask, c & Mask, d & Mask, e & Mask);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, a | (b << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], (b >> 13) | (c << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], (c >> 26) | (d << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], (d >> 39) | (e << 12));
    }

    /// <summary>Whether two numbers are equal modulo p.</summary>
    public bool Is(Field25519 other)
    {
        Span<byte> mine = stackalloc byte[32];
        Span<byte> theirs = stackalloc byte[32];
        Write(mine);
        other.Write(theirs);
        return mine.SequenceEqual(theirs);
    }

    /// <summary>Whether the number below p is odd.</summary>
    public bool IsOdd
    {
        get
        {
            Span<byte> bytes = stackalloc byte[32];
            Write(bytes);
            return (bytes[0] & 1) == 1;
        }
    }

    /// <summary>Sum.</summary>
    public static Field25519 operator +(Field25519 x, Field25519 y) => Carry(x._a + y._a, x._b + y._b, x._c + y._c, x._d + y._d, x._e + y._e);

    /// <summary>Difference. 2p is added first, so that no limb falls below zero.</summary>
    public static Field25519 operator -(Field25519 x, Field25519 y) => Carry(
        x._a + 0xFFFFFFFFFFFDA - y._a, x._b + 0xFFFFFFFFFFFFE - y._b, x._c + 0xFFFFFFFFFFFFE - y._c, x._d + 0xFFFFFFFFFFFFE - y._d, x._e + 0xFFFFFFFFFFFFE - y._e);

    /// <summary>Product. What lies beyond 2^255 comes back times 19.</summary>
    public static Field25519 operator *(Field25519 x, Field25519 y)
    {
        var (b19, c19, d19, e19) = (y._b * 19, y._c * 19, y._d * 19, y._e * 19);
        var r0 = Times(x._a, y._a) + Times(x._b, e19) + Times(x._c, d19) + Times(x._d, c19) + Times(x._e, b19);
        var r1 = Times(x._a, y._b) + Times(x._b, y._a) + Times(x._c, e19) + Times(x._d, d19) + Times(x._e, c19);
        var r2 = Times(x._a, y._c) + Times(x._b, y._b) + Times(x._c, y._a) + Times(x._d, e19) + Times(x._e, d19);
        var r3 = Times(x._a, y._d) + Times(x._b, y._c) + Times(x._c, y._b) + Times(x._d, y._a) + Times(x._e, e19);
        var r4 = Times(x._a, y._e) + Times(x._b, y._d) + Times(x._c, y._c) + Times(x._d, y._b) + Times(x._e, y._a);
        r1 += r0 >> 51;
        r2 += r1 >> 51;
        r3 += r2 >> 51;
        r4 += r3 >> 51;
        var a = ((ulong)r0 & Mask) + (19 * (ulong)(r4 >> 51));
        return new(a & Mask, ((ulong)r1 & Mask) + (a >> 51), (ulong)r2 & Mask, (ulong)r3 & Mask, (ulong)r4 & Mask);
    }

    /// <summary>Power.</summary>
    public Field25519 Pow(BigInteger exponent)
    {
        var result = One;
        for (var bit = (int)exponent.GetBitLength() - 1; bit >= 0; bit--)
        {
            result *= result;
            if (!((exponent >> bit) & 1).IsZero) result *= this;
        }
        return result;
    }

    private static UInt128 Times(ulong x, ulong y)
    {
        var high = Math.BigMul(x, y, out var low);
        return new UInt128(high, low);
    }

    private static Field25519 Carry(ulong a, ulong b, ulong c, ulong d, ulong e)
    {
        b += a >> 51;
        c += b >> 51;
        d += c >> 51;
        e += d >> 51;
        a = (a & Mask) + (19 * (e >> 51));
        return new(a & Mask, (b & Mask) + (a >> 51), c & Mask, d & Mask, e & Mask);
    }
}
