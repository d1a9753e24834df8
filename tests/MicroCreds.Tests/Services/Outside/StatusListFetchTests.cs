using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Outside;
using MicroCreds.Tests.Credentials;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Services.Outside;

/// <summary>Status lists of credentials: when they are asked for, which are kept, and what rests on them.</summary>
public sealed class StatusListFetchTests : OutsideTests
{
    [Fact]
    public async Task fetches_a_list_that_a_credential_points_to_and_holds_the_credential_until_then()
    {
        Host.Answer(Path, List());
        var node = Start();
        Assert.Equal((Verdict.Hold, ReasonClass.StatusUnavailable), (node.Verify(0).Verdict, node.Verify(0).Reasons.Single()));
        // Not now: at the next full five minutes, for whatever credential came meanwhile.
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await node.WalkAsync());
        Assert.Empty(Host.Asked);
        Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(1, await node.WalkAsync());
        Assert.Equal([$"GET {Path}"], Host.Asked);

        var clear = node.Verify(0);
        Assert.Equal(Verdict.Accept, clear.Verdict);
        Assert.Equal($"$.credentialStatus: no revocation in {Host.At(Path)}. The list is signed by {Badges.Did} and dated 2026-08-01 00:00:00Z.", clear.Check(CheckKind.Status).Evidence);
        Assert.Equal([ReasonClass.Revoked], node.Verify(7).Reasons.AsEnumerable());
        // Verifying asked nobody anything.
        Assert.Single(Host.Asked);
    }

    [Fact]
    public async Task asks_for_no_list_outside_of_what_is_allowed_and_none_for_a_credential_that_nobody_signed()
    {
        var node = Start();
        node.Verify(0, "https://elsewhere.example/status/1");
        node.Verifier.Verify(System.Text.Encoding.UTF8.GetBytes(WithStatus(Badges.Credential(Badges.Did), 0, Host.At(Path)).ToJsonString()), Clock.GetUtcNow());
        node.Verifier.Verify(Badges.Token(payload: c => WithStatus(c, 0, Host.At(Path)), key: SigningKey.Generate()), Clock.GetUtcNow());
        Clock.Advance(TimeSpan.FromMinutes(5));
        await node.WalkAsync();
        Assert.Empty(Host.Asked);
        Assert.DoesNotContain(node.Fetcher.Current, k => k.Document.Kind == OutsideKind.StatusList);
    }

    [Fact]
    public async Task asks_again_in_time_and_takes_an_unchanged_list_for_confirmed()
    {
        Host.Answer(Path, List(), more: r => r.Headers.ETag = "\"v1\"");
        var node = await StartedWithListAsync();
        var first = node.Kept();
        Assert.InRange(first.NextAt - Clock.GetUtcNow(), TimeSpan.FromMinutes(48), TimeSpan.FromMinutes(60));
        Assert.Equal(Clock.GetUtcNow() + TimeSpan.FromHours(24), first.ReliedUntil);

        Host.Answer(Path, context =>
        {
            context.Response.StatusCode = context.Request.Headers.IfNoneMatch == "\"v1\"" ? 304 : 500;
            return Task.CompletedTask;
        });
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await node.WalkAsync());
        var second = node.Kept();
        Assert.Equal((first.FetchedAt, Clock.GetUtcNow(), first.ReliedUntil + TimeSpan.FromHours(1), ""), (second.FetchedAt, second.ConfirmedAt, second.ReliedUntil, second.Failure));
        Clock.Advance(TimeSpan.FromHours(23.5));
        Assert.Equal(Verdict.Accept, node.Verify(0).Verdict);
    }

    [Theory]
    [InlineData(1_000L, null, 4, 5)]
    [InlineData(null, 60, 4, 5)]
    [InlineData(1_800_000L, 600, 24, 30)]
    [InlineData(null, 1_200, 16, 20)]
    [InlineData(2_592_000_000L, null, 1152, 1440)]
    public async Task bounds_what_a_list_and_itsHost_ask_for(long? ttlMilliseconds, int? maxAgeSeconds, int from, int to)
    {
        Host.Answer(Path, List(c => c["credentialSubject"]!["ttl"] = ttlMilliseconds), more: r => r.Headers.CacheControl = maxAgeSeconds is null ? "no-cache" : $"max-age={maxAgeSeconds}");
        var node = await StartedWithListAsync();
        Assert.InRange(node.Kept().NextAt - Clock.GetUtcNow(), TimeSpan.FromMinutes(from), TimeSpan.FromMinutes(to));
    }

    [Fact]
    public async Task asks_again_before_a_list_ends_and_does_not_rely_on_it_longer()
    {
        var end = Clock.GetUtcNow() + TimeSpan.FromMinutes(65);
        Host.Answer(Path, List(c => c["validUntil"] = end.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)));
        var node = await StartedWithListAsync();
        Assert.Equal(end, node.Kept().ReliedUntil);
        Assert.InRange(node.Kept().NextAt, Clock.GetUtcNow() + TimeSpan.FromMinutes(24), Clock.GetUtcNow() + TimeSpan.FromMinutes(30));
        Host.Answer(Path, Gone);
        Clock.Advance(TimeSpan.FromMinutes(61));
        await node.WalkAsync();
        Assert.Equal(Verdict.Hold, node.Verify(0).Verdict);
    }

    [Fact]
    public async Task holds_credentials_again_when_a_list_could_not_be_confirmed_for_a_day()
    {
        Host.Answer(Path, List());
        var node = await StartedWithListAsync();
        Host.Answer(Path, Gone);
        Clock.Advance(TimeSpan.FromHours(24));
        await node.WalkAsync();
        Assert.Equal(Verdict.Accept, node.Verify(0).Verdict);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var late = node.Verify(0);
        Assert.Equal((Verdict.Hold, ReasonClass.StatusUnavailable), (late.Verdict, late.Reasons.Single()));
        Assert.EndsWith("It could not be confirmed in time and was relied upon until 2026-09-02 12:05:00Z.", late.Check(CheckKind.Status).Evidence, StringComparison.Ordinal);
        // A revocation that is known is not forgotten with it, but it is no longer said to be current.
        Assert.Equal(Verdict.Hold, node.Verify(7).Verdict);
    }

    [Fact]
    public async Task forgets_nothing_over_a_restart_while_theHost_is_away()
    {
        Host.Answer(Path, List());
        await StartedWithListAsync();
        await Host.StopAsync();
        Clock.Advance(TimeSpan.FromHours(2));
        var again = Start();
        Assert.Equal((Verdict.Accept, Verdict.Reject), (again.Verify(0).Verdict, again.Verify(7).Verdict));
        await again.WalkAsync();
        Assert.Equal(("its host cannot be reached", 1), (again.Kept().Failure, again.Kept().Failures));
        Assert.Equal(Verdict.Accept, again.Verify(0).Verdict);
        Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(Verdict.Hold, Start().Verify(0).Verdict);
    }

    [Theory]
    [InlineData("2026-07-31T23:59:59Z", false, "it is older (2026-07-31 23:59:59Z) than the one held (2026-08-01 00:00:00Z)")]
    [InlineData("2026-08-01T00:00:00Z", false, "it takes back a revocation and is not newer than the one held")]
    [InlineData("2026-08-01T00:00:00Z", true, "")]
    [InlineData("2026-08-02T00:00:00Z", false, "")]
    public async Task notices_a_list_that_goes_back(string validFrom, bool revoked, string fault)
    {
        Host.Answer(Path, List());
        var node = await StartedWithListAsync();
        Host.Answer(Path, List(c => (c["validFrom"], c["credentialSubject"]!["encodedList"]) = (validFrom, StatusListTests.Encoded(revoked ? [7, 9, 131_071] : [9, 131_071]))));
        Clock.Advance(TimeSpan.FromHours(1));
        // Also after a restart.
        node = Start();
        await node.WalkAsync();
        Assert.Equal(fault, node.Kept().Failure);
        Assert.Equal(fault.Length > 0 || revoked ? Verdict.Reject : Verdict.Accept, node.Verify(7).Verdict);
    }

    [Fact]
    public async Task keeps_the_list_held_when_what_comes_is_none_or_another_signed_it()
    {
        Host.Answer(Path, List());
        var node = await StartedWithListAsync();
        foreach (var (content, why) in new[]
        {
            ("{}"u8.ToArray(), "it is no status list"),
            (Badges.Token(), "it is no status list"),
            (List(key: SigningKey.Generate()), "its signature does not fit"),
            (List(c => c["credentialSubject"]!["encodedList"] = "uAAAA"), "its bits cannot be unpacked"),
        })
        {
            Host.Answer(Path, content);
            Clock.Advance(TimeSpan.FromHours(1));
            await node.WalkAsync();
            Assert.Equal(why, node.Kept().Failure);
            Assert.Equal((Verdict.Accept, Verdict.Reject), (node.Verify(0).Verdict, node.Verify(7).Verdict));
        }
    }

    [Fact]
    public async Task refuses_a_list_of_someone_whose_keys_are_not_registered()
    {
        var stranger = SigningKey.Generate();
        Host.Answer(Path, StatusListTests.Bitstring(c => c["issuer"] = Badges.DidOf(stranger), stranger, Badges.DidOf(stranger), Badges.DidOf(stranger)));
        var node = await StartedWithListAsync();
        Assert.StartsWith($"no key of {Badges.DidOf(stranger)}", node.Kept().Failure, StringComparison.Ordinal);
        Assert.Equal(Verdict.Hold, node.Verify(0).Verdict);
    }

    [Fact]
    public async Task tries_again_ever_more_rarely_and_not_all_at_once()
    {
        Host.Answer(Path, Gone);
        var node = await StartedWithListAsync();
        var waits = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            waits.Add((node.Kept().NextAt - Clock.GetUtcNow()).TotalMinutes);
            Clock.Advance(node.Kept().NextAt - Clock.GetUtcNow());
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
}
