using System.Text.Json.Nodes;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Credentials.Trust;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials;
using MicroCreds.Tests.Credentials.OpenBadge;
using MicroCreds.Tests.Credentials.TrustedLists;
using MicroCreds.Tests.Credentials.XmlSignature;

namespace MicroCreds.Tests.Services.Outside;

/// <summary>What decides whom to believe is fetched as well: keys of issuers, trusted lists, lists of revoked certificates.</summary>
public sealed class TrustFetchTests : OutsideTests
{
    [Fact]
    public async Task follows_the_keys_of_a_registered_issuer_and_holds_what_they_sign_when_they_are_stale()
    {
        var (old, next) = (SigningKey.Generate(), SigningKey.Generate());
        var did = $"did:web:{OutsideHost.Name}%3A{Host.Port}:keys";
        Host.Answer("/keys/did.json", DidDocument(did, old), "application/did+json");
        var node = Start(new OutsideIssuer(did, Badges.University, Host.At("/keys/did.json")));
        Assert.Equal([ReasonClass.KeyUnresolvable], VerifyBy(old).Reasons.AsEnumerable());
        await node.WalkAsync();
        Assert.Equal((Verdict.Accept, Badges.University), (VerifyBy(old).Verdict, VerifyBy(old).IssuerId));
        Assert.Equal($"keys fetched from {Host.At("/keys/did.json")}", VerifyBy(old).Check(CheckKind.CertificateChain).Source);

        Host.Answer("/keys/did.json", DidDocument("did:web:someone.example", next), "application/did+json");
        await HourLaterAsync();
        Assert.Equal("it holds no key that the issuer registered for it may sign with", node.Fetcher.Current.Single().Failure);
        Assert.Equal(Verdict.Accept, VerifyBy(old).Verdict);

        Host.Answer("/keys/did.json", DidDocument(did, next), "application/did+json");
        await HourLaterAsync();
        Assert.Equal([ReasonClass.ProofInvalid], VerifyBy(old).Reasons.AsEnumerable());
        Assert.Equal(Verdict.Accept, VerifyBy(next).Verdict);

        Host.Answer("/keys/did.json", Gone);
        Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        await node.WalkAsync();
        Held();
        Assert.Equal((Verdict.Reject, ReasonClass.KeyUnresolvable), (VerifyBy(old).Verdict, VerifyBy(old).Reasons.Single()));
        // Also after a restart, before anything is asked.
        node = Start(new OutsideIssuer(did, Badges.University, Host.At("/keys/did.json")));
        Held();
        Host.Answer("/keys/did.json", DidDocument(did, next), "application/did+json");
        await HourLaterAsync();
        Assert.Equal(Verdict.Accept, VerifyBy(next).Verdict);

        void Held()
        {
            var report = VerifyBy(next);
            Assert.Equal((Verdict.Hold, ReasonClass.KeyUnresolvable, Badges.University), (report.Verdict, report.Reasons.Single(), report.IssuerId));
            Assert.Contains("relied upon until 2026-09-08 14:00:00Z", report.Check(CheckKind.CertificateChain).Evidence, StringComparison.Ordinal);
        }

        CredentialReport VerifyBy(SigningKey key) => node.Verifier.Verify(Badges.Sign($$"""{"alg":"ES256","typ":"vc+jwt","kid":"{{did}}#key-1"}""", Badges.Credential(did).ToJsonString(), key), Badges.At);

        Task<int> HourLaterAsync()
        {
            Clock.Advance(TimeSpan.FromHours(1));
            return node.WalkAsync();
        }
    }

    [Fact]
    public async Task reads_keys_before_the_lists_they_sign_in_one_walk()
    {
        var key = SigningKey.Generate();
        var did = $"did:web:{OutsideHost.Name}%3A{Host.Port}:keys";
        Host.Answer("/keys/did.json", DidDocument(did, key), "application/did+json");
        Host.Answer(Path, StatusListTests.Bitstring(c => c["issuer"] = did, key, did, $"{did}#key-1"));
        var node = Start(new OutsideIssuer(did, Badges.University, Host.At("/keys/did.json")));
        node.Verify(0);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, await node.WalkAsync());
        Assert.Equal(["GET /keys/did.json", $"GET {Path}"], Host.Asked);
        Assert.Equal(Verdict.Accept, node.Verify(0).Verdict);
    }

    [Fact]
    public async Task follows_a_trusted_list_refuses_an_older_or_stale_one_and_lets_it_go_at_its_end()
    {
        var authority = new QualifiedAuthority();
        var credential = JadesSealer.Seal(System.Text.Encoding.UTF8.GetBytes(JsonNode.Parse(Seals.Issue())!["payload"]!.GetValue<string>()), authority.Issue(), Seals.At);
        Host.Answer("/tl.xml", new ListWriter().Write(authority.Certificate), "application/vnd.etsi.tsl+xml");
        var node = Start(trustedList: Host.At("/tl.xml"));
        Assert.Equal([ReasonClass.UntrustedIssuer], node.Verifier.Verify(credential, Clock.GetUtcNow()).Reasons.AsEnumerable());
        await node.WalkAsync();
        Assert.Equal(Verdict.Accept, node.Verifier.Verify(credential, Clock.GetUtcNow()).Verdict);
        Assert.Equal("Trusted list of IE number 20, issued 2026-08-01, next update by 2027-01-31, with 1 authority for qualified seals.", node.Fetcher.Current.Single().Words);

        foreach (var (writer, why) in new[]
        {
            (new ListWriter { Number = "19" }, "it is number 19 of 2026-08-01, older than number 20 of 2026-08-01, which is held"),
            (new ListWriter { Number = "21", NextUpdate = "2026-08-31T00:00:00Z" }, "it is stale: it ended on 2026-08-31 00:00:00Z"),
            (new ListWriter { Number = "21", Signer = XmlSigner.Stranger }, "it is not signed by any of the signers allowed"),
        })
        {
            Host.Answer("/tl.xml", writer.Write(authority.Certificate), "application/xml");
            Clock.Advance(TimeSpan.FromHours(1));
            node = Start(trustedList: Host.At("/tl.xml"));
            await node.WalkAsync();
            Assert.Equal(why, node.Fetcher.Current.Single().Failure);
            Assert.Equal(Verdict.Accept, node.Verifier.Verify(credential, Clock.GetUtcNow()).Verdict);
        }

        Host.Answer("/tl.xml", new ListWriter { Number = "21", Status = ListWriter.Withdrawn, Since = "2026-09-01T00:00:00Z" }.Write(authority.Certificate), "text/xml");
        Clock.Advance(TimeSpan.FromHours(1));
        await node.WalkAsync();
        Assert.Equal([ReasonClass.UntrustedIssuer], node.Verifier.Verify(credential, Clock.GetUtcNow()).Reasons.AsEnumerable());
    }

    [Fact]
    public async Task reads_a_trusted_list_that_the_operator_put_beside_the_node()
    {
        var authority = new QualifiedAuthority();
        var credential = JadesSealer.Seal(System.Text.Encoding.UTF8.GetBytes(JsonNode.Parse(Seals.Issue())!["payload"]!.GetValue<string>()), authority.Issue(), Seals.At);
        var file = System.IO.Path.Combine(Directory.CreateDirectory(System.IO.Path.Combine(Folder, "beside")).FullName, "IE.xml");
        var node = Start(trustedList: new Uri(file).AbsoluteUri);
        await node.WalkAsync();
        Assert.Equal("the file cannot be read", node.Fetcher.Current.Single().Failure);
        await File.WriteAllBytesAsync(file, new ListWriter { NextUpdate = "2026-09-05T00:00:00Z" }.Write(authority.Certificate));
        Clock.Advance(TimeSpan.FromMinutes(5));
        await node.WalkAsync();
        Assert.Equal(Verdict.Accept, node.Verifier.Verify(credential, Clock.GetUtcNow()).Verdict);
        Clock.Advance(TimeSpan.FromDays(4));
        await node.WalkAsync();
        Assert.StartsWith("it is stale", node.Fetcher.Current.Single().Failure, StringComparison.Ordinal);
        Assert.Equal([ReasonClass.UntrustedIssuer], node.Verifier.Verify(credential, Clock.GetUtcNow()).Reasons.AsEnumerable());
    }

    [Fact]
    public async Task holds_seals_until_the_revocation_list_of_their_authority_is_here_and_follows_it()
    {
        var authority = new QualifiedAuthority();
        var seal = authority.Issue();
        var credential = JadesSealer.Seal(System.Text.Encoding.UTF8.GetBytes(JsonNode.Parse(Seals.Issue())!["payload"]!.GetValue<string>()), seal, Seals.At);
        var list = new OutsideRevocationList(Host.At("/ca.crl"), authority.WithKey);
        var node = Start(revocationList: list);
        Assert.Equal([ReasonClass.StatusUnavailable], Reasons());
        Serve(null, Seals.At.AddMinutes(-5));
        await node.WalkAsync();
        Assert.Empty(Reasons());
        Clock.Advance(TimeSpan.FromHours(1));
        Serve(null, Seals.At.AddMinutes(-6));
        await node.WalkAsync();
        Assert.StartsWith("it is of 2026-09-01 11:54:00Z, older than", node.Fetcher.Current.Single().Failure, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromHours(1));
        Serve(Seals.At, Seals.At.AddMinutes(30));
        node = Start(revocationList: list);
        Assert.Empty(Reasons());
        await node.WalkAsync();
        Assert.Equal([ReasonClass.CertificateExpired], Reasons());

        void Serve(DateTimeOffset? revoked, DateTimeOffset issued) => Host.Answer("/ca.crl", RevocationListTests.ListOf(authority, seal, revoked, issued, Seals.At.AddDays(7)), "application/pkix-crl");

        IEnumerable<ReasonClass> Reasons() => node.VerifierOf(new TrustedIssuer(null, [], [authority.Certificate], "pinned")).Verify(credential, Clock.GetUtcNow()).Reasons;
    }
}
