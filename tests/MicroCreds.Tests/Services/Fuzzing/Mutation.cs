using System.Buffers.Binary;
using System.Text;

namespace MicroCreds.Tests.Services.Fuzzing;

/// <summary>Makes of recorded requests others that are nearly right. The same number gives the same request.</summary>
/// <param name="corpus">Recorded requests.</param>
internal sealed class Mutation(RecordedRequest[] corpus)
{
    private static readonly string[] JsonPieces =
    [
        "null", "{}", "[]", "\"\"", "true", "-1", "0", "1e999", "-0.0", "99999999999999999999", "0.1", "\"\\ud800\"", "\"\\u0000\"", "\"\\u202e\"", "{\"@type\":\"x\"}", "\"institution\":\"a.example\",", "//", ",", "NaN",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    ];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("grpc-timeout", "0S"), ("grpc-timeout", "1n"), ("grpc-timeout", "99999999H"), ("grpc-timeout", "x"), ("grpc-timeout", "-1S"), ("grpc-timeout", "123456789S"), ("connect-timeout-ms", "0"), ("connect-timeout-ms", "-1"),
        ("connect-timeout-ms", "9999999999"), ("connect-timeout-ms", "99999999999"), ("connect-protocol-version", "2"), ("grpc-encoding", "gzip"), ("grpc-encoding", "identity"), ("content-encoding", "br"),
        ("connect-content-encoding", "gzip"), ("x-trace-bin", "????"), ("x-trace-bin", "AA"), ("mcf-on-behalf-of", "nobody"), ("mcf-on-behalf-of", "uni-madrid.example"), ("grpc-accept-encoding", ","), ("te", "gzip"), ("accept-language", "\u00e9"),
        ("grpc-status", "0"), ("grpc-internal-encoding-request", "gzip"),
    ];

    private static readonly string[] Types =
        ["application/grpc", "application/grpc+proto", "application/grpc+json", "application/grpc-web", "application/grpc-web-text", "application/json", "application/proto", "application/connect+json", "application/connect+proto", "text/plain", "application/grpcx", "a/b;c"];

    /// <summary>One request: path, content type, headers and body.</summary>
    internal sealed record Input(string Path, string ContentType, List<(string Name, string Value)> Headers, byte[] Body);

    /// <summary>The request of a number.</summary>
    public Input Of(long number)
    {
        var chance = new Chance((ulong)number);
        var recorded = chance.Of(corpus);
        var (path, type, body) = ($"/microcreds.federation.v1.{recorded.Method}", recorded.ContentType, recorded.Body);
        var headers = new List<(string, string)>();
        // Most of the body stays inside its frame or text, so that it comes to those who read messages.
        if (type == "application/grpc-web-text" && !chance.OneIn(4)) body = Encoding.ASCII.GetBytes(Convert.ToBase64String(Framed(Convert.FromBase64String(Encoding.ASCII.GetString(body)), json: false, chance)));
        else if (type == "application/json") body = Mutated(body, json: true, chance);
        else if (!chance.OneIn(4)) body = Framed(body, type.EndsWith("json", StringComparison.Ordinal), chance);
        else body = Mutated(body, json: false, chance);

        if (chance.OneIn(8)) headers.Add(chance.Of(Headers));
        if (chance.OneIn(20)) type = chance.Of(Types);
        if (chance.OneIn(50)) path = $"/microcreds.federation.v1.{chance.Of(corpus).Method}";
        if (chance.OneIn(100)) path = chance.Of<string>([path.ToUpperInvariant(), path + "/", path + "%00", path + "/" + path, path.Replace('.', '/'), "/grpc.health.v1.Health/Check", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"]);
        return new(path, type, headers, body);
    }

    private byte[] Framed(byte[] frames, bool json, Chance chance)
    {
        var length = frames.Length < 5 ? 0 : BinaryPrimitives.ReadInt32BigEndian(frames.AsSpan(1));
        if (frames.Length < 5 + length) return Mutated(frames, json, chance);
        var message = Mutated(frames[5..(5 + length)], json, chance);
        var begin = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(begin.AsSpan(1), message.Length);
        return [.. begin, .. message, .. frames.AsSpan(5 + length)];
    }

    private byte[] Mutated(byte[] bytes, bool json, Chance chance)
    {
        var times = 1 + chance.Below(3);
        for (var i = 0; i < times; i++) bytes = Once(bytes, json, chance);
        return bytes;
    }

    private byte[] Once(byte[] bytes, bool json, Chance chance)
    {
        var at = chance.Below(bytes.Length + 1);
        var end = Math.Min(bytes.Length, at + 1 + chance.Below(16));
        switch (chance.Below(json ? 9 : 8))
        {
            case 0 when bytes.Length > 0:
                var flipped = bytes.ToArray();
                flipped[chance.Below(bytes.Length)] ^= (byte)(1 << chance.Below(8));
                return flipped;
            case 1:
                return bytes[..at];
            case 2:
                return [.. bytes[..at], .. chance.Bytes(1 + chance.Below(8)), .. bytes[at..]];
            case 3:
                return [.. bytes[..at], .. bytes[end..]];
            case 4:
                return [.. bytes[..end], .. bytes[at..]];
            case 5:
                var other = chance.Of(corpus).Body;
                return [.. bytes[..at], .. other[chance.Below(other.Length + 1)..]];
            case 6:
                // A number of ten bytes, or a length that is larger than all there is.
                return [.. bytes[..at], .. Enumerable.Repeat((byte)0xff, 1 + chance.Below(10)), (byte)chance.Below(2), .. bytes[end..]];
            case 8:
                return [.. bytes[..at], .. Encoding.UTF8.GetBytes(chance.Of(JsonPieces)), .. bytes[chance.Of([at, end])..]];
            default:
                if (bytes.Length == 0) return chance.Bytes(1);
                var set = bytes.ToArray();
                set[chance.Below(bytes.Length)] = chance.Of<byte>([0, 1, 0x7f, 0x80, 0xff]);
                return set;
        }
    }
}
