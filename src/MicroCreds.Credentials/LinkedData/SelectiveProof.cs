using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using MicroCreds.Credentials.Keys;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>
/// The value of a proof by which a learner shows a part of a credential: the issuer's signature over what must always be shown and over a key made for
/// this credential alone, and that key's signature over every other statement by itself. What is left out cannot be seen.
/// Source: W3C Data Integrity ECDSA Cryptosuites 1.0, 3.5.7 (parseDerivedProofValue) and 3.6.7 (verification of derived proofs); RFC 8949, 3.
/// </summary>
internal sealed class SelectiveProof
{
    // A statement costs one signature to verify; a credential has some dozens.
    private const int MaxStatements = 1_000;
    private const int MaxCharacters = 256 * 1024;

    private readonly byte[] _issuerSignature;
    private readonly byte[] _publicKey;
    private readonly IssuerKey _key;
    private readonly List<byte[]> _signatures;
    private readonly Dictionary<string, string> _labels;
    private readonly HashSet<int> _mandatory;

    private SelectiveProof(byte[] issuerSignature, byte[] publicKey, IssuerKey key, List<byte[]> signatures, Dictionary<string, string> labels, HashSet<int> mandatory) =>
        (_issuerSignature, _publicKey, _key, _signatures, _labels, _mandatory) = (issuerSignature, publicKey, key, signatures, labels, mandatory);

    /// <summary>Reads a value as a learner's wallet makes it. False for anything else, with <paramref name="isBase"/> for one as the issuer makes it, which is for the wallet alone.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out SelectiveProof? proof, out bool isBase)
    {
        (proof, isBase) = (null, false);
        if (text is not { Length: > 4 and <= MaxCharacters } || text[0] != 'u' || !Domain.Jose.Base64UrlText.TryDecode(text[1..], out var bytes)) return false;
        isBase = bytes is [0xD9, 0x5D, 0x00, ..];
        if (bytes is not [0xD9, 0x5D, 0x01, ..]) return false;
        var cbor = new Reader(bytes, 3);
        if (cbor.Count(4) != 5 || cbor.Bytes(64) is not { } issuerSignature || cbor.Bytes(35) is not { } publicKey || !Multikey.TryRead(Multikey.Encode(publicKey), out var key) || !key.Fits("ES256")) return false;
        var signatures = new List<byte[]>();
        if (cbor.Count(4) is not { } statements) return false;
        for (var left = statements; left > 0; left--)
        {
            if (cbor.Bytes(64) is not { } signature) return false;
            signatures.Add(signature);
        }
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (cbor.Count(5) is not { } names) return false;
        for (var left = names; left > 0; left--)
        {
            if (cbor.Number() is not { } number || cbor.Bytes(32) is not { } label || !labels.TryAdd($"_:c14n{number}", $"_:u{Base64Url.EncodeToString(label)}")) return false;
        }
        var mandatory = new HashSet<int>();
        if (cbor.Count(4) is not { } demanded) return false;
        for (var left = demanded; left > 0; left--)
        {
            if (cbor.Number() is not { } index || !mandatory.Add(index)) return false;
        }
        if (!cbor.AtEnd) return false;
        proof = new(issuerSignature, publicKey, key, signatures, labels, mandatory);
        return true;
    }

    /// <summary>Whether it is a proof of <paramref name="key"/> over exactly these statements.</summary>
    /// <param name="statements">Statements of the document without proofs.</param>
    /// <param name="options">Digest of the proof's own options.</param>
    /// <param name="key">The issuer's key, on P-256.</param>
    public bool Verify(IReadOnlyCollection<Quad> statements, byte[] options, IssuerKey key)
    {
        var names = DatasetCanonicalizer.Names(statements, HashAlgorithmName.SHA256);
        // Names that the issuer gave under a key of its own, so that they tell nothing of what is left out.
        if (names.Count != _labels.Count || names.Values.Any(n => !_labels.ContainsKey(n)) || _labels.Values.Distinct().Count() != _labels.Count) return false;
        var lines = statements.Select(q => Encoding.UTF8.GetBytes(q.Line(term => _labels[names[term]]))).ToList();
        lines.Sort((x, y) => x.AsSpan().SequenceCompareTo(y));
        if (_mandatory.Any(i => i >= lines.Count)) return false;
        var shown = lines.Where((_, i) => !_mandatory.Contains(i)).ToList();
        if (shown.Count != _signatures.Count) return false;
        var always = SHA256.HashData([.. lines.Where((_, i) => _mandatory.Contains(i)).SelectMany(l => l)]);
        return key.Verify("ES256", (byte[])[.. options, .. _publicKey, .. always], _issuerSignature)
            && shown.Zip(_signatures).All(pair => _key.Verify("ES256", pair.First, pair.Second));
    }

    // As much of CBOR as such a value has: whole numbers, byte strings, arrays and maps of stated length. Whatever else stands there is answered with null.
    private sealed class Reader(byte[] bytes, int at)
    {
        private int _at = at;

        public bool AtEnd => _at == bytes.Length;

        /// <summary>The number of entries of an array (4) or map (5).</summary>
        public int? Count(int major) => Head(major) is { } count and <= MaxStatements ? count : null;

        public int? Number() => Head(0);

        public byte[]? Bytes(int length)
        {
            if (Head(2) != length || bytes.Length - _at < length) return null;
            var read = bytes[_at..(_at + length)];
            _at += length;
            return read;
        }

        private int? Head(int major)
        {
            if (_at >= bytes.Length || bytes[_at] >> 5 != major) return null;
            var size = (bytes[_at++] & 31) switch { < 24 => 0, 24 => 1, 25 => 2, _ => -1 };
            if (size < 0 || bytes.Length - _at < size) return null;
            var value = size switch { 0 => bytes[_at - 1] & 31, 1 => bytes[_at], _ => (bytes[_at] << 8) | bytes[_at + 1] };
            _at += size;
            return value;
        }
    }
}
