using System.Numerics;
using System.Security.Cryptography;

namespace MicroCreds.Credentials.Keys;

/// <summary>
/// Verifies Ed25519 signatures; never signs. The framework has no Ed25519 and the library at hand is retired, so the few lines are here.
/// Strict: one spelling of every point and scalar, and the cofactorless equation, so that no two verifiers disagree. Source: RFC 8032, 5.1.7.
/// </summary>
internal static class Ed25519
{
    /// <summary>Length of a public key in bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureLength = 64;

    private static readonly BigInteger Prime = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly Field25519 D = Field25519.Of(-121665 * BigInteger.ModPow(121666, Prime - 2, Prime));
    private static readonly Field25519 TwoD = D + D;
    private static readonly Field25519 RootOfMinusOne = Field25519.Of(BigInteger.ModPow(2, (Prime - 1) / 4, Prime));
    private static readonly Point Base = BasePoint();

    /// <summary>Whether 32 bytes are a public key: a point of the curve in its one spelling.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key) => key.Length == KeyLength && TryRead(key, out _);

    /// <summary>Whether <paramref name="signature"/> is the key's over <paramref name="message"/>. False also for a key or signature that is none.</summary>
    public static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (key.Length != KeyLength || signature.Length != SignatureLength || !TryRead(key, out var a)) return false;
        var r = signature[..32];
        var s = new BigInteger(signature[32..], isUnsigned: true);
        if (s >= Order) return false;
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        sha.AppendData(r);
        sha.AppendData(key);
        sha.AppendData(message);
        var k = BigInteger.Remainder(new BigInteger(sha.GetHashAndReset(), isUnsigned: true), Order);

        // [s]B - [k]A in one pass over the bits; it must be R, byte for byte.
        var minusA = a.Negated;
        var both = Base.Plus(minusA);
        var sum = Point.Neutral;
        for (var bit = 252; bit >= 0; bit--)
        {
            sum = sum.Plus(sum);
            var (inS, inK) = (!((s >> bit) & 1).IsZero, !((k >> bit) & 1).IsZero);
            if (inS && inK) sum = sum.Plus(both);
            else if (inS) sum = sum.Plus(Base);
            else if (inK) sum = sum.Plus(minusA);
        }
        Span<byte> found = stackalloc byte[32];
        sum.Write(found);
        return found.SequenceEqual(r);
    }

    // RFC 8032, 5.1.3.
    private static bool TryRead(ReadOnlySpan<byte> bytes, out Point point)
    {
        point = Point.Neutral;
        var odd = bytes[31] >> 7 == 1;
        var y = Field25519.Read(bytes);
        Span<byte> again = stackalloc byte[32];
        y.Write(again);
        if (odd) again[31] |= 0x80;
        if (!again.SequenceEqual(bytes)) return false;
        var yy = y * y;
        var u = yy - Field25519.One;
        var v = (D * yy) + Field25519.One;
        var v3 = v * v * v;
        var x = u * v3 * (u * v3 * v3 * v).Pow((Prime - 5) / 8);
        var check = v * x * x;
        if (!check.Is(u))
        {
            if (!check.Is(Field25519.Of(0) - u)) return false;
            x *= RootOfMinusOne;
        }
        var zero = x.Is(Field25519.Of(0));
        if (zero && odd) return false;
        if (x.IsOdd != odd) x = Field25519.Of(0) - x;
        point = Point.Of(x, y);
        return true;
    }

    private static Point BasePoint()
    {
        Span<byte> bytes = stackalloc byte[32];
        Field25519.Of(4 * BigInteger.ModPow(5, Prime - 2, Prime)).Write(bytes);
        return TryRead(bytes, out var point) ? point : throw new InvalidOperationException("The base point is on the curve.");
    }

    /// <summary>Point in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. Source: RFC 8032, 5.1.4.</summary>
    private readonly struct Point(Field25519 x, Field25519 y, Field25519 z, Field25519 t)
    {
        private readonly Field25519 _x = x, _y = y, _z = z, _t = t;

        public static Point Neutral { get; } = new(Field25519.Of(0), Field25519.One, Field25519.One, Field25519.Of(0));

        public Point Negated => new(Field25519.Of(0) - _x, _y, _z, Field25519.Of(0) - _t);

        public static Point Of(Field25519 x, Field25519 y) => new(x, y, Field25519.One, x * y);

        public Point Plus(Point other)
        {
            var a = (_y - _x) * (other._y - other._x);
            var b = (_y + _x) * (other._y + other._x);
            var c = _t * TwoD * other._t;
            var d = (_z + _z) * other._z;
            var (e, f, g, h) = (b - a, d - c, d + c, b + a);
            return new(e * f, g * h, f * g, e * h);
        }

        public void Write(Span<byte> bytes)
        {
            var inverse = _z.Pow(Prime - 2);
            (_y * inverse).Write(bytes);
            if ((_x * inverse).IsOdd) bytes[31] |= 0x80;
        }
    }
}
