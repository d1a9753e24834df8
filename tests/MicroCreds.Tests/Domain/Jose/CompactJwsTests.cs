using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Tests.Domain.Jose;

public sealed class CompactJwsTests
{
    private const string Typ = "example+jwt";
    private static readonly SigningKey Key = SigningKey.Generate();
    private static readonly byte[] Payload = Encoding.UTF8.GetBytes("{\"grant\":\"3\"}");

    [Fact]
    public void gives_back_exactly_the_bytes_that_were_signed()
    {
        Assert.False(CompactJws.Verify(CompactJws.Sign(Payload, Typ, Key), Typ, KeyOf).Failed(out _, out var verified));
        Assert.Equal(Payload, verified!.Payload.ToArray());
        Assert.Equal(Key.KeyId, verified.KeyId);
    }

    [Fact]
    public void refuses_a_text_signed_for_another_purpose() =>
        Assert.Equal("type", FaultOf(CompactJws.Sign(Payload, "other+jwt", Key)));

    [Fact]
    public void refuses_a_key_that_the_signer_does_not_have() =>
        Assert.Equal("key_unknown", FaultOf(CompactJws.Sign(Payload, Typ, SigningKey.Generate())));

    [Fact]
    public void refuses_a_key_looked_up_under_another_thumbprint()
    {
        var other = SigningKey.Generate();
        Assert.True(CompactJws.Verify(CompactJws.Sign(Payload, Typ, other), Typ, _ => Key.PublicKey).Failed(out var problem, out _));
        Assert.Equal("key_unknown", problem!.Facts["fault"]);
    }

    [Theory]
    [InlineData("""{"alg":"none","kid":"KID","typ":"example+jwt"}""", "algorithm")]
    [InlineData("""{"alg":"HS256","kid":"KID","typ":"example+jwt"}""", "algorithm")]
    [InlineData("""{"alg":"ES384","kid":"KID","typ":"example+jwt"}""", "algorithm")]
    [InlineData("""{"alg":"ES256","typ":"example+jwt"}""", "header")]
    [InlineData("""{"alg":"ES256","kid":"","typ":"example+jwt"}""", "header")]
    [InlineData("""{"alg":"ES256","kid":"KID"}""", "type")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"example+jwt","crit":["exp"]}""", "header")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"example+jwt","jku":"https://evil.example/keys"}""", "header")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"example+jwt","x5u":"https://evil.example/cert"}""", "header")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"example+jwt","jwk":{"kty":"EC"}}""", "header")]
    [InlineData("""{"alg":"ES256","alg":"ES256","kid":"KID","typ":"example+jwt"}""", "malformed")]
    [InlineData("""["ES256"]""", "malformed")]
    public void refuses_every_other_header_even_when_rightly_signed(string header, string fault)
    {
        var input = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.Replace("KID", Key.KeyId, StringComparison.Ordinal)))}.{Base64Url.EncodeToString(Payload)}";
        Assert.Equal(fault, FaultOf($"{input}.{Base64Url.EncodeToString(Key.Sign(Encoding.ASCII.GetBytes(input)))}"));
    }

    [Fact]
    public void refuses_a_signature_in_der_or_of_zeros()
    {
        var compact = CompactJws.Sign(Payload, Typ, Key);
        var input = compact[..compact.LastIndexOf('.')];
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(Key.ExportPem());
        var der = ecdsa.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.Equal("signature", FaultOf($"{input}.{Base64Url.EncodeToString(der)}"));
        Assert.Equal("signature", FaultOf($"{input}.{Base64Url.EncodeToString(new byte[64])}"));
    }

    [Fact]
    public void refuses_every_change_of_one_character()
    {
        var compact = CompactJws.Sign(Payload, Typ, Key);
        for (var at = 0; at < compact.Length; at++)
        {
            // Several other characters at each place, so that also the unused bits of a last character are tried.
            foreach (var other in "ABCDQgwxyz0189-_.= ")
            {
                if (compact[at] == other) continue;
                var changed = compact.ToCharArray();
                changed[at] = other;
                Assert.True(CompactJws.Verify(new string(changed), Typ, KeyOf).Failed(out _, out _), $"character {at} was changed to {other} and not noticed");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("é.b.c")]
    public void refuses_what_is_not_three_parts(string compact) => Assert.Equal("malformed", FaultOf(compact));

    [Fact]
    public void refuses_white_space_and_padding_around_the_parts()
    {
        var compact = CompactJws.Sign(Payload, Typ, Key);
        Assert.Equal("malformed", FaultOf(compact + "\n"));
        Assert.Equal("malformed", FaultOf(compact + "=="));
        Assert.Equal("malformed", FaultOf(" " + compact));
    }

    [Fact]
    public void serves_many_threads_with_one_key()
    {
        var refused = 0;
        Parallel.For(0, 500, round =>
        {
            if (CompactJws.Verify(CompactJws.Sign(Payload, Typ, Key), Typ, KeyOf).Failed(out _, out _)) Interlocked.Increment(ref refused);
        });
        Assert.Equal(0, refused);
    }

    private static VerificationKey? KeyOf(string keyId) => keyId == Key.KeyId ? Key.PublicKey : null;

    private static string FaultOf(string compact)
    {
        Assert.True(CompactJws.Verify(compact, Typ, KeyOf).Failed(out var problem, out _));
        Assert.Equal(ProblemCode.StatementInvalid, problem!.Code);
        return problem.Facts["fault"];
    }
}
