using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Statements;
using static MicroCreds.Tests.Domain.Statements.StatementSamples;

namespace MicroCreds.Tests.Domain.Statements;

/// <summary>Algorithm and key confusion (exchange catalogue, row 37), each on a statement that would otherwise be good.</summary>
public sealed class StatementAttackTests
{
    [Theory]
    [InlineData("""{"alg":"none","kid":"KID","typ":"TYP"}""")]
    [InlineData("""{"alg":"None","kid":"KID","typ":"TYP"}""")]
    public void no_signature_is_no_statement(string header)
    {
        var good = Sign();
        foreach (var signature in new[] { "", good.Jws.Split('.')[2] })
            Assert.NotEmpty(Refused(good with { Jws = $"{Encode(header)}.{good.Jws.Split('.')[1]}.{signature}" }).Facts["fault"]);
    }

    [Fact]
    public void the_public_key_is_no_shared_secret()
    {
        var good = Sign();
        foreach (var secret in new[] { Encoding.UTF8.GetBytes(Key.PublicKey.Jwk), Encoding.UTF8.GetBytes(Key.KeyId) })
        {
            var input = $"{Encode("""{"alg":"HS256","kid":"KID","typ":"TYP"}""")}.{good.Jws.Split('.')[1]}";
            var mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input));
            Assert.Equal("algorithm", Refused(good with { Jws = $"{input}.{Base64Url.EncodeToString(mac)}" }).Facts["fault"]);
        }
    }

    [Theory]
    [InlineData("\"jwk\":{\"kty\":\"EC\"}")]
    [InlineData("\"jku\":\"https://evil.example/keys\"")]
    [InlineData("\"x5u\":\"https://evil.example/cert\"")]
    [InlineData("\"x5c\":[\"MIIB\"]")]
    [InlineData("\"crit\":[\"b64\"]")]
    [InlineData("\"b64\":false")]
    public void a_header_brings_no_key_and_no_extension(string member)
    {
        var good = Sign();
        var input = $"{Encode($$"""{"alg":"ES256","kid":"KID","typ":"TYP",{{member}}}""")}.{good.Jws.Split('.')[1]}";
        Assert.Equal("header", Refused(good with { Jws = $"{input}.{Base64Url.EncodeToString(Key.Sign(Encoding.ASCII.GetBytes(input)))}" }).Facts["fault"]);
    }

    [Fact]
    public void an_unknown_key_is_not_believed() =>
        Assert.Equal("key_unknown", Refused(StatementCodec.Sign(Draft, First, Parties, SigningKey.Generate())).Facts["fault"]);

    [Fact]
    public void a_text_signed_for_another_purpose_is_no_statement()
    {
        var receipt = ReceiptCodec.Sign(Parties, new StreamHead(1, 1, Sign().Digest), Draft.IssuedAt, Key);
        Assert.Equal("type", Refused(new SignedStatement(receipt, [])).Facts["fault"]);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(0)]
    [InlineData(72)]
    public void a_signature_of_another_length_is_refused(int length)
    {
        var good = Sign();
        var signature = Base64Url.DecodeFromChars(good.Jws.Split('.')[2]);
        Array.Resize(ref signature, length);
        Assert.Equal("signature", Refused(WithSignature(good, signature)).Facts["fault"]);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void a_signature_with_a_zero_half_is_refused(bool zeroR, bool zeroS)
    {
        var good = Sign();
        var signature = Base64Url.DecodeFromChars(good.Jws.Split('.')[2]);
        if (zeroR) Array.Clear(signature, 0, 32);
        if (zeroS) Array.Clear(signature, 32, 32);
        Assert.Equal("signature", Refused(WithSignature(good, signature)).Facts["fault"]);
    }

    [Fact]
    public void every_changed_byte_of_the_signed_text_is_noticed()
    {
        var good = Sign();
        var step = Math.Max(1, good.Jws.Length / 150);
        for (var at = 0; at < good.Jws.Length; at += step)
        {
            var changed = good.Jws.ToCharArray();
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            Assert.NotEmpty(Refused(good with { Jws = new string(changed) }).Facts["fault"]);
        }
    }

    [Fact]
    public void a_signature_moved_to_another_payload_is_refused()
    {
        var (one, other) = (Sign(), Sign());
        Assert.Equal("signature", Refused(one with { Jws = $"{one.Jws[..one.Jws.LastIndexOf('.')]}.{other.Jws.Split('.')[2]}" }).Facts["fault"]);
    }

    private static SignedStatement WithSignature(SignedStatement statement, byte[] signature) =>
        statement with { Jws = $"{statement.Jws[..statement.Jws.LastIndexOf('.')]}.{Base64Url.EncodeToString(signature)}" };

    private static string Encode(string header) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.Replace("KID", Key.KeyId, StringComparison.Ordinal).Replace("TYP", SignedStatement.MediaType, StringComparison.Ordinal)));
}
