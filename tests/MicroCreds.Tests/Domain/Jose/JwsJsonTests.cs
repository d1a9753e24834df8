using System.Text;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Tests.Domain.Jose;

public sealed class JwsJsonTests
{
    private const string Typ = "trust-list+jws";
    private static readonly SigningKey[] Keys = [SigningKey.Generate(), SigningKey.Generate(), SigningKey.Generate()];
    private static readonly byte[] Payload = "{\"serial\":7}"u8.ToArray();

    [Fact]
    public void counts_different_known_keys()
    {
        Assert.False(Verify(JwsJson.Sign(Payload, Typ, Keys[..2]), 2).Failed(out _, out var verified));
        Assert.Equal(Payload, verified!.Payload.ToArray());
        Assert.Equal([Keys[0].KeyId, Keys[1].KeyId], verified.KeyIds.AsEnumerable());
    }

    [Fact]
    public void does_not_count_one_key_twice() => Assert.Equal("threshold", FaultOf(JwsJson.Sign(Payload, Typ, [Keys[0], Keys[0]]), 2));

    [Fact]
    public void does_not_count_unknown_keys() => Assert.Equal("threshold", FaultOf(JwsJson.Sign(Payload, Typ, [Keys[0], SigningKey.Generate()]), 2));

    [Fact]
    public void takes_a_signature_added_later()
    {
        Assert.False(JwsJson.AddSignature(JwsJson.Sign(Payload, Typ, Keys[..1]), Typ, Keys[2]).Failed(out _, out var json));
        Assert.False(Verify(json!, 2).Failed(out _, out _));
    }

    [Fact]
    public void refuses_a_wrong_signature_in_the_name_of_a_known_key()
    {
        var first = JwsJson.Sign(Payload, Typ, Keys[..2]);
        var second = JwsJson.Sign("{\"serial\":8}"u8, Typ, Keys[..2]);
        var mixed = first[..first.IndexOf("\"signatures\"", StringComparison.Ordinal)] + second[second.IndexOf("\"signatures\"", StringComparison.Ordinal)..];
        Assert.Equal("signature", FaultOf(mixed, 1));
    }

    [Theory]
    [InlineData("""{"payload":"e30","signatures":[]}""")]
    [InlineData("""{"payload":"e30","signatures":[{"protected":"e30","signature":"AA","header":{"kid":"x"}}]}""")]
    [InlineData("""{"payload":"e30","signatures":[{"protected":"e30","signature":"AA"}],"extra":1}""")]
    [InlineData("""{"payload":"e30","payload":"e30","signatures":[{"protected":"e30","signature":"AA"}]}""")]
    [InlineData("""{"payload":1,"signatures":[{"protected":"e30","signature":"AA"}]}""")]
    [InlineData("[]")]
    public void refuses_every_other_shape(string json) => Assert.Equal("malformed", FaultOf(json, 1));

    private static MicroCreds.Domain.Problems.Result<JointlyVerifiedPayload> Verify(string json, int threshold) =>
        JwsJson.Verify(Encoding.UTF8.GetBytes(json), Typ, threshold, id => Keys.FirstOrDefault(k => k.KeyId == id)?.PublicKey);

    private static string FaultOf(string json, int threshold)
    {
        Assert.True(Verify(json, threshold).Failed(out var problem, out _));
        return problem!.Facts["fault"];
    }
}
