using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Exporting;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Credentials;

public sealed class StatusListTests
{
    private const string Address = "https://uni-roma.example/status/1";

    [Theory]
    [InlineData(0, StatusAnswer.Clear)]
    [InlineData(7, StatusAnswer.Set)]
    [InlineData(8, StatusAnswer.Clear)]
    [InlineData(131_071, StatusAnswer.Set)]
    [InlineData(131_072, StatusAnswer.Invalid)]
    [InlineData(-1, StatusAnswer.Invalid)]
    public void answers_by_the_highest_bit_first_as_w3c_does(long index, StatusAnswer answer) => Assert.Equal(answer, Book(Bitstring()).Ask(Entry(index), Badges.At));

    [Theory]
    [InlineData(0, StatusAnswer.Clear)]
    [InlineData(7, StatusAnswer.Set)]
    public void reads_the_older_list_with_and_without_padding(long index, StatusAnswer answer)
    {
        byte[] Old(Func<string, string> spelt) => Bitstring(c =>
        {
            c["type"] = new JsonArray("VerifiableCredential", "StatusList2021Credential");
            c["credentialSubject"]!["type"] = "StatusList2021";
            c["credentialSubject"]!["encodedList"] = spelt(c["credentialSubject"]!["encodedList"]!.GetValue<string>()[1..]);
        });
        var place = Entry(index) with { Type = "StatusList2021Entry" };
        Assert.Equal(answer, Book(Old(t => t)).Ask(place, Badges.At));
        Assert.Equal(answer, Book(Old(t => t.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (t.Length % 4)) % 4))).Ask(place, Badges.At));
        Assert.Equal(StatusAnswer.Invalid, Book(Old(t => t)).Ask(Entry(index), Badges.At));
    }

    [Fact]
    public void answers_by_the_lowest_bit_first_as_token_status_lists_do()
    {
        // Token Status List, 4.1: the bytes b9 a3 of the example.
        var book = Book(TokenList(1, [0xb9, 0xa3]));
        Assert.Equal([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], Enumerable.Range(0, 16).Select(at => book.Ask(Place(at), Badges.At) == StatusAnswer.Set ? 1 : 0));
        // And c9 44 f9 with two bits each: 1 2 0 3 0 1 0 1 1 2 3 3.
        var two = Book(TokenList(2, [0xc9, 0x44, 0xf9]));
        Assert.Equal(
            [StatusAnswer.Set, StatusAnswer.Set, StatusAnswer.Clear, StatusAnswer.Unavailable, StatusAnswer.Clear, StatusAnswer.Set, StatusAnswer.Clear, StatusAnswer.Set, StatusAnswer.Set, StatusAnswer.Set, StatusAnswer.Unavailable, StatusAnswer.Unavailable],
            Enumerable.Range(0, 12).Select(at => two.Ask(Place(at), Badges.At)));
        Assert.Equal(StatusAnswer.Invalid, two.Ask(Place(12), Badges.At));

        static StatusPointer Place(long at) => new(StatusPointer.Token, "", Address, at);
    }

    [SamplesTheory]
    [InlineData("status_list_encoding_json.md", 1)]
    [InlineData("status_list_encoding2_json.md", 2)]
    [InlineData("status_list_encoding4_json.md", 4)]
    [InlineData("status_list_encoding8_json.md", 8)]
    [InlineData("status_list_encoding1_long_json.md", 1)]
    [InlineData("status_list_encoding2_long_json.md", 2)]
    public void reads_the_lists_of_the_standard(string file, int bits)
    {
        var text = Regex.Replace(Encoding.UTF8.GetString(Samples.Read($"status/ietf-token-status-list/{file}")), @"\s", "");
        var list = Regex.Match(text, "\"lst\":\"([A-Za-z0-9_-]+)\"").Groups[1].Value;
        var book = Book(TokenList(bits, [], list));
        Assert.NotEqual(StatusAnswer.Invalid, book.Ask(new(StatusPointer.Token, "", Address, 0), Badges.At));
        if (bits == 4)
        {
            // Token Status List, C: positions 0 of the four-bit example holds 1, 1993 holds 2, 35460 holds 3.
            Assert.Equal(StatusAnswer.Set, book.Ask(new(StatusPointer.Token, "", Address, 0), Badges.At));
            Assert.Equal(StatusAnswer.Set, book.Ask(new(StatusPointer.Token, "", Address, 1993), Badges.At));
            Assert.Equal(StatusAnswer.Unavailable, book.Ask(new(StatusPointer.Token, "", Address, 35460), Badges.At));
        }
    }

    [Fact]
    public void lets_only_lists_count_that_a_registered_issuer_signed()
    {
        var stranger = SigningKey.Generate();
        Assert.Equal(StatusAnswer.Unavailable, StatusListBook.Read([(Address, Bitstring())], []).Ask(Entry(0), Badges.At));
        Assert.Equal(StatusAnswer.Invalid, Book(Bitstring(key: stranger)).Ask(Entry(0), Badges.At));
        Assert.Equal(StatusAnswer.Invalid, Book(Bitstring(c => c["issuer"] = "did:web:other.example", iss: Badges.Did)).Ask(Entry(0), Badges.At));
        Assert.Equal(StatusAnswer.Unavailable, Book(Bitstring()).Ask(Entry(0) with { List = "https://elsewhere.example/1" }, Badges.At));
    }

    [Fact]
    public void does_not_rely_on_a_list_outside_of_its_period_or_of_another_kind_or_purpose()
    {
        Assert.Equal(StatusAnswer.Unavailable, Book(Bitstring(c => c["validUntil"] = "2026-08-31T00:00:00Z")).Ask(Entry(0), Badges.At));
        Assert.Equal(StatusAnswer.Unavailable, Book(Bitstring(c => c["validFrom"] = "2026-09-02T00:00:00Z")).Ask(Entry(0), Badges.At));
        Assert.Equal(StatusAnswer.Invalid, Book(Bitstring(c => c["validUntil"] = "soon")).Ask(Entry(0), Badges.At));
        Assert.Equal(StatusAnswer.Invalid, Book(Bitstring()).Ask(Entry(0) with { Purpose = "suspension" }, Badges.At));
        Assert.Equal(StatusAnswer.Unavailable, Book(Bitstring(c => c["credentialSubject"]!["statusPurpose"] = "message")).Ask(Entry(7) with { Purpose = "message" }, Badges.At));
        Assert.Equal(StatusAnswer.Invalid, Book(Bitstring(c => c["type"] = new JsonArray("VerifiableCredential"))).Ask(Entry(0), Badges.At));
        Assert.Equal(StatusAnswer.Unavailable, Book(TokenList(1, [1], exp: Badges.At.ToUnixTimeSeconds() - 1)).Ask(new(StatusPointer.Token, "", Address, 0), Badges.At));
        Assert.Equal(StatusAnswer.Invalid, Book(TokenList(3, [1])).Ask(new(StatusPointer.Token, "", Address, 0), Badges.At));
    }

    [Fact]
    public void stops_unpacking_a_bomb()
    {
        // 64 MB of zeros in 64 KB.
        Assert.Equal(StatusAnswer.Invalid, Book(Bitstring(c => c["credentialSubject"]!["encodedList"] = "u" + Pack(new byte[64 * 1024 * 1024]))).Ask(Entry(0), Badges.At));
        foreach (var list in new[] { "", "u", "z123", "uAAAA", "u!!!!" })
            Assert.Equal(StatusAnswer.Invalid, Book(Bitstring(c => c["credentialSubject"]!["encodedList"] = list)).Ask(Entry(0), Badges.At));
    }

    [Fact]
    public void decides_the_verdict_on_a_badge()
    {
        CredentialReport Verify(long index, params (string, ReadOnlyMemory<byte>)[] lists) => new CredentialVerifier([Badges.Member], StatusListBook.Read(lists, [Badges.Member])).Verify(
            Badges.Token(payload: c => c["credentialStatus"] = new JsonObject { ["type"] = "BitstringStatusListEntry", ["statusPurpose"] = "revocation", ["statusListIndex"] = $"{index}", ["statusListCredential"] = Address }), Badges.At);
        Assert.Equal(Verdict.Accept, Verify(0, (Address, Bitstring())).Verdict);
        Assert.Equal([ReasonClass.Revoked], Verify(7, (Address, Bitstring())).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.StatusInvalid], Verify(200_000, (Address, Bitstring())).Reasons.AsEnumerable());
        var without = Verify(0);
        Assert.Equal((Verdict.Hold, ReasonClass.StatusUnavailable), (without.Verdict, without.Reasons.Single()));
    }

    [Fact]
    public void leaves_out_documents_that_are_no_status_list() =>
        Assert.Equal(0, StatusListBook.Read([("a", Badges.Token()), ("b", "{}"u8.ToArray()), ("c", "key=1"u8.ToArray()), ("d", Array.Empty<byte>())], [Badges.Member]).Count);

    [SamplesTheory]
    [InlineData("e5WK8CbZ1GjycuPombrj", StatusAnswer.Clear)]
    [InlineData("expired", StatusAnswer.Unavailable)]
    [InlineData("notYetValid", StatusAnswer.Unavailable)]
    [InlineData("missingBitStringType", StatusAnswer.Invalid)]
    [InlineData("tampered", StatusAnswer.Invalid)]
    public void judges_the_sample_lists_as_the_manifest_does(string name, StatusAnswer answer) =>
        Assert.Equal(answer, Samples.StatusLists().Ask(new("BitstringStatusListEntry", "revocation", $"https://digitalcredentials.github.io/vc-test-fixtures/statusLists/didkey-ed25519Signature2020/{name}", 7), Samples.At));

    [Fact]
    public void takes_a_list_that_is_sealed_under_a_pinned_anchor_while_the_seal_counts()
    {
        var place = Entry(7) with { List = "https://voluntariado.example/status/0" };
        var list = SealedList(Seals.Seal);
        StatusAnswer Asked(byte[] of, params TrustedIssuer[] issuers) => StatusListBook.Read([(place.List, of)], issuers).Ask(place, Seals.At);
        Assert.Equal(StatusAnswer.Set, Asked(list, Seals.Member));
        Assert.Equal(StatusAnswer.Clear, StatusListBook.Read([(place.List, list)], [Seals.Member]).Ask(place with { Index = 8 }, Seals.At));
        // Nobody's anchor, another key, a seal that has ended, a day after the list's own end.
        Assert.Equal(StatusAnswer.Unavailable, Asked(list));
        Assert.Equal(StatusAnswer.Unavailable, Asked(SealedList(SealAuthority.Create("Somebody", Seals.LegalIdentifier, Seals.From, Seals.Until).Issue("Somebody", Seals.LegalIdentifier, Seals.From, Seals.Until)), Seals.Member));
        Assert.Equal(StatusAnswer.Invalid, Asked([.. list[..^4], .. "AAAA"u8], Seals.Member));
        var ended = StatusListBook.Read([(place.List, SealedList(Seals.Authority.Issue("Ended", Seals.LegalIdentifier, Seals.From, Seals.At.AddDays(-1))))], [Seals.Member]);
        Assert.Equal(StatusAnswer.Unavailable, ended.Ask(place, Seals.At));
        Assert.StartsWith("The seal of the list does not count: A certificate is not valid on 2026-09-01", ended.Describe(place, Seals.At), StringComparison.Ordinal);
        Assert.Equal(StatusAnswer.Unavailable, StatusListBook.Read([(place.List, list)], [Seals.Member]).Ask(place, Seals.At.AddHours(25)));
    }

    [Fact]
    public void relies_on_a_sealed_list_as_soon_and_as_long_as_its_anchor_is_pinned()
    {
        var place = Entry(7) with { List = "https://voluntariado.example/status/0" };
        var lists = new CurrentStatusLists([], _ => { });
        lists.Put(place.List, SealedList(Seals.Seal), Seals.At.AddDays(1));
        foreach (var (issuers, answer) in new (TrustedIssuer[], StatusAnswer)[] { ([], StatusAnswer.Unavailable), ([Seals.Member], StatusAnswer.Set), ([], StatusAnswer.Unavailable) })
        {
            lists.TakeOver(issuers, RevocationBook.Empty);
            Assert.Equal(answer, lists.Ask(place, Seals.At));
        }
    }

    private static byte[] SealedList(SealingCertificate seal) =>
        [.. new DecisionWriter(new(Seals.Voluntariado, "Plataforma Voluntariado", "", [], 25) { StatusLists = "https://voluntariado.example/status/" }, seal).WriteStatusList(0, [7, 131_071], Seals.At).Span];

    private static StatusPointer Entry(long index) => new("BitstringStatusListEntry", "revocation", Address, index);

    private static StatusListBook Book(byte[] list) => StatusListBook.Read([(Address, list)], [Badges.Member]);

    /// <summary>A list in which some bits are set.</summary>
    internal static string Encoded(params ReadOnlySpan<int> set)
    {
        var bits = new byte[16 * 1024];
        foreach (var at in set) bits[at / 8] |= (byte)(0x80 >> (at % 8));
        return "u" + Pack(bits);
    }

    internal static byte[] Bitstring(Action<JsonObject>? change = null, SigningKey? key = null, string? iss = null, string? kid = null)
    {
        var bits = new byte[16 * 1024];
        (bits[0], bits[^1]) = (0x01, 0x01);
        var list = JsonNode.Parse($$$"""
            {"@context":["https://www.w3.org/ns/credentials/v2"],"id":"{{{Address}}}","type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"{{{Badges.Did}}}","validFrom":"2026-01-01T00:00:00Z",
             "credentialSubject":{"id":"{{{Address}}}#list","type":"BitstringStatusList","statusPurpose":"revocation","encodedList":"u{{{Pack(bits)}}}"}}
            """)!.AsObject();
        change?.Invoke(list);
        if (iss is not null) list["iss"] = iss;
        return Badges.Sign($$"""{"alg":"ES256","typ":"vc+jwt","kid":"{{kid ?? Badges.Did}}"}""", list.ToJsonString(), key ?? Badges.Key);
    }

    private static byte[] TokenList(int bits, byte[] content, string? packed = null, long? exp = null)
    {
        var payload = new JsonObject { ["iss"] = Badges.Did, ["sub"] = Address, ["iat"] = 1_780_000_000, ["status_list"] = new JsonObject { ["bits"] = bits, ["lst"] = packed ?? Zlib(content) } };
        if (exp is { } end) payload["exp"] = end;
        return Badges.Sign($$"""{"alg":"ES256","typ":"statuslist+jwt","kid":"{{Badges.Did}}"}""", payload.ToJsonString(), Badges.Key);
    }

    private static string Pack(byte[] bits)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Optimal)) stream.Write(bits);
        return Base64Url.EncodeToString(packed.ToArray());
    }

    private static string Zlib(byte[] bits)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal)) stream.Write(bits);
        return Base64Url.EncodeToString(packed.ToArray());
    }
}
