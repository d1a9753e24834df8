using System.Collections.Concurrent;
using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;
using HostedInstitution = MicroCreds.Services.Institutions.HostedInstitution;
using RecognitionService = MicroCreds.Federation.V1.RecognitionService;

namespace MicroCreds.Tests.Services.Institutions;

/// <summary>Several institutions on one node: strangers to each other that share a process. They follow the real clock's day, since deadlines are those of the wire.</summary>
public sealed class HostingTests
{
    private readonly TestClock _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task staff_asks_the_neighbour_as_a_partner_and_sees_what_a_partner_sees()
    {
        await using var node = await TestNode.StartAsync([TestConsortium.Roma, TestConsortium.Madrid], clock: _clock);
        await node.Hosting.Find(TestConsortium.Roma)!.PublishAsync();
        var madrid = new RecognitionService.RecognitionServiceClient(node.StaffOf([TestConsortium.Madrid], "mar", StaffRole.Officer));
        var roma = new RecognitionService.RecognitionServiceClient(node.StaffOf([TestConsortium.Roma], "rom", StaffRole.Officer));

        var own = await madrid.SubmitCredentialAsync(Request(node, TestCredentials.Statistics(node.Consortium)));
        Assert.Equal("uni-madrid.example", own.RecognitionCase.SubmittedBy);
        var theirs = await roma.SubmitCredentialAsync(Request(node, TestCredentials.Volunteering(node.Consortium)));
        Assert.NotEqual("uni-madrid.example", theirs.RecognitionCase.SubmittedBy);

        Assert.Equal([own.RecognitionCase.CaseId], (await madrid.ListCasesAsync(new() { Institution = "uni-roma.example" })).Cases.Select(c => c.CaseId));
        Assert.Equal(2, (await roma.ListCasesAsync(new() { Institution = "uni-roma.example" })).Cases.Count);
        await RpcRefusal.Expect(StatusCode.NotFound, "CASE_NOT_FOUND", ["case_id"], async () => await madrid.GetCaseAsync(new() { Institution = "uni-roma.example", CaseId = theirs.RecognitionCase.CaseId }));
    }

    [Fact]
    public async Task staff_of_both_is_staff_of_the_one_it_asks_unless_it_asks_on_behalf_of_the_other()
    {
        await using var node = await TestNode.StartAsync([TestConsortium.Roma, TestConsortium.Madrid], clock: _clock);
        await node.Hosting.Find(TestConsortium.Roma)!.PublishAsync();
        var both = new RecognitionService.RecognitionServiceClient(node.Staff("eve", StaffRole.Officer));
        var asMadrid = new Metadata { { PartnerRoute.OnBehalfOf, "uni-madrid.example" } };

        var asked = await both.SubmitCredentialAsync(Request(node, TestCredentials.Statistics(node.Consortium)), asMadrid);
        Assert.Equal("uni-madrid.example", asked.RecognitionCase.SubmittedBy);
        Assert.Empty((await both.ListCasesAsync(new() { Institution = "uni-madrid.example" })).Cases);
        Assert.Single((await both.ListCasesAsync(new() { Institution = "uni-roma.example" })).Cases);
        Assert.Equal([PartnerRoute.OnBehalfOf], (await RpcRefusal.Of(async () =>
            await both.ListCasesAsync(new() { Institution = "uni-roma.example" }, new Metadata { { PartnerRoute.OnBehalfOf, "voluntariado.example" } }))).Fields);
    }

    [Fact]
    public async Task whoever_joins_is_found_and_followed_once_and_following_ends_with_the_node()
    {
        await using var node = await TestNode.StartAsync([TestConsortium.Roma, TestConsortium.Madrid], clock: _clock);
        var (roma, madrid) = (node.Hosting.Find(TestConsortium.Roma)!, node.Hosting.Find(TestConsortium.Madrid)!);
        var hosting = new Hosting([roma]);
        Assert.False(hosting.Resolve("").Failed(out _, out var only));
        Assert.Same(roma, only);
        using var stop = new CancellationTokenSource();
        var (followed, joined) = (new ConcurrentQueue<HostedInstitution>(), new TaskCompletionSource());
        var following = hosting.ForEachAsync(
            async institution =>
            {
                followed.Enqueue(institution);
                if (institution == madrid) joined.SetResult();
                await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            },
            stop.Token);

        hosting.Join(madrid);
        await joined.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal([roma, madrid], followed);
        Assert.Equal(["uni-madrid.example", "uni-roma.example"], hosting.All.Select(i => i.Organisation.Value));
        Assert.Same(madrid, hosting.Find(TestConsortium.Madrid));
        Assert.True(hosting.Resolve("").Failed(out _, out _));
        Assert.Throws<ArgumentException>(() => hosting.Join(madrid));
        await stop.CancelAsync();
        await following.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(2, followed.Count);
    }

    private static SubmitCredentialRequest Request(TestNode node, MicroCreds.Credentials.Issuing.EdcClaims claims)
    {
        var request = CaseDesk.Request(node.Consortium.Issue(claims), TestTables.Stat);
        request.Institution = "uni-roma.example";
        return request;
    }
}
