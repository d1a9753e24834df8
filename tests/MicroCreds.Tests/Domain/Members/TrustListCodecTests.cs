using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Problems;
using MicroCreds.Tests.Services;

namespace MicroCreds.Tests.Domain.Members;

public sealed class TrustListCodecTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void members_that_a_newer_program_adds_do_not_keep_an_older_one_from_the_list()
    {
        var (list, signed) = Signed(payload =>
        {
            payload["minimum_contract"] = "1.9";
            payload["members"]![0]!["languages"] = new JsonArray("it", "es");
            payload["members"]![0]!["statement_keys"]![0]!["purpose"] = "decisions";
        });
        Assert.False(signed.Failed(out _, out var read));
        Assert.Equal(Encoding.UTF8.GetString(DomainJson.Write(list)), Encoding.UTF8.GetString(DomainJson.Write(read)));
    }

    [Fact]
    public void what_is_known_and_wrong_is_refused_as_ever()
    {
        Assert.True(Signed(payload => payload["members"]![0]!["status"] = "half_active").Signed.Failed(out var problem, out _));
        Assert.Equal(ProblemCode.StatementInvalid, problem!.Code);
        Assert.True(Signed(payload => payload.Remove("serial")).Signed.Failed(out _, out _));
    }

    [Fact]
    public void what_was_kept_by_this_program_is_read_to_the_last_member() =>
        Assert.Throws<JsonException>(() => DomainJson.Read<TrustList>("""{"minimum_contract":"1.9"}"""u8));

    private static (TrustList List, Result<TrustList> Signed) Signed(Action<JsonObject> change)
    {
        var coordinator = SigningKey.Generate();
        var list = new TestConsortium(Now).Join().Current.List with { IssuedAt = Now, ExpiresAt = Now.AddDays(20) };
        var payload = (JsonObject)JsonNode.Parse(DomainJson.Write(list))!;
        change(payload);
        var jws = JwsJson.Sign(Encoding.UTF8.GetBytes(payload.ToJsonString()), TrustList.MediaType, [coordinator]);
        return (list, TrustListCodec.Read(Encoding.UTF8.GetBytes(jws), 1, id => id == coordinator.PublicKey.KeyId ? coordinator.PublicKey : null, Now));
    }
}
