using System.Text;
using MicroCreds.Credentials.Keys;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Credentials.Keys;

public sealed class IssuerDocumentsTests
{
    [Fact]
    public void registers_the_issuers_of_a_list_with_their_keys_and_members()
    {
        var issuers = Read($$$"""
            {"issuers":[
              {"id":"https://uni-roma.example/issuer","organisation":"uni-roma.example","jwks":{"keys":[{"kid":"k1",{{{Badges.Key.PublicKey.Jwk[1..]}}}]}},
              {"id":"{{{Badges.Did}}}"},
              {"id":"did:web:uni.example","keys":[{"method":"#m","key":"z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"}]},
              {"organisation":"no-name.example"}]}
            """);
        Assert.Equal(["https://uni-roma.example/issuer", Badges.Did, "did:web:uni.example"], issuers.Select(i => i.CredentialIssuers.Single().Id));
        Assert.Equal(Badges.University, issuers[0].Organisation);
        var register = new IssuerRegister(issuers);
        Assert.Single(register.Find("https://uni-roma.example/issuer", "k1").Keys);
        Assert.Empty(register.Find("https://uni-roma.example/issuer", "k2").Keys);
        Assert.Single(register.Find(Badges.Did, null).Keys);
        Assert.Single(register.Find("did:web:uni.example", "did:web:uni.example#m").Keys);
    }

    [Fact]
    public void takes_of_a_did_document_only_keys_that_may_assert_and_that_it_controls()
    {
        const string key = "z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH";
        var issuers = Read($$"""
            {"id":"did:web:uni.example",
             "verificationMethod":[{"id":"#a","publicKeyMultibase":"{{key}}"},{"id":"did:web:uni.example#b","publicKeyMultibase":"{{key}}"}],
             "assertionMethod":["did:web:uni.example#a",{"id":"did:web:uni.example#c","controller":"did:web:other.example","publicKeyMultibase":"{{key}}"}]}
            """);
        Assert.Equal(["did:web:uni.example#a"], issuers.Single().CredentialIssuers.Single().Keys.Select(k => k.Method));
    }

    [Fact]
    public void gives_a_name_registered_twice_the_keys_of_the_first_alone()
    {
        var first = Read($$"""{"issuers":[{"id":"did:web:uni.example","keys":[{"method":"#a","key":"{{Badges.Did["did:key:".Length..]}}"}]}]}""");
        var second = Read("""{"issuers":[{"id":"did:web:uni.example","keys":[{"method":"#a","key":"z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"}]}]}""");
        Assert.Single(new IssuerRegister([.. first, .. second]).Find("did:web:uni.example", "did:web:uni.example#a").Keys);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"id\":\"urn:x\"}")]
    [InlineData("{\"registry\":[]}")]
    [InlineData("not json")]
    public void registers_nobody_by_other_documents(string json) => Assert.Empty(Read(json));

    [Theory]
    [InlineData("did:web:uni.example", "https://uni.example/.well-known/did.json")]
    [InlineData("did:web:uni.example:issuers:1", "https://uni.example/issuers/1/did.json")]
    [InlineData("did:web:uni.example%3A8443:issuer", "https://uni.example:8443/issuer/did.json")]
    [InlineData("did:web:", null)]
    [InlineData("did:web:uni.example:", null)]
    [InlineData("did:web:uni.example/../x", null)]
    [InlineData("did:web:user@uni.example", null)]
    [InlineData("did:key:z6Mk", null)]
    public void knows_where_the_document_of_a_did_web_lies(string did, string? address) => Assert.Equal(address, IssuerDocuments.AddressOf(did)?.AbsoluteUri);

    [Fact]
    public void finds_the_keys_of_one_issuer_in_its_own_document_alone()
    {
        var jwks = Encoding.UTF8.GetBytes($$$"""{"keys":[{"kid":"k1",{{{Badges.Key.PublicKey.Jwk[1..]}}},{"kty":"oct","k":"AAAA"}]}""");
        Assert.Equal(["k1"], IssuerDocuments.KeysOf("https://uni.example/issuer", jwks).Select(k => k.Method));
        // A key set names nobody, so it is not taken for a DID document; and one DID's document is no other's.
        Assert.Empty(IssuerDocuments.KeysOf("did:web:uni.example", jwks));
        Assert.Empty(IssuerDocuments.KeysOf("did:web:uni.example", """{"id":"did:web:other.example","assertionMethod":[{"id":"#a","publicKeyMultibase":"z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"}]}"""u8.ToArray()));
        Assert.Single(IssuerDocuments.KeysOf("did:web:uni.example", """{"id":"did:web:uni.example","assertionMethod":[{"id":"#a","publicKeyMultibase":"z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"}]}"""u8.ToArray()));
        Assert.Empty(IssuerDocuments.KeysOf("https://uni.example/issuer", "{"u8.ToArray()));
    }

    private static System.Collections.Immutable.ImmutableArray<MicroCreds.Domain.Verification.TrustedIssuer> Read(string json) => IssuerDocuments.Read(Encoding.UTF8.GetBytes(json), "test");
}
