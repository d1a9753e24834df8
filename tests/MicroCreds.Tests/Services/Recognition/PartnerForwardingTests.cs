using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Security;
using RecognitionService = MicroCreds.Federation.V1.RecognitionService;

namespace MicroCreds.Tests.Services.Recognition;

/// <summary>Two nodes: staff in Madrid works with cases that Rome decides. Deadlines are those of the wire, so both follow the real clock's day.</summary>
public sealed class PartnerForwardingTests : IAsyncLifetime
{
    private readonly TestClock _clock = new(TimeProvider.System.GetUtcNow());
    private TestConsortium _consortium = null!;
    private TestNode _roma = null!;
    private TestNode _madrid = null!;
    private RecognitionService.RecognitionServiceClient _officer = null!;

    public async Task InitializeAsync()
    {
        _consortium = new TestConsortium(_clock.GetUtcNow());
        _roma = await TestNode.StartAsync([TestConsortium.Roma], _consortium, _clock);
        _madrid = await TestNode.StartAsync([TestConsortium.Madrid], _consortium, _clock);
        await _roma.Institution.PublishAsync();
        _officer = new(_madrid.Staff("mia", StaffRole.Officer));
    }

    public async Task DisposeAsync()
    {
        await _madrid.DisposeAsync();
        await _roma.DisposeAsync();
    }

    [Fact]
    public async Task staff_submits_reads_lists_watches_and_appeals_at_the_partner_as_its_institution()
    {
        var request = Request();
        var granted = (await _officer.SubmitCredentialAsync(request)).RecognitionCase;
        Assert.Equal(("uni-roma.example", "uni-madrid.example", RecognitionCase.Types.State.Decided), (granted.Institution, granted.SubmittedBy, granted.State));
        Assert.Null(granted.Holder);
        Assert.Equal(granted, (await _officer.SubmitCredentialAsync(request)).RecognitionCase);
        Assert.Equal(granted, (await _officer.GetCaseAsync(new GetCaseRequest { Institution = "uni-roma.example", CaseId = granted.CaseId })).RecognitionCase);
        Assert.Equal(granted.CaseId, (await _officer.ListCasesAsync(new ListCasesRequest { Institution = "uni-roma.example" })).Cases.Single().CaseId);
        using var watch = _officer.WatchCases(new WatchCasesRequest { Institution = "uni-roma.example" });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(granted.CaseId, watch.ResponseStream.Current.RecognitionCase.CaseId);
        var appealed = await _officer.AppealDecisionAsync(new AppealDecisionRequest { Institution = "uni-roma.example", RequestId = CaseDesk.Id(), CaseId = granted.CaseId, AgainstVersion = 1, Grounds = "The grade." });
        Assert.Equal(RecognitionCase.Types.State.Appealed, appealed.RecognitionCase.State);
    }

    [Fact]
    public async Task a_refusal_of_the_partner_comes_through_as_it_is()
    {
        var request = Request();
        request.Target.Unit = "NOWHERE";
        await RpcRefusal.Expect(StatusCode.NotFound, "TARGET_UNIT_NOT_FOUND", ["target_unit", "programme"], async () => await _officer.SubmitCredentialAsync(request));
    }

    [Fact]
    public async Task a_partner_that_cannot_be_reached_is_said_to_be_away()
    {
        await _roma.StopAsync();
        var refusal = await RpcRefusal.Expect(StatusCode.Unavailable, "PARTNER_UNAVAILABLE", ["partner"], async () => await _officer.SubmitCredentialAsync(Request()));
        Assert.Equal("uni-roma.example", refusal["partner"]);
    }

    [Fact]
    public async Task a_partner_is_never_passed_on_and_a_role_is_needed_to_act()
    {
        var relayed = new RecognitionService.RecognitionServiceClient(_madrid.Partner(TestConsortium.Voluntariado));
        await RpcRefusal.Expect(StatusCode.NotFound, "INSTITUTION_NOT_FOUND", ["institution"], async () => await relayed.SubmitCredentialAsync(Request()));
        var auditor = new RecognitionService.RecognitionServiceClient(_madrid.Staff("aud", StaffRole.Auditor));
        await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], async () => await auditor.SubmitCredentialAsync(Request()));
        Assert.Empty((await auditor.ListCasesAsync(new ListCasesRequest { Institution = "uni-roma.example" })).Cases);
        await RpcRefusal.Expect(StatusCode.NotFound, "INSTITUTION_NOT_FOUND", ["institution"], async () => await _officer.ListCasesAsync(new ListCasesRequest { Institution = "uni-c.example" }));
    }

    [Fact]
    public async Task a_watch_that_is_passed_on_ends_when_this_node_stops()
    {
        using var watch = _officer.WatchCases(new WatchCasesRequest { Institution = "uni-roma.example" });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        var stopped = _madrid.StopAsync();
        Assert.False(await watch.ResponseStream.MoveNext(CancellationToken.None));
        await stopped.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task staff_of_several_institutions_names_the_one_in_whose_name_it_asks()
    {
        await using var both = await TestNode.StartAsync([TestConsortium.Voluntariado, TestConsortium.Outsider], _consortium, _clock);
        var client = new RecognitionService.RecognitionServiceClient(both.Staff("eve", StaffRole.Officer));
        Assert.Equal([PartnerRoute.OnBehalfOf], (await RpcRefusal.Of(async () => await client.SubmitCredentialAsync(Request()))).Fields);
        var named = new Metadata { { PartnerRoute.OnBehalfOf, "uni-c.example" } };
        Assert.Equal("uni-c.example", (await client.SubmitCredentialAsync(Request(), named)).RecognitionCase.SubmittedBy);
        var foreign = new Metadata { { PartnerRoute.OnBehalfOf, "uni-madrid.example" } };
        Assert.Equal([PartnerRoute.OnBehalfOf], (await RpcRefusal.Of(async () => await client.SubmitCredentialAsync(Request(), foreign))).Fields);
    }

    private SubmitCredentialRequest Request()
    {
        var request = CaseDesk.Request(_consortium.Issue(TestCredentials.Statistics(_consortium)), TestTables.Stat);
        request.Institution = "uni-roma.example";
        return request;
    }
}
