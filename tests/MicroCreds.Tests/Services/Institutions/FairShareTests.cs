using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Institutions;

/// <summary>Calls about one institution wait for each other and for nobody else.</summary>
public sealed class FairShareTests
{
    private readonly TestClock _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task calls_beyond_the_share_wait_in_their_order_and_beyond_that_are_refused()
    {
        using var share = new FairShare(2, 2);
        var first = await share.EnterAsync(CancellationToken.None);
        var second = await share.EnterAsync(CancellationToken.None);
        var (third, fourth) = (share.EnterAsync(CancellationToken.None).AsTask(), share.EnterAsync(CancellationToken.None).AsTask());
        var refusal = await RpcRefusal.Expect(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", ["limit", "limit_value"], async () => await share.EnterAsync(CancellationToken.None));
        Assert.Equal(("calls_waiting", "2"), (refusal["limit"], refusal["limit_value"]));
        Assert.False(third.IsCompleted);

        first.Dispose();
        (await third.WaitAsync(TimeSpan.FromSeconds(20))).Dispose();
        (await fourth.WaitAsync(TimeSpan.FromSeconds(20))).Dispose();
        second.Dispose();
        using var again = await share.EnterAsync(CancellationToken.None);
    }

    [Fact]
    public async Task who_leaves_while_waiting_gives_its_turn_to_the_next()
    {
        using var share = new FairShare(1, 1);
        var held = await share.EnterAsync(CancellationToken.None);
        using var leaves = new CancellationTokenSource();
        var waiting = share.EnterAsync(leaves.Token).AsTask();
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var next = share.EnterAsync(CancellationToken.None).AsTask();
        held.Dispose();
        (await next.WaitAsync(TimeSpan.FromSeconds(20))).Dispose();
    }

    [Fact]
    public async Task an_institution_that_is_busy_leaves_its_neighbour_alone()
    {
        await using var node = await TestNode.StartAsync([TestConsortium.Roma, TestConsortium.Madrid], clock: _clock);
        var share = node.Hosting.Find(TestConsortium.Roma)!.ShareOf(new Caller.Staff("eve", [], []));
        var busy = new List<IDisposable>();
        for (var i = 0; i < TransportLimits.MaxCallsPerInstitution; i++) busy.Add(await share.EnterAsync(CancellationToken.None));
        var cases = new RecognitionService.RecognitionServiceClient(node.Staff("eve", StaffRole.Officer));

        Assert.Empty((await cases.ListCasesAsync(new() { Institution = "uni-madrid.example" })).Cases);
        var waiting = cases.ListCasesAsync(new() { Institution = "uni-roma.example" }).ResponseAsync;
        // Madrid's staff asks Rome over the partner's road: the call counts once, at Rome, and takes nothing of Madrid's.
        // There it is a partner's, and does not wait for Rome's staff.
        var asked = new RecognitionService.RecognitionServiceClient(node.StaffOf([TestConsortium.Madrid], "mar", StaffRole.Officer)).ListCasesAsync(new() { Institution = "uni-roma.example" }).ResponseAsync;
        Assert.Empty((await asked.WaitAsync(TimeSpan.FromSeconds(20))).Cases);
        Assert.Empty((await cases.ListCasesAsync(new() { Institution = "uni-madrid.example" })).Cases);
        Assert.False(waiting.IsCompleted);
        foreach (var call in busy) call.Dispose();
        Assert.Empty((await waiting.WaitAsync(TimeSpan.FromSeconds(20))).Cases);
    }

    [Fact]
    public async Task a_crowd_that_has_not_signed_in_keeps_neither_staff_nor_partners_waiting()
    {
        await using var node = await TestNode.StartAsync(clock: _clock);
        var visitors = node.Institution.ShareOf(new Caller.Anonymous());
        var crowd = new List<IDisposable>();
        for (var i = 0; i < TransportLimits.MaxCallsPerInstitution; i++) crowd.Add(await visitors.EnterAsync(CancellationToken.None));
        var queue = Enumerable.Range(0, TransportLimits.MaxCallsWaiting).Select(_ => visitors.EnterAsync(CancellationToken.None).AsTask()).ToList();

        await RpcRefusal.Expect(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", ["limit", "limit_value"], async () =>
            await new EquivalenceService.EquivalenceServiceClient(node.Anonymous()).ListTablesAsync(new() { Institution = "uni-roma.example" }));
        Assert.Empty((await new RecognitionService.RecognitionServiceClient(node.Staff("eve", StaffRole.Officer)).ListCasesAsync(new() { Institution = "uni-roma.example" })).Cases);
        Assert.Empty((await new RecognitionService.RecognitionServiceClient(node.Partner(TestConsortium.Voluntariado)).ListCasesAsync(new() { Institution = "uni-roma.example" })).Cases);
        foreach (var call in crowd) call.Dispose();
        foreach (var call in queue) (await call.WaitAsync(TimeSpan.FromSeconds(20))).Dispose();
        Assert.Empty((await new EquivalenceService.EquivalenceServiceClient(node.Anonymous()).ListTablesAsync(new() { Institution = "uni-roma.example" })).Tables);
    }

    [Fact]
    public async Task a_token_that_is_known_ends_when_it_ends()
    {
        await using var node = await TestNode.StartAsync(clock: _clock);
        var token = node.Tokens.Issue("eve", [StaffRole.Officer], [], TimeSpan.FromMinutes(5));
        Assert.Same(node.Tokens.Read(token), node.Tokens.Read(token));
        Assert.Equal("eve", node.Tokens.Read(token)?.Account);
        Assert.Null(node.Tokens.Read(token.AsSpan(0, token.Length - 2)));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(node.Tokens.Read(token));
    }
}
