using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Tables = MicroCreds.Federation.V1.EquivalenceService.EquivalenceServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

public sealed class WatchRulesTests : IAsyncLifetime
{
    private const string A = "R-A,DS-101,uni-madrid.example,A,6,yes,,,public";
    private const string B = "R-B,DS-101,uni-madrid.example,B,6,yes,,,partners";
    private const string C = "R-C,DS-101,uni-madrid.example,C,6,yes,,,hidden";
    private readonly CancellationToken _patience = new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;
    private readonly TestClock _clock = new(TimeProvider.System.GetUtcNow());
    private TestConsortium _consortium = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _consortium = new TestConsortium(_clock.GetUtcNow());
        _node = await TestNode.StartAsync(null, _consortium, _clock);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task replays_every_publication_says_when_it_is_through_and_goes_on()
    {
        var first = await _node.PublishAsync(A, C);
        await _node.PublishAsync(A.Replace(",6,", ",5,", StringComparison.Ordinal), B);
        using var watch = Watch(_node.Staff("olga", StaffRole.Officer));
        var publication = (await NextAsync(watch)).Publication;
        Assert.Equal(("uni-roma.example", "bsc", 1, first.Digest, first.PublishTime), (publication.Institution, publication.TableId, publication.Version, publication.Digest, publication.PublishTime));
        Assert.Equal("+R-A,R-C ~ -", Changes(publication));
        var second = await NextAsync(watch);
        Assert.Equal("+R-B ~R-A -R-C", Changes(second.Publication));
        Assert.Equal((1, 1, 1), (second.Publication.AddedCount, second.Publication.ChangedCount, second.Publication.RemovedCount));
        var checkpoint = await NextAsync(watch);
        Assert.Equal((second.Cursor, null), (checkpoint.Cursor, checkpoint.Publication));

        await _node.PublishAsync(B);
        var third = await NextAsync(watch);
        Assert.Equal((3, "+ ~ -R-A"), (third.Publication.Version, Changes(third.Publication)));
        using var resumed = Watch(_node.Staff("olga", StaffRole.Officer), second.Cursor);
        Assert.Equal(third, await NextAsync(resumed));
    }

    [Fact]
    public async Task everybody_sees_changes_of_the_rules_it_may_see_alone()
    {
        await _node.PublishAsync(A, B, C);
        await _node.PublishAsync(A.Replace("public", "hidden", StringComparison.Ordinal), B.Replace("partners", "public", StringComparison.Ordinal), C.Replace(",6,", ",5,", StringComparison.Ordinal));
        Assert.Equal(["+R-A ~ -", "+R-B ~ -R-A"], await FirstTwoAsync(_node.Anonymous()));
        Assert.Equal(["+R-A,R-B ~ -", "+ ~R-B -R-A"], await FirstTwoAsync(_node.Partner(TestConsortium.Voluntariado)));
        Assert.Equal(["+R-A,R-B,R-C ~ -", "+ ~R-A,R-B,R-C -"], await FirstTwoAsync(_node.Staff("olga", StaffRole.Officer)));
    }

    [Fact]
    public async Task lists_the_first_thousand_and_counts_all()
    {
        await _node.PublishAsync([.. Enumerable.Range(0, 1100).Select(i => $"R-{i:0000},DS-101,uni-madrid.example,C{i},6,yes,,,public")]);
        using var watch = Watch(_node.Anonymous());
        var publication = (await NextAsync(watch)).Publication;
        Assert.Equal((1100, 1000, "R-0999"), (publication.AddedCount, publication.AddedRuleIds.Count, publication.AddedRuleIds[^1]));
    }

    [Fact]
    public async Task sends_a_checkpoint_every_15_seconds_of_silence()
    {
        using var watch = Watch(_node.Anonymous());
        Assert.Equal("0", (await NextAsync(watch)).Cursor);
        var next = NextAsync(watch);
        while (_clock.Waiting == 0) await Task.Yield();
        _clock.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null((await next).Publication);
    }

    [Fact]
    public async Task refuses_a_cursor_it_did_not_give_and_an_institution_it_does_not_know()
    {
        var refusal = await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], () => NextAsync(Watch(_node.Anonymous(), "last")));
        Assert.Equal(["after_cursor"], refusal.Fields);
        await RpcRefusal.Expect(StatusCode.NotFound, "INSTITUTION_NOT_FOUND", ["institution"], () => NextAsync(Watch(_node.Anonymous(), institution: "uni-c.example")));
    }

    [Fact]
    public async Task ends_quietly_when_the_caller_leaves_or_the_node_stops()
    {
        using (var left = Watch(_node.Anonymous())) await NextAsync(left);
        using var watch = Watch(_node.Anonymous());
        await NextAsync(watch);
        await _node.StopAsync();
        Assert.False(await watch.ResponseStream.MoveNext(_patience));
    }

    [Fact]
    public async Task staff_watches_a_partner_through_its_own_node()
    {
        await _node.PublishAsync(A, B, C);
        await using var madrid = await TestNode.StartAsync([TestConsortium.Madrid], _consortium, _clock);
        var staff = madrid.Staff("mia", StaffRole.Officer);
        using var watch = Watch(staff, institution: "uni-roma.example");
        Assert.Equal("+R-A,R-B ~ -", Changes((await NextAsync(watch)).Publication));
        await NextAsync(watch);
        await _node.PublishAsync(A);
        Assert.Equal("+ ~ -R-B", Changes((await NextAsync(watch)).Publication));

        var refusal = await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], () => NextAsync(Watch(staff, "-7", "uni-roma.example")));
        Assert.Equal(["after_cursor"], refusal.Fields);
        await RpcRefusal.Expect(StatusCode.NotFound, "INSTITUTION_NOT_FOUND", ["institution"], () => NextAsync(Watch(madrid.Partner(TestConsortium.Voluntariado), institution: "uni-roma.example")));
        await _node.StopAsync();
        Assert.False(await watch.ResponseStream.MoveNext(_patience));
        await RpcRefusal.Expect(StatusCode.Unavailable, "PARTNER_UNAVAILABLE", ["partner"], () => NextAsync(Watch(staff, institution: "uni-roma.example")));
    }

    private async Task<string[]> FirstTwoAsync(CallInvoker caller)
    {
        using var watch = Watch(caller);
        return [Changes((await NextAsync(watch)).Publication), Changes((await NextAsync(watch)).Publication)];
    }

    private AsyncServerStreamingCall<WatchRulesResponse> Watch(CallInvoker caller, string after = "", string institution = "") =>
        new Tables(caller).WatchRules(new WatchRulesRequest { Institution = institution, AfterCursor = after }, cancellationToken: _patience);

    private static string Changes(RulePublication publication) =>
        $"+{string.Join(',', publication.AddedRuleIds)} ~{string.Join(',', publication.ChangedRuleIds)} -{string.Join(',', publication.RemovedRuleIds)}";

    private async Task<WatchRulesResponse> NextAsync(AsyncServerStreamingCall<WatchRulesResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(_patience));
        return watch.ResponseStream.Current;
    }
}
