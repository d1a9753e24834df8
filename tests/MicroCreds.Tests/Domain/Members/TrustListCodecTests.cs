using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Services;

namespace MicroCreds.Tests.Domain.Members;

public sealed class TrustListCodecTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly SigningKey Coordinator = SigningKey.Generate();
    private static readonly TrustList List = ListWithEverything();

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
    public void an_anchor_that_is_no_certificate_is_refused_and_named()
    {
        Assert.True(Signed(payload => payload["members"]![1]!["seal_anchors"] = new JsonArray(Convert.ToBase64String("no certificate"u8))).Signed.Failed(out var problem, out _));
        Assert.Contains("has a seal anchor of uni-madrid.example that is not a certificate in DER", problem!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("\"\"")]
    [InlineData("\"2026-01-01\"")]
    [InlineData("[]")]
    [InlineData("[null]")]
    [InlineData("[[]]")]
    [InlineData("{}")]
    [InlineData("null")]
    public void whatever_is_missing_or_wrong_in_a_list_that_is_signed_it_is_refused_or_can_be_used(string? instead)
    {
        var (places, refused) = (Places(Payload()).Count, 0);
        Assert.True(places > 60);
        for (var i = 0; i < places; i++)
        {
            var read = Read(payload => Put(Places(payload)[i], instead));
            if (read.Failed(out _, out var list)) refused++;
            else Use(list);
        }

        Assert.InRange(refused, 1, places);
    }

    [Fact]
    public void what_was_kept_by_this_program_is_read_to_the_last_member() =>
        Assert.Throws<JsonException>(() => DomainJson.Read<TrustList>("""{"minimum_contract":"1.9"}"""u8));

    private static (TrustList List, Result<TrustList> Signed) Signed(Action<JsonObject> change) => (List, Read(change));

    private static Result<TrustList> Read(Action<JsonObject> change)
    {
        var payload = Payload();
        change(payload);
        var jws = JwsJson.Sign(Encoding.UTF8.GetBytes(payload.ToJsonString()), TrustList.MediaType, [Coordinator]);
        return TrustListCodec.Read(Encoding.UTF8.GetBytes(jws), 1, id => id == Coordinator.PublicKey.KeyId ? Coordinator.PublicKey : null, Now);
    }

    // What a node does with a list that it puts into force.
    private static void Use(TrustList list)
    {
        var directory = new MemberDirectory(list);
        var verifier = new CredentialVerifier([.. directory.TrustedIssuers()]);
        Assert.NotNull(verifier.Verify("no credential"u8.ToArray(), Now));
    }

    private static JsonObject Payload() => (JsonObject)JsonNode.Parse(DomainJson.Write(List))!;

    private static TrustList ListWithEverything()
    {
        var list = new TestConsortium(Now).Join().Current.List;
        var member = list.Members[0] with
        {
            FormerIds = [OrganisationId.Parse("uni-old.example")], Endpoints = ["https://uni-a.example:8443"],
            CredentialIssuers = [new CredentialIssuer("did:web:uni-a.example", [new CredentialKey("#key-1", "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")])],
        };
        return list with { IssuedAt = Now, ExpiresAt = Now.AddDays(20), Members = [member, .. list.Members.Skip(1)] };
    }

    private static List<JsonNode> Places(JsonNode node) => node switch
    {
        JsonObject members => [.. members.Where(m => m.Value is not null).SelectMany(m => Places(m.Value!).Prepend(m.Value!))],
        JsonArray list => [.. list.SelectMany(m => Places(m!).Prepend(m!))],
        _ => [],
    };

    private static void Put(JsonNode place, string? instead)
    {
        var (parent, value) = (place.Parent!, instead is null ? null : JsonNode.Parse(instead));
        if (parent is JsonArray list && instead is null) list.Remove(place);
        else if (parent is JsonArray members) members[place.GetElementIndex()] = value;
        else if (instead is null) ((JsonObject)parent).Remove(place.GetPropertyName());
        else ((JsonObject)parent)[place.GetPropertyName()] = value;
    }
}
