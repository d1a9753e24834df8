using System.Buffers.Text;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Domain.Statements;

/// <summary>
/// Claims that travel beside a signature and can be erased without breaking it. Source: RFC 9901 (SD-JWT), 4.2 and 7.1: a disclosure is
/// base64url of <c>[salt, name, value]</c>; the signature holds its SHA-256 in <c>_sd</c>.
/// </summary>
internal static class Disclosures
{
    /// <summary>Most disclosures on one statement.</summary>
    public const int MaxCount = 32;

    /// <summary>Largest disclosure, in characters.</summary>
    public const int MaxLength = 24 * 1024;

    private const int SaltBytes = 16; // RFC 9901, 9.3: 128 bits, or the value could be guessed from its digest.

    /// <summary>Makes a disclosure with a fresh salt.</summary>
    public static string Make(PersonalClaim claim)
    {
        var salt = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SaltBytes));
        return Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new[] { salt, claim.Name, claim.Value }));
    }

    /// <summary>Digest of a disclosure as it stands in <c>_sd</c>.</summary>
    public static Sha256Digest DigestOf(string disclosure) => Sha256Digest.Of(Encoding.ASCII.GetBytes(disclosure));

    /// <summary>Reads disclosures against the signed digests: each must be asked for, once, and none may carry a name that is signed in clear or disclosed twice.</summary>
    public static bool TryRead(ImmutableArray<string> disclosures, IReadOnlyList<string> signed, FrozenSet<string> namesInClear, out ImmutableArray<PersonalClaim> claims)
    {
        claims = [];
        var open = signed.ToHashSet(StringComparer.Ordinal);
        if (disclosures.Length > MaxCount || open.Count != signed.Count) return false;
        var builder = ImmutableArray.CreateBuilder<PersonalClaim>(disclosures.Length);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var disclosure in disclosures)
        {
            if (disclosure.Length > MaxLength || !Base64UrlText.TryDecode(disclosure, out var json) || !open.Remove(DigestOf(disclosure).Value)
                || !TryRead(json, out var claim) || namesInClear.Contains(claim.Name) || !names.Add(claim.Name)) return false;
            builder.Add(claim);
        }
        claims = builder.ToImmutable();
        return true;
    }

    private static bool TryRead(byte[] json, out PersonalClaim claim)
    {
        claim = new PersonalClaim("", "");
        if (!StrictJson.TryParse(json, MaxLength, out var document, out _)) return false;
        using (document)
        {
            var parts = document.RootElement;
            if (parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() != 3 || parts.EnumerateArray().Any(p => p.ValueKind != JsonValueKind.String)) return false;
            claim = new PersonalClaim(parts[1].GetString() ?? "", parts[2].GetString() ?? "");
            return claim.Name.Length > 0 && Base64UrlText.TryDecode(parts[0].GetString(), out var salt) && salt.Length >= SaltBytes;
        }
    }
}
