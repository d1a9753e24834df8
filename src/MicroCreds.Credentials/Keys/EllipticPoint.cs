using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace MicroCreds.Credentials.Keys;

/// <summary>A NIST curve, for the compressed points that multikeys hold and the framework does not read. Source: SEC 1, 2.3.4; FIPS 186-4, D.1.2.</summary>
internal sealed class EllipticPoint
{
    private readonly BigInteger _prime;
    private readonly BigInteger _b;

    private EllipticPoint(ECCurve curve, int length, BigInteger prime, string b) =>
        (Curve, Length, _prime, _b) = (curve, length, prime, BigInteger.Parse("0" + b, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    /// <summary>P-256.</summary>
    public static EllipticPoint P256 { get; } = new(
        ECCurve.NamedCurves.nistP256, 32, BigInteger.Pow(2, 256) - BigInteger.Pow(2, 224) + BigInteger.Pow(2, 192) + BigInteger.Pow(2, 96) - 1,
        "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    /// <summary>P-384.</summary>
    public static EllipticPoint P384 { get; } = new(
        ECCurve.NamedCurves.nistP384, 48, BigInteger.Pow(2, 384) - BigInteger.Pow(2, 128) - BigInteger.Pow(2, 96) + BigInteger.Pow(2, 32) - 1,
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef");

    /// <summary>The curve.</summary>
    public ECCurve Curve { get; }

    /// <summary>Length of a coordinate in bytes.</summary>
    public int Length { get; }

    /// <summary>The coordinates of a compressed point; false when it is not on the curve.</summary>
    public bool TryDecompress(ReadOnlySpan<byte> point, out byte[] x, out byte[] y)
    {
        (x, y) = ([], []);
        if (point.Length != Length + 1 || point[0] is not (2 or 3)) return false;
        var number = new BigInteger(point[1..], isUnsigned: true, isBigEndian: true);
        if (number >= _prime) return false;
        var square = BigInteger.Remainder((BigInteger.ModPow(number, 3, _prime) + (_prime - 3) * number + _b), _prime);
        // Both primes are 3 modulo 4, so a root is this power.
        var root = BigInteger.ModPow(square, (_prime + 1) / 4, _prime);
        if (BigInteger.Remainder(root * root, _prime) != square) return false;
        if (root.IsEven != (point[0] == 2)) root = _prime - root;
        x = point[1..].ToArray();
        y = new byte[Length];
        var bytes = root.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(y, Length - bytes.Length);
        return true;
    }
}
