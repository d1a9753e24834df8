using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Credentials.Trust;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Outside;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Credentials;
using MicroCreds.Tests.Credentials.OpenBadge;
using MicroCreds.Tests.Services.Transport;
using Microsoft.Extensions.DependencyInjection;
using Case = MicroCreds.Federation.V1.RecognitionCase;
using MemberClient = MicroCreds.Federation.V1.MemberService.MemberServiceClient;
using State = MicroCreds.Federation.V1.RecognitionCase.Types.State;

namespace MicroCreds.Tests.Services.Outside;

/// <summary>The whole way: a credential that points to a list is submitted, waits before an officer, the list comes, and the case goes on.</summary>
public sealed class StatusFollowerTests : IAsyncLifetime
{
    private readonly OutsideTrust _trust = new([], [], []);
    private OutsideHost _host = null!;
    private TestNode _node = null!;
    private Action? _verifying;

    public async Task InitializeAsync()
    {
        _host = await OutsideHost.StartAsync();
        _node = await StartAsync(TestConsortium.Roma, new TestConsortium(TestNode.Start), new TestClock(TestNode.Start));
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task lets_a_rule_grant_what_waited_for_a_list_alone()
    {
        _host.Answer("/status/1", StatusListTests.Bitstring());
        var waiting = await SubmitAsync(3);
        Assert.Equal((State.Referred, "status_unavailable"), (waiting.State, ReasonOf(waiting)));
        Assert.Contains("check_not_passed", waiting.ReferralReasons);
        Assert.Equal((0, 0), (await FollowAsync(), _host.Asked.Count));

        await FetchAsync();
        Assert.Equal((1, 0), (await FollowAsync(), await FollowAsync()));
        var granted = await ReadAsync(waiting);
        Assert.Equal((State.Decided, "none"), (granted.State, ReasonOf(granted)));
        Assert.Equal((DecisionOutcome.Full, Decision.Types.DecidedBy.Rule), (granted.Decisions.Single().Outcome, granted.Decisions.Single().DecidedBy));
        Assert.Equal(["node", "node"], granted.History.Where(h => h.Summary.StartsWith("Verified", StringComparison.Ordinal)).Select(h => h.Actor));
    }

    [Fact]
    public async Task shows_the_officer_that_a_credential_is_revoked_and_refuses_nothing_by_itself()
    {
        _host.Answer("/status/1", StatusListTests.Bitstring());
        var waiting = await SubmitAsync(7);
        await FetchAsync();
        Assert.Equal(1, await FollowAsync());
        var shown = await ReadAsync(waiting);
        Assert.Equal((State.Referred, "revoked"), (shown.State, ReasonOf(shown)));
        Assert.Empty(shown.Decisions);
    }

    [Fact]
    public async Task lets_an_officer_verify_again_without_waiting_for_the_walk()
    {
        _host.Answer("/status/1", StatusListTests.Bitstring());
        var waiting = await SubmitAsync(3);
        var office = new AssessmentService.AssessmentServiceClient(_node.Staff("olga", StaffRole.Officer));
        // Nothing came yet: that somebody looked is kept, and nothing else happens.
        var looked = (await office.VerifyCaseAsync(new() { Change = CaseDesk.Change(waiting) })).RecognitionCase;
        Assert.Equal((State.Referred, "staff:olga", waiting.History.Count + 1), (looked.State, looked.History[^1].Actor, looked.History.Count));
        await FetchAsync();
        var tried = (await office.VerifyCaseAsync(new() { Change = CaseDesk.Change(looked, validateOnly: true) })).RecognitionCase;
        Assert.Equal((State.Decided, State.Referred), (tried.State, (await ReadAsync(waiting)).State));
        var granted = (await office.VerifyCaseAsync(new() { Change = CaseDesk.Change(looked) })).RecognitionCase;
        Assert.Equal((State.Decided, "none", Decision.Types.DecidedBy.Rule), (granted.State, ReasonOf(granted), granted.Decisions.Single().DecidedBy));

        // After the decision, a status that is as it was changes nothing, and a revocation asks for a review.
        var same = (await office.VerifyCaseAsync(new() { Change = CaseDesk.Change(granted) })).RecognitionCase;
        Assert.Equal((State.Decided, false, "staff:olga", granted.History.Count + 1), (same.State, same.ReviewDue, same.History[^1].Actor, same.History.Count));
        _host.Answer("/status/1", StatusListTests.Bitstring(l => (l["validFrom"], l["credentialSubject"]!["encodedList"]) = ("2026-03-02T10:00:00Z", StatusListTests.Encoded([3, 7, 131_071]))));
        _node.Clock.Advance(TimeSpan.FromHours(2));
        await FetchAsync();
        var review = (await office.VerifyCaseAsync(new() { Change = CaseDesk.Change(same) })).RecognitionCase;
        Assert.Equal((State.Decided, true, "revoked"), (review.State, review.ReviewDue, ReasonOf(review)));
    }

    [Fact]
    public async Task leaves_a_case_alone_while_the_list_does_not_come()
    {
        var waiting = await SubmitAsync(3);
        await FetchAsync();
        Assert.Equal(0, await FollowAsync());
        Assert.Equal(waiting.Etag, (await ReadAsync(waiting)).Etag);
    }

    [Fact]
    public async Task walks_whenever_something_came()
    {
        var waiting = await SubmitAsync(3);
        var follower = _node.Services.GetRequiredService<StatusFollower>();
        await follower.StartAsync(CancellationToken.None);
        _host.Answer("/status/1", StatusListTests.Bitstring());
        await FetchAsync();
        while ((await ReadAsync(waiting)).State != State.Decided) await Task.Yield();
        await follower.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task looks_again_after_a_minute_when_the_store_could_not_be_read_as_a_list_came()
    {
        var waiting = await SubmitAsync(3);
        _host.Answer("/status/1", StatusListTests.Bitstring());
        await FetchAsync();
        var follower = _node.Services.GetRequiredService<StatusFollower>();
        using (_node.TakeTable(TestConsortium.Roma, "recognition_case"))
        {
            _node.Log.Expect();
            await follower.StartAsync(CancellationToken.None);
            await Eventually.TrueAsync(() => _node.Clock.Waiting > 0);
        }

        // No other list comes.
        _node.Clock.Advance(StatusFollower.AgainAfter);
        await Eventually.TrueAsync(async () => (await ReadAsync(waiting)).State == State.Decided);
        await follower.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task looks_at_a_case_once_more_that_somebody_changes_meanwhile()
    {
        var waiting = await SubmitAsync(3);
        _host.Answer("/status/1", StatusListTests.Bitstring());
        await FetchAsync();
        var office = new AssessmentService.AssessmentServiceClient(_node.Staff("olga", StaffRole.Officer));
        _verifying = () => office.AssignCase(new() { Change = CaseDesk.Change(waiting), Assignee = "olga" });
        Assert.Equal(1, await FollowAsync());
        var granted = await ReadAsync(waiting);
        Assert.Equal((State.Decided, "none", null), (granted.State, ReasonOf(granted), _verifying));
        Assert.Contains("staff:olga", granted.History.Select(h => h.Actor));

        _verifying = () => office.RecordCheck(new() { Change = CaseDesk.Change(granted), Kind = "status", Passed = true, Evidence = "The issuer says so." });
        _host.Answer("/status/1", StatusListTests.Bitstring(l => (l["validFrom"], l["credentialSubject"]!["encodedList"]) = ("2026-03-02T10:00:00Z", StatusListTests.Encoded([3, 7, 131_071]))));
        _node.Clock.Advance(StatusFollower.ReviewEvery);
        await FetchAsync();
        Assert.Equal(1, await FollowAsync());
        Assert.True((await ReadAsync(waiting)).ReviewDue);
        Assert.Null(_verifying);
    }

    [Fact]
    public async Task looks_through_the_cases_of_one_that_joins()
    {
        await using var other = await StartAsync(TestConsortium.Outsider, _node.Consortium, _node.Clock);
        var (first, later) = (await SubmitAsync(3), await SubmitAsync(other, 3));
        _host.Answer("/status/1", StatusListTests.Bitstring());
        await FetchAsync();
        var hosting = new Hosting([_node.Institution]);
        using var follower = ActivatorUtilities.CreateInstance<StatusFollower>(_node.Services, hosting);
        await follower.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(async () => (await ReadAsync(first)).State == State.Decided);
        hosting.Join(other.Institution);
        await Eventually.TrueAsync(async () => (await ReadAsync(other, later)).State == State.Decided);
        await follower.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task asks_for_a_review_once_when_a_credential_is_revoked_after_the_decision()
    {
        _host.Answer("/status/1", StatusListTests.Bitstring());
        var c = await SubmitAsync(3);
        await FetchAsync();
        await FollowAsync();
        Assert.Equal(State.Decided, (await ReadAsync(c)).State);

        Serve([3], "2026-03-02T10:00:00Z");
        _node.Clock.Advance(TimeSpan.FromHours(2));
        await FetchAsync();
        // Decided cases are looked at once a day.
        Assert.Equal(0, await FollowAsync());
        _node.Clock.Advance(TimeSpan.FromHours(22));
        await FetchAsync();
        Assert.Equal((1, 0), (await FollowAsync(), await FollowAsync()));
        var shown = await ReadAsync(c);
        Assert.Equal((State.Decided, true, "revoked", 1), (shown.State, shown.ReviewDue, ReasonOf(shown), shown.Decisions.Count));

        // An officer looked, and the decision stands: the same revocation is no news the next day.
        await new AssessmentService.AssessmentServiceClient(_node.Staff("olga", StaffRole.Officer)).RecordCheckAsync(new RecordCheckRequest { Change = CaseDesk.Change(shown), Kind = "status", Passed = true, Evidence = "Revoked by mistake, says the issuer." });
        _node.Clock.Advance(TimeSpan.FromDays(1));
        await FetchAsync();
        Assert.Equal(0, await FollowAsync());
        Assert.False((await ReadAsync(c)).ReviewDue);

        // It is taken back, and set again: that is news.
        foreach (var (set, at, due) in new[] { (Array.Empty<int>(), "2026-03-05T00:00:00Z", false), ([3], "2026-03-07T00:00:00Z", true) })
        {
            _node.Clock.Advance(TimeSpan.FromDays(2));
            Serve(set, at);
            await FetchAsync();
            Assert.Equal(1, await FollowAsync());
            Assert.Equal(due, (await ReadAsync(c)).ReviewDue);
        }

        void Serve(int[] set, string from) => _host.Answer("/status/1", StatusListTests.Bitstring(l => (l["validFrom"], l["credentialSubject"]!["encodedList"]) = (from, StatusListTests.Encoded([7, 131_071, .. set]))));
    }

    [Fact]
    public async Task shows_the_operator_in_words()
    {
        _host.Answer("/status/1", StatusListTests.Bitstring());
        string[] command = ["member", "trust", "--node", _node.Address("http"), "--token", _node.Tokens.Issue("olga", [StaffRole.Administrator], [], TimeSpan.FromHours(1))];
        Assert.Contains("This node fetches nothing", (await Cli.CommandLine.RunAsync(command)).Output, StringComparison.Ordinal);
        await SubmitAsync(3);
        await SubmitAsync(4, "/status/2");
        await FetchAsync();
        var run = await Cli.CommandLine.RunAsync(command);
        Assert.Equal(0, run.ExitCode);
        foreach (var said in new[] { $"status list {_host.At("/status/1")}: current", "relied upon until", $"status list {_host.At("/status/2")}: missing", "its host answered 404 (1 failure)" })
            Assert.Contains(said, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task tells_staff_what_is_held_and_what_failed()
    {
        _host.Answer("/status/1", StatusListTests.Bitstring());
        await SubmitAsync(3);
        await SubmitAsync(4, "/status/2");
        await FetchAsync();
        var members = new MemberClient(_node.Staff("olga", StaffRole.Auditor));
        var first = await members.ListTrustSourcesAsync(new ListTrustSourcesRequest { PageSize = 1 });
        var second = await members.ListTrustSourcesAsync(new ListTrustSourcesRequest { PageSize = 1, PageToken = first.NextPageToken });
        Assert.Equal("", second.NextPageToken);
        var (held, missing) = (first.TrustSources.Single(), second.TrustSources.Single());
        Assert.Equal(("status_list", _host.At("/status/1"), TrustSource.Types.State.Current, 0, ""), (held.Kind, held.Address, held.State, held.Failures, held.Failure));
        Assert.StartsWith("The list is signed by did:key:", held.Description, StringComparison.Ordinal);
        Assert.Equal(held.FetchTime.ToDateTimeOffset().AddHours(24), held.ReliedUntilTime.ToDateTimeOffset());
        Assert.Equal((TrustSource.Types.State.Missing, 1, "its host answered 404", "", null), (missing.State, missing.Failures, missing.Failure, missing.Digest, missing.FetchTime));
        _node.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(TrustSource.Types.State.Stale, (await members.ListTrustSourcesAsync(new())).TrustSources[0].State);

        var partner = new MemberClient(_node.Partner(TestConsortium.Madrid));
        await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], async () => await partner.ListTrustSourcesAsync(new()));
        var nobody = new MemberClient(_node.Anonymous());
        await RpcRefusal.Expect(StatusCode.Unauthenticated, "UNAUTHENTICATED", [], async () => await nobody.ListTrustSourcesAsync(new()));
    }

    private static string ReasonOf(Case c) => c.Verifications.Single().Checks.Single(k => k.Kind == "status").ReasonClass;

    private async Task<TestNode> StartAsync(OrganisationId hosted, TestConsortium consortium, TestClock clock)
    {
        var allowed = new AllowedAddresses([], [_host.At("/status/")], [IPNetwork.Parse("127.0.0.0/8")]);
        var node = await TestNode.StartAsync([hosted], consortium, clock, services: services => services
            .AddSingleton(allowed).AddSingleton<IOutsideTrust>(_trust)
            .AddSingleton<ICredentialVerifier>(provider => new Watched(_trust.MakeVerifier([.. provider.GetRequiredService<TrustRegistry>().Current.TrustedIssuers(), Badges.Registered(new CredentialIssuer(Badges.Did, []))]), () => Interlocked.Exchange(ref _verifying, null)?.Invoke()))
            .AddSingleton(provider => OutsideHost.Client(allowed, provider.GetRequiredService<TimeProvider>())));
        node.Services.GetRequiredService<DocumentFetcher>().Load();
        await node.Institution.PublishAsync();
        return node;
    }

    private Task<Case> SubmitAsync(long index, string list = "/status/1") => SubmitAsync(_node, index, list);

    private async Task<Case> SubmitAsync(TestNode node, long index, string list = "/status/1")
    {
        var sealer = node.Consortium[TestConsortium.Madrid].Seal;
        var credential = JsonNode.Parse(JsonNode.Parse(node.Consortium.Issue(TestCredentials.Statistics(node.Consortium, learner: $"ana{index}")))!["payload"]!.GetValue<string>())!.AsObject();
        credential["credentialStatus"] = new JsonObject { ["type"] = "BitstringStatusListEntry", ["statusPurpose"] = "revocation", ["statusListIndex"] = $"{index}", ["statusListCredential"] = _host.At(list) };
        var file = JadesSealer.Seal(Encoding.UTF8.GetBytes(credential.ToJsonString()), sealer, TestNode.Start.AddDays(-20));
        return (await new RecognitionService.RecognitionServiceClient(node.Partner(TestConsortium.Madrid)).SubmitCredentialAsync(CaseDesk.Request(file, TestTables.Stat))).RecognitionCase;
    }

    private Task<Case> ReadAsync(Case c) => ReadAsync(_node, c);

    private static async Task<Case> ReadAsync(TestNode node, Case c) =>
        (await new RecognitionService.RecognitionServiceClient(node.Staff("olga", StaffRole.Officer)).GetCaseAsync(new GetCaseRequest { CaseId = c.CaseId })).RecognitionCase;

    private Task<int> FetchAsync()
    {
        _node.Clock.Advance(FetchTimes.Shortest);
        return _node.Services.GetRequiredService<DocumentFetcher>().WalkAsync(CancellationToken.None);
    }

    private Task<int> FollowAsync() => _node.Services.GetRequiredService<StatusFollower>().WalkAsync(CancellationToken.None);

    /// <summary>Verifies after something else was done.</summary>
    private sealed class Watched(ICredentialVerifier inner, Action before) : ICredentialVerifier
    {
        public CredentialReport Verify(ReadOnlyMemory<byte> file, DateTimeOffset at)
        {
            before();
            return inner.Verify(file, at);
        }
    }
}
