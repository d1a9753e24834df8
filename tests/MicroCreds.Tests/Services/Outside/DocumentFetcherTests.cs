using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Credentials.Trust;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Services;
using MicroCreds.Services.Outside;
using MicroCreds.Tests.Credentials;
using MicroCreds.Tests.Credentials.OpenBadge;
using MicroCreds.Tests.Credentials.TrustedLists;
using MicroCreds.Tests.Credentials.XmlSignature;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Services.Outside;

public sealed class DocumentFetcherTests : IAsyncLifetime
{
    private const string Path = "/status/1";

    private readonly TestClock _clock = new(Badges.At);
    private readonly string _folder = Directory.CreateTempSubdirectory("mcf-outside-").FullName;
    private readonly List<IDisposable> _made = [];
    private OutsideHost _host = null!;

    public async Task InitializeAsync() => _host = await OutsideHost.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var made in _made) made.Dispose();
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task fetches_a_list_that_a_credential_points_to_and_holds_the_credential_until_then()
    {
        _host.Answer(Path, List());
        var node = Start();
        Assert.Equal((Verdict.Hold, ReasonClass.StatusUnavailable), (node.Verify(0).Verdict, node.Verify(0).Reasons.Single()));
        // Not now: at the next full five minutes, for whatever credential came meanwhile.
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await node.WalkAsync());
        Assert.Empty(_host.Asked);
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(1, await node.WalkAsync());
        Assert.Equal([$"GET {Path}"], _host.Asked);

        var clear = node.Verify(0);
        Assert.Equal(Verdict.Accept, clear.Verdict);
        Assert.Equal($"$.credentialStatus: no revocation in {_host.At(Path)}. The list is signed by {Badges.Did} and dated 2026-08-01 00:00:00Z.", clear.Check(CheckKind.Status).Evidence);
        Assert.Equal([ReasonClass.Revoked], node.Verify(7).Reasons.AsEnumerable());
        // Verifying asked nobody anything.
        Assert.Single(_host.Asked);
    }

    [Fact]
    public async Task asks_for_no_list_outside_of_what_is_allowed_and_none_for_a_credential_that_nobody_signed()
    {
        var node = Start();
        node.Verify(0, "https://elsewhere.example/status/1");
        node.Verifier.Verify(System.Text.Encoding.UTF8.GetBytes(WithStatus(Badges.Credential(Badges.Did), 0, _host.At(Path)).ToJsonString()), _clock.GetUtcNow());
        node.Verifier.Verify(Badges.Token(payload: c => WithStatus(c, 0, _host.At(Path)), key: SigningKey.Generate()), _clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromMinutes(5));
        await node.WalkAsync();
        Assert.Empty(_host.Asked);
        Assert.DoesNotContain(node.Fetcher.Current, k => k.Document.Kind == OutsideKind.StatusList);
    }

    [Fact]
    public async Task asks_again_in_time_and_takes_an_unchanged_list_for_confirmed()
    {
        _host.Answer(Path, List(), more: r => r.Headers.ETag = "\"v1\"");
        var node = await StartedWithListAsync();
        var first = node.Kept();
        Assert.InRange(first.NextAt - _clock.GetUtcNow(), TimeSpan.FromMinutes(48), TimeSpan.FromMinutes(60));
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromHours(24), first.ReliedUntil);

        _host.Answer(Path, context =>
        {
            context.Response.StatusCode = context.Request.Headers.IfNoneMatch == "\"v1\"" ? 304 : 500;
            return Task.CompletedTask;
        });
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await node.WalkAsync());
        var second = node.Kept();
        Assert.Equal((first.FetchedAt, _clock.GetUtcNow(), first.ReliedUntil + TimeSpan.FromHours(1), ""), (second.FetchedAt, second.ConfirmedAt, second.ReliedUntil, second.Failure));
        _clock.Advance(TimeSpan.FromHours(23.5));
        Assert.Equal(Verdict.Accept, node.Verify(0).Verdict);
    }

    [Theory]
    [InlineData(1_000L, null, 4, 5)]
    [InlineData(null, 60, 4, 5)]
    [InlineData(1_800_000L, 600, 24, 30)]
    [InlineData(null, 1_200, 16, 20)]
    [InlineData(2_592_000_000L, null, 1152, 1440)]
    public async Task bounds_what_a_list_and_its_host_ask_for(long? ttlMilliseconds, int? maxAgeSeconds, int from, int to)
    {
        _host.Answer(Path, List(c => c["credentialSubject"]!["ttl"] = ttlMilliseconds), more: r => r.Headers.CacheControl = maxAgeSeconds is null ? "no-cache" : $"max-age={maxAgeSeconds}");
        var node = await StartedWithListAsync();
        Assert.InRange(node.Kept().NextAt - _clock.GetUtcNow(), TimeSpan.FromMinutes(from), TimeSpan.FromMinutes(to));
    }

    [Fact]
    public async Task asks_again_before_a_list_ends_and_does_not_rely_on_it_longer()
    {
        var end = _clock.GetUtcNow() + TimeSpan.FromMinutes(65);
        _host.Answer(Path, List(c => c["validUntil"] = end.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)));
        var node = await StartedWithListAsync();
        Assert.Equal(end, node.Kept().ReliedUntil);
        Assert.InRange(node.Kept().NextAt, _clock.GetUtcNow() + TimeSpan.FromMinutes(24), _clock.GetUtcNow() + TimeSpan.FromMinutes(30));
        _host.Answer(Path, Gone);
        _clock.Advance(TimeSpan.FromMinutes(61));
        await node.WalkAsync();
        Assert.Equal(Verdict.Hold, node.Verify(0).Verdict);
    }

    [Fact]
    public async Task holds_credentials_again_when_a_list_could_not_be_confirmed_for_a_day()
    {
        _host.Answer(Path, List());
        var node = await StartedWithListAsync();
        _host.Answer(Path, Gone);
        _clock.Advance(TimeSpan.FromHours(24));
        await node.WalkAsync();
        Assert.Equal(Verdict.Accept, node.Verify(0).Verdict);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var late = node.Verify(0);
        Assert.Equal((Verdict.Hold, ReasonClass.StatusUnavailable), (late.Verdict, late.Reasons.Single()));
        Assert.EndsWith("It could not be confirmed in time and was relied upon until 2026-09-02 12:05:00Z.", late.Check(CheckKind.Status).Evidence, StringComparison.Ordinal);
        // A revocation that is known is not forgotten with it, but it is no longer said to be current.
        Assert.Equal(Verdict.Hold, node.Verify(7).Verdict);
    }

    [Fact]
    public async Task forgets_nothing_over_a_restart_while_the_host_is_away()
    {
        _host.Answer(Path, List());
        await StartedWithListAsync();
        await _host.StopAsync();
        _clock.Advance(TimeSpan.FromHours(2));
        var again = Start();
        Assert.Equal((Verdict.Accept, Verdict.Reject), (again.Verify(0).Verdict, again.Verify(7).Verdict));
        await again.WalkAsync();
        Assert.Equal(("its host cannot be reached", 1), (again.Kept().Failure, again.Kept().Failures));
        Assert.Equal(Verdict.Accept, again.Verify(0).Verdict);
        _clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(Verdict.Hold, Start().Verify(0).Verdict);
    }

    [Theory]
    [InlineData("2026-07-31T23:59:59Z", false, "it is older (2026-07-31 23:59:59Z) than the one held (2026-08-01 00:00:00Z)")]
    [InlineData("2026-08-01T00:00:00Z", false, "it takes back a revocation and is not newer than the one held")]
    [InlineData("2026-08-01T00:00:00Z", true, "")]
    [InlineData("2026-08-02T00:00:00Z", false, "")]
    public async Task notices_a_list_that_goes_back(string validFrom, bool revoked, string fault)
    {
        _host.Answer(Path, List());
        var node = await StartedWithListAsync();
        _host.Answer(Path, List(c => (c["validFrom"], c["credentialSubject"]!["encodedList"]) = (validFrom, StatusListTests.Encoded(revoked ? [7, 9, 131_071] : [9, 131_071]))));
        _clock.Advance(TimeSpan.FromHours(1));
        // Also after a restart.
        node = Start();
        await node.WalkAsync();
        Assert.Equal(fault, node.Kept().Failure);
        Assert.Equal(fault.Length > 0 || revoked ? Verdict.Reject : Verdict.Accept, node.Verify(7).Verdict);
    }

    [Fact]
    public async Task keeps_the_list_held_when_what_comes_is_none_or_another_signed_it()
    {
        _host.Answer(Path, List());
        var node = await StartedWithListAsync();
        foreach (var (content, why) in new[]
        {
            ("{}"u8.ToArray(), "it is no status list"),
            (Badges.Token(), "it is no status list"),
            (List(key: SigningKey.Generate()), "its signature does not fit"),
            (List(c => c["credentialSubject"]!["encodedList"] = "uAAAA"), "its bits cannot be unpacked"),
        })
        {
            _host.Answer(Path, content);
            _clock.Advance(TimeSpan.FromHours(1));
            await node.WalkAsync();
            Assert.Equal(why, node.Kept().Failure);
            Assert.Equal((Verdict.Accept, Verdict.Reject), (node.Verify(0).Verdict, node.Verify(7).Verdict));
        }
    }

    [Fact]
    public async Task refuses_a_list_of_someone_whose_keys_are_not_registered()
    {
        var stranger = SigningKey.Generate();
        _host.Answer(Path, StatusListTests.Bitstring(c => c["issuer"] = Badges.DidOf(stranger), stranger, Badges.DidOf(stranger), Badges.DidOf(stranger)));
        var node = await StartedWithListAsync();
        Assert.StartsWith($"no key of {Badges.DidOf(stranger)}", node.Kept().Failure, StringComparison.Ordinal);
        Assert.Equal(Verdict.Hold, node.Verify(0).Verdict);
    }

    [Fact]
    public async Task tries_again_ever_more_rarely_and_not_all_at_once()
    {
        _host.Answer(Path, Gone);
        var node = await StartedWithListAsync();
        var waits = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            waits.Add((node.Kept().NextAt - _clock.GetUtcNow()).TotalMinutes);
            _clock.Advance(node.Kept().NextAt - _clock.GetUtcNow());
            await node.WalkAsync();
        }
        double[] full = [64 / 60.0, 128 / 60.0, 256 / 60.0, 512 / 60.0];
        for (var i = 0; i < 4; i++) Assert.InRange(waits[i], full[i] * 0.8, full[i]);
        Assert.All(waits[4..16], w => Assert.InRange(w, 12, 15));
        Assert.All(waits[16..], w => Assert.InRange(w, 48, 60));
        Assert.Equal(21, node.Kept().Failures);
        var (one, other) = (new KeptDocument { Document = new(OutsideKind.StatusList, "https://a.example/1"), NextAt = default, Failures = 3 }, new KeptDocument { Document = new(OutsideKind.StatusList, "https://a.example/2"), NextAt = default, Failures = 3 });
        Assert.NotEqual(FetchTimes.AfterFailure(one, null, Badges.At), FetchTimes.AfterFailure(other, null, Badges.At));
        Assert.Equal(Badges.At + TimeSpan.FromHours(3), FetchTimes.AfterFailure(one, TimeSpan.FromHours(3), Badges.At));
        Assert.Equal(Badges.At + TimeSpan.FromDays(1), FetchTimes.AfterFailure(one, TimeSpan.FromDays(300), Badges.At));
    }

    [Fact]
    public async Task follows_the_keys_of_a_registered_issuer_and_holds_what_they_sign_when_they_are_stale()
    {
        var (old, next) = (SigningKey.Generate(), SigningKey.Generate());
        var did = $"did:web:{OutsideHost.Name}%3A{_host.Port}:keys";
        _host.Answer("/keys/did.json", DidDocument(did, old), "application/did+json");
        var node = Start(new OutsideIssuer(did, Badges.University, _host.At("/keys/did.json")));
        Assert.Equal([ReasonClass.KeyUnresolvable], VerifyBy(old).Reasons.AsEnumerable());
        await node.WalkAsync();
        Assert.Equal((Verdict.Accept, Badges.University), (VerifyBy(old).Verdict, VerifyBy(old).IssuerId));
        Assert.Equal($"keys fetched from {_host.At("/keys/did.json")}", VerifyBy(old).Check(CheckKind.CertificateChain).Source);

        _host.Answer("/keys/did.json", DidDocument("did:web:someone.example", next), "application/did+json");
        await HourLaterAsync();
        Assert.Equal("it holds no key that the issuer registered for it may sign with", node.Fetcher.Current.Single().Failure);
        Assert.Equal(Verdict.Accept, VerifyBy(old).Verdict);

        _host.Answer("/keys/did.json", DidDocument(did, next), "application/did+json");
        await HourLaterAsync();
        Assert.Equal([ReasonClass.ProofInvalid], VerifyBy(old).Reasons.AsEnumerable());
        Assert.Equal(Verdict.Accept, VerifyBy(next).Verdict);

        _host.Answer("/keys/did.json", Gone);
        _clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        await node.WalkAsync();
        Held();
        Assert.Equal((Verdict.Reject, ReasonClass.KeyUnresolvable), (VerifyBy(old).Verdict, VerifyBy(old).Reasons.Single()));
        // Also after a restart, before anything is asked.
        node = Start(new OutsideIssuer(did, Badges.University, _host.At("/keys/did.json")));
        Held();
        _host.Answer("/keys/did.json", DidDocument(did, next), "application/did+json");
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
            _clock.Advance(TimeSpan.FromHours(1));
            return node.WalkAsync();
        }
    }

    [Fact]
    public async Task reads_keys_before_the_lists_they_sign_in_one_walk()
    {
        var key = SigningKey.Generate();
        var did = $"did:web:{OutsideHost.Name}%3A{_host.Port}:keys";
        _host.Answer("/keys/did.json", DidDocument(did, key), "application/did+json");
        _host.Answer(Path, StatusListTests.Bitstring(c => c["issuer"] = did, key, did, $"{did}#key-1"));
        var node = Start(new OutsideIssuer(did, Badges.University, _host.At("/keys/did.json")));
        node.Verify(0);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, await node.WalkAsync());
        Assert.Equal(["GET /keys/did.json", $"GET {Path}"], _host.Asked);
        Assert.Equal(Verdict.Accept, node.Verify(0).Verdict);
    }

    [Fact]
    public async Task follows_a_trusted_list_refuses_an_older_or_stale_one_and_lets_it_go_at_its_end()
    {
        var authority = new QualifiedAuthority();
        var credential = JadesSealer.Seal(System.Text.Encoding.UTF8.GetBytes(JsonNode.Parse(Seals.Issue())!["payload"]!.GetValue<string>()), authority.Issue(), Seals.At);
        _host.Answer("/tl.xml", new ListWriter().Write(authority.Certificate), "application/vnd.etsi.tsl+xml");
        var node = Start(trustedList: _host.At("/tl.xml"));
        Assert.Equal([ReasonClass.UntrustedIssuer], node.Verifier.Verify(credential, _clock.GetUtcNow()).Reasons.AsEnumerable());
        await node.WalkAsync();
        Assert.Equal(Verdict.Accept, node.Verifier.Verify(credential, _clock.GetUtcNow()).Verdict);
        Assert.Equal("Trusted list of IE number 20, issued 2026-08-01, next update by 2027-01-31, with 1 authority for qualified seals.", node.Fetcher.Current.Single().Words);

        foreach (var (writer, why) in new[]
        {
            (new ListWriter { Number = "19" }, "it is number 19 of 2026-08-01, older than number 20 of 2026-08-01, which is held"),
            (new ListWriter { Number = "21", NextUpdate = "2026-08-31T00:00:00Z" }, "it is stale: it ended on 2026-08-31 00:00:00Z"),
            (new ListWriter { Number = "21", Signer = XmlSigner.Stranger }, "it is not signed by any of the signers allowed"),
        })
        {
            _host.Answer("/tl.xml", writer.Write(authority.Certificate), "application/xml");
            _clock.Advance(TimeSpan.FromHours(1));
            node = Start(trustedList: _host.At("/tl.xml"));
            await node.WalkAsync();
            Assert.Equal(why, node.Fetcher.Current.Single().Failure);
            Assert.Equal(Verdict.Accept, node.Verifier.Verify(credential, _clock.GetUtcNow()).Verdict);
        }

        _host.Answer("/tl.xml", new ListWriter { Number = "21", Status = ListWriter.Withdrawn, Since = "2026-09-01T00:00:00Z" }.Write(authority.Certificate), "text/xml");
        _clock.Advance(TimeSpan.FromHours(1));
        await node.WalkAsync();
        Assert.Equal([ReasonClass.UntrustedIssuer], node.Verifier.Verify(credential, _clock.GetUtcNow()).Reasons.AsEnumerable());
    }

    [Fact]
    public async Task reads_a_trusted_list_that_the_operator_put_beside_the_node()
    {
        var authority = new QualifiedAuthority();
        var credential = JadesSealer.Seal(System.Text.Encoding.UTF8.GetBytes(JsonNode.Parse(Seals.Issue())!["payload"]!.GetValue<string>()), authority.Issue(), Seals.At);
        var file = System.IO.Path.Combine(Directory.CreateDirectory(System.IO.Path.Combine(_folder, "beside")).FullName, "IE.xml");
        var node = Start(trustedList: new Uri(file).AbsoluteUri);
        await node.WalkAsync();
        Assert.Equal("the file cannot be read", node.Fetcher.Current.Single().Failure);
        await File.WriteAllBytesAsync(file, new ListWriter { NextUpdate = "2026-09-05T00:00:00Z" }.Write(authority.Certificate));
        _clock.Advance(TimeSpan.FromMinutes(5));
        await node.WalkAsync();
        Assert.Equal(Verdict.Accept, node.Verifier.Verify(credential, _clock.GetUtcNow()).Verdict);
        _clock.Advance(TimeSpan.FromDays(4));
        await node.WalkAsync();
        Assert.StartsWith("it is stale", node.Fetcher.Current.Single().Failure, StringComparison.Ordinal);
        Assert.Equal([ReasonClass.UntrustedIssuer], node.Verifier.Verify(credential, _clock.GetUtcNow()).Reasons.AsEnumerable());
    }

    [Fact]
    public async Task holds_seals_until_the_revocation_list_of_their_authority_is_here_and_follows_it()
    {
        var authority = new QualifiedAuthority();
        var seal = authority.Issue();
        var credential = JadesSealer.Seal(System.Text.Encoding.UTF8.GetBytes(JsonNode.Parse(Seals.Issue())!["payload"]!.GetValue<string>()), seal, Seals.At);
        var list = new OutsideRevocationList(_host.At("/ca.crl"), authority.WithKey);
        var node = Start(revocationList: list);
        Assert.Equal([ReasonClass.StatusUnavailable], Reasons());
        Serve(null, Seals.At.AddMinutes(-5));
        await node.WalkAsync();
        Assert.Empty(Reasons());
        _clock.Advance(TimeSpan.FromHours(1));
        Serve(null, Seals.At.AddMinutes(-6));
        await node.WalkAsync();
        Assert.StartsWith("it is of 2026-09-01 11:54:00Z, older than", node.Fetcher.Current.Single().Failure, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromHours(1));
        Serve(Seals.At, Seals.At.AddMinutes(30));
        node = Start(revocationList: list);
        Assert.Empty(Reasons());
        await node.WalkAsync();
        Assert.Equal([ReasonClass.CertificateExpired], Reasons());

        void Serve(DateTimeOffset? revoked, DateTimeOffset issued) => _host.Answer("/ca.crl", RevocationListTests.ListOf(authority, seal, revoked, issued, Seals.At.AddDays(7)), "application/pkix-crl");

        IEnumerable<ReasonClass> Reasons() => node.VerifierOf(new TrustedIssuer(null, [], [authority.Certificate], "pinned")).Verify(credential, _clock.GetUtcNow()).Reasons;
    }

    [Fact]
    public async Task asks_one_host_one_thing_at_a_time()
    {
        var (running, most) = (0, 0);
        for (var i = 0; i < 8; i++)
            _host.Answer($"/status/{i}", async context =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                context.Response.StatusCode = 404;
            });
        var node = Start();
        for (var i = 0; i < 8; i++) node.Verify(0, _host.At($"/status/{i}"));
        _clock.Advance(TimeSpan.FromMinutes(5));
        await node.WalkAsync();
        Assert.Equal((8, 1), (_host.Asked.Count, most));
    }

    [Fact]
    public async Task notices_a_damaged_copy_and_fetches_anew()
    {
        _host.Answer(Path, List(), more: r => r.Headers.ETag = "\"v1\"");
        await StartedWithListAsync();
        foreach (var file in Directory.GetFiles(_folder, "*.content")) await File.AppendAllTextAsync(file, "x");
        var node = Start();
        Assert.Equal(Verdict.Hold, node.Verify(0).Verdict);
        Assert.Equal("the copy kept here was damaged", node.Kept().Failure);
        _clock.Advance(TimeSpan.FromHours(1));
        await node.WalkAsync();
        Assert.Equal("", _host.Headers.IfNoneMatch.ToString());
        Assert.Equal(Verdict.Accept, node.Verify(0).Verdict);

        // Lost while the node runs: an answer that nothing changed is then worth nothing.
        foreach (var file in Directory.GetFiles(_folder, "*.content")) File.Delete(file);
        _host.Answer(Path, context =>
        {
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        });
        _clock.Advance(TimeSpan.FromHours(1));
        await node.WalkAsync();
        Assert.Equal(("the copy kept here was damaged", null), (node.Kept().Failure, node.Kept().Digest));
        foreach (var file in Directory.GetFiles(_folder, "*.json")) await File.WriteAllTextAsync(file, "{");
        Assert.Empty(Start().Fetcher.Current);
    }

    [Fact]
    public async Task goes_on_with_the_others_when_one_cannot_be_kept()
    {
        _host.Answer("/status/0", List());
        _host.Answer(Path, List());
        var node = Start();
        node.Verify(0, _host.At("/status/0"));
        node.Verify(0);
        // A folder stands where the content is to be written.
        var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"StatusList {_host.At("/status/0")}")));
        Directory.CreateDirectory(System.IO.Path.Combine(_folder, name + ".content.new"));
        _clock.Advance(TimeSpan.FromMinutes(5));
        node.Log.Expect();
        Assert.Equal(1, await node.WalkAsync());
        Assert.Equal((Verdict.Hold, Verdict.Accept), (node.Verify(0, _host.At("/status/0")).Verdict, node.Verify(0).Verdict));
        Assert.Equal("this node could not read or keep it; its log says why", node.Fetcher.Current[0].Failure);
        node.Log.Check();
    }

    [Fact]
    public async Task forgets_what_the_operator_no_longer_allows()
    {
        _host.Answer(Path, List());
        await StartedWithListAsync();
        Assert.NotEmpty(Directory.GetFiles(_folder));
        var node = Start(begin: "https://elsewhere.example/");
        Assert.Equal(Verdict.Hold, node.Verify(0).Verdict);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void keeps_a_bounded_number_of_lists_of_one_host_and_of_all()
    {
        var hosts = Enumerable.Range(0, 6).Select(i => $"https://host{i}.example/status/").ToArray();
        var node = Start(begins: hosts);
        foreach (var host in hosts)
            for (var i = 0; i < DocumentFetcher.MaxStatusListsOfHost + 5; i++) node.Fetcher.Want(new(OutsideKind.StatusList, $"{host}{i}"));
        Assert.Equal(DocumentFetcher.MaxStatusLists, node.Fetcher.Current.Length);
        Assert.Equal(DocumentFetcher.MaxStatusListsOfHost, node.Fetcher.Current.Count(k => k.Document.Address.StartsWith(hosts[0], StringComparison.Ordinal)));
        Assert.Equal((4 * 5) + (2 * (DocumentFetcher.MaxStatusListsOfHost + 5)), node.Log.Lines.Count);
    }

    [Fact]
    public async Task forgets_a_list_that_never_came()
    {
        _host.Answer(Path, Gone);
        var node = await StartedWithListAsync();
        while (node.Fetcher.Current is [var kept])
        {
            _clock.Advance(kept.NextAt - _clock.GetUtcNow());
            await node.WalkAsync();
        }
        Assert.Equal(40, _host.Asked.Count);
        Assert.InRange(_clock.GetUtcNow() - Badges.At, TimeSpan.FromHours(20), TimeSpan.FromHours(28));
        Assert.Empty(Directory.GetFiles(_folder));
        // The next credential asks anew.
        node.Verify(0);
        Assert.Single(node.Fetcher.Current);
    }

    [Fact]
    public async Task gives_a_name_that_the_coordinators_registered_without_keys_to_their_member()
    {
        var key = SigningKey.Generate();
        var did = $"did:web:{OutsideHost.Name}%3A{_host.Port}:keys";
        _host.Answer("/keys/did.json", DidDocument(did, key), "application/did+json");
        var node = Start(new OutsideIssuer(did, null, _host.At("/keys/did.json")));
        await node.WalkAsync();
        var registered = new TrustedIssuer(Badges.University, [], [], "trust list serial 3") { CredentialIssuers = [new(did, [])] };
        var report = node.VerifierOf(registered).Verify(Badges.Sign($$"""{"alg":"ES256","typ":"vc+jwt","kid":"{{did}}#key-1"}""", Badges.Credential(did).ToJsonString(), key), Badges.At);
        Assert.Equal((Verdict.Accept, Badges.University, "trust list serial 3"), (report.Verdict, report.IssuerId, report.Check(CheckKind.CertificateChain).Source));
    }

    [Fact]
    public async Task counts_what_it_asked_for_without_saying_where()
    {
        var counted = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Name == "microcreds.fetches") l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            lock (counted) counted.Add($"{count} {string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}");
        });
        listener.Start();
        _host.Answer(Path, Gone);
        await StartedWithListAsync();
        lock (counted) Assert.Contains("1 kind=status_list result=failed", counted);
    }

    private static Task Gone(HttpContext context)
    {
        context.Response.StatusCode = 410;
        return Task.CompletedTask;
    }

    // Bits 7 and 131,071 are set.
    private static byte[] List(Action<JsonObject>? change = null, SigningKey? key = null) => StatusListTests.Bitstring(c =>
    {
        c["validFrom"] = "2026-08-01T00:00:00Z";
        change?.Invoke(c);
    }, key);

    private static byte[] DidDocument(string did, SigningKey key) => System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["id"] = did,
        ["verificationMethod"] = new JsonArray(new JsonObject { ["id"] = $"{did}#key-1", ["type"] = "JsonWebKey", ["controller"] = did, ["publicKeyJwk"] = JsonNode.Parse(key.PublicKey.Jwk) }),
        ["assertionMethod"] = new JsonArray("#key-1"),
    }.ToJsonString());

    private static JsonObject WithStatus(JsonObject credential, long index, string list)
    {
        credential["credentialStatus"] = new JsonObject { ["type"] = "BitstringStatusListEntry", ["statusPurpose"] = "revocation", ["statusListIndex"] = $"{index}", ["statusListCredential"] = list };
        return credential;
    }

    private async Task<Running> StartedWithListAsync()
    {
        var node = Start();
        node.Verify(0);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await node.WalkAsync();
        return node;
    }

    private Running Start(OutsideIssuer? issuer = null, string? begin = null, string[]? begins = null, string? trustedList = null, OutsideRevocationList? revocationList = null)
    {
        var allowed = new AllowedAddresses(issuer is not null ? [new(OutsideKind.IssuerKeys, issuer.Address)] : trustedList is not null ? [new(OutsideKind.TrustedList, trustedList)] : revocationList is not null ? [new(OutsideKind.RevocationList, revocationList.Address)] : [], begins ?? [begin ?? _host.At("/status/")], [IPNetwork.Parse("127.0.0.0/8")]);
        var (client, metrics, log) = (OutsideHost.Client(allowed, _clock), new NodeMetrics(), new ErrorLog());
        _made.AddRange([client, metrics]);
        var trust = new OutsideTrust(issuer is null ? [] : [issuer], trustedList is null ? [] : [new(trustedList, [XmlSigner.P256])], revocationList is null ? [] : [revocationList]);
        var fetcher = new DocumentFetcher(allowed, client, new DocumentShelf(_folder), trust, new FetchTimes(TimeSpan.FromHours(24), TimeSpan.FromDays(7)), metrics, _clock,
            LoggerFactory.Create(b => b.AddProvider(log)).CreateLogger<DocumentFetcher>());
        _made.Add(fetcher);
        var running = new Running(this, fetcher, trust, log);
        fetcher.Load();
        return running;
    }

    private sealed class Running
    {
        private readonly DocumentFetcherTests _test;
        private readonly OutsideTrust _trust;

        public Running(DocumentFetcherTests test, DocumentFetcher fetcher, OutsideTrust trust, ErrorLog log)
        {
            (_test, Fetcher, Log, _trust, Verifier) = (test, fetcher, log, trust, trust.MakeVerifier([Badges.Member]));
            trust.Changed += () => Verifier = trust.MakeVerifier([Badges.Member]);
        }

        public DocumentFetcher Fetcher { get; }
        public ErrorLog Log { get; }
        public CredentialVerifier Verifier { get; private set; }

        public CredentialVerifier VerifierOf(TrustedIssuer issuer) => _trust.MakeVerifier([issuer]);

        public Task<int> WalkAsync() => Fetcher.WalkAsync(CancellationToken.None);

        public KeptDocument Kept() => Fetcher.Current.Single(k => k.Document.Kind == OutsideKind.StatusList);

        public CredentialReport Verify(long index, string? list = null) =>
            Verifier.Verify(Badges.Token(payload: c => WithStatus(c, index, list ?? _test._host.At(Path))), _test._clock.GetUtcNow());
    }
}
