using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Cases;

namespace MicroCreds.Credentials.Exporting;

/// <summary>
/// An institution's list of decisions that no longer count, and the pointer into it that their credentials carry. The list is sealed with the seal of the
/// credentials, so that whoever trusts those can trust it. Source: W3C Bitstring Status List 1.0, 2; W3C VC-JOSE-COSE, 3.1; RFC 7515, 4.1.6.
/// </summary>
internal static class DecisionStatusList
{
    // A list is asked for again within minutes, and a copy of it is worth nothing the day after: who keeps an old one back cannot hide a revocation for long.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The member <c>credentialStatus</c> of a credential.</summary>
    public static JsonObject Entry(string address, StatusPlace place)
    {
        var list = AddressOf(address, place.List);
        var index = place.Index.ToString(CultureInfo.InvariantCulture);
        return new() { ["id"] = $"{list}#{index}", ["type"] = "BitstringStatusListEntry", ["statusPurpose"] = "revocation", ["statusListIndex"] = index, ["statusListCredential"] = list };
    }

    /// <summary>The list as token.</summary>
    public static byte[] Write(string address, string name, int list, IReadOnlyCollection<int> withdrawn, SealingCertificate seal, DateTimeOffset at)
    {
        var bits = new byte[StatusPlace.ListLength / 8];
        foreach (var index in withdrawn) bits[index / 8] |= (byte)(0x80 >> (index % 8));
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Optimal)) stream.Write(bits);
        var id = AddressOf(address, list);
        var payload = new JsonObject
        {
            ["@context"] = new JsonArray("https://www.w3.org/ns/credentials/v2"),
            ["id"] = id,
            ["type"] = new JsonArray("VerifiableCredential", "BitstringStatusListCredential"),
            ["issuer"] = new JsonObject { ["id"] = address, ["name"] = name },
            ["validFrom"] = ElmTerms.Time(at),
            ["validUntil"] = ElmTerms.Time(at + Lifetime),
            ["credentialSubject"] = new JsonObject
            {
                ["id"] = $"{id}#list", ["type"] = "BitstringStatusList", ["statusPurpose"] = "revocation", ["encodedList"] = $"u{Base64Url.EncodeToString(packed.ToArray())}",
                ["ttl"] = (long)Fresh.TotalMilliseconds,
            },
        };
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = "vc+jwt", ["x5c"] = new JsonArray(Convert.ToBase64String(seal.Certificate.Span)) };
        var input = $"{Part(header)}.{Part(payload)}";
        return Encoding.ASCII.GetBytes($"{input}.{Base64Url.EncodeToString(seal.Key.Sign(Encoding.ASCII.GetBytes(input)))}");
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private static string AddressOf(string address, int list) => string.Create(CultureInfo.InvariantCulture, $"{address}{list}");
}
