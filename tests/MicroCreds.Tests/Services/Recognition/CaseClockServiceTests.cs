using MicroCreds.Federation.V1;
using MicroCreds.Services.Recognition;
using MicroCreds.Services.Security;
using Microsoft.Extensions.DependencyInjection;

namespace MicroCreds.Tests.Services.Recognition;

public sealed class CaseClockServiceTests : IAsyncLifetime
{
    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task lets_a_case_lapse_the_day_after_its_information_was_due_and_only_once()
    {
        var c = await _desk.IncompleteAsync();
        Assert.Equal("2026-04-01", c.InformationDueDate);
        _desk.Node.Clock.MoveTo(new DateOnly(2026, 4, 1));
        Assert.Equal(0, await WalkAsync());
        _desk.Node.Clock.MoveTo(new DateOnly(2026, 4, 2));
        Assert.Equal((1, 0), (await WalkAsync(), await WalkAsync()));
        Assert.Equal((RecognitionCase.Types.State.Lapsed, "node"), ((await _desk.ReadAsync(c)).State, (await _desk.ReadAsync(c)).History[^1].Actor));
        Assert.Single((await _desk.Volunteers.GetEvidenceAsync(new GetEvidenceRequest { CaseId = c.CaseId })).Statements);
    }

    [Fact]
    public async Task makes_a_decision_final_the_day_after_the_appeal_period()
    {
        var c = await _desk.GrantedAsync();
        _desk.Node.Clock.MoveTo(new DateOnly(2026, 4, 1));
        Assert.Equal(0, await WalkAsync());
        _desk.Node.Clock.MoveTo(new DateOnly(2026, 4, 2));
        Assert.Equal((1, 0), (await WalkAsync(), await WalkAsync()));
        Assert.Equal(RecognitionCase.Types.State.Final, (await _desk.ReadAsync(c)).State);
    }

    [Fact]
    public async Task walks_at_start_and_every_hour()
    {
        var c = await _desk.IncompleteAsync();
        var service = _desk.Node.Services.GetRequiredService<CaseClockService>();
        await service.StartAsync(CancellationToken.None);
        while (_desk.Node.Clock.Waiting == 0) await Task.Yield();
        _desk.Node.Clock.Advance(TimeSpan.FromDays(31));
        while ((await _desk.ReadAsync(c)).State != RecognitionCase.Types.State.Lapsed) await Task.Yield();
        await service.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task goes_on_with_the_others_when_the_store_of_one_institution_cannot_be_read()
    {
        await using var node = await TestNode.StartAsync([TestConsortium.Madrid, TestConsortium.Roma]);
        await node.Hosting.Find(TestConsortium.Roma)!.PublishAsync();
        var file = node.Consortium.Issue(TestCredentials.Volunteering(node.Consortium) with { Volume = "PT40H" });
        var request = CaseDesk.Request(file, TestTables.Activities);
        request.Institution = TestConsortium.Roma.Value;
        var roma = new MicroCreds.Federation.V1.RecognitionService.RecognitionServiceClient(node.StaffOf([TestConsortium.Roma], "rom", StaffRole.Officer));
        var c = (await roma.SubmitCredentialAsync(request)).RecognitionCase;
        Assert.Equal(RecognitionCase.Types.State.Incomplete, c.State);

        node.Clock.Advance(TimeSpan.FromDays(31));
        using (node.TakeTable(TestConsortium.Madrid, "recognition_case"))
        {
            node.Log.Expect();
            Assert.Equal(1, await node.Services.GetRequiredService<CaseClockService>().WalkAsync(CancellationToken.None));
        }

        Assert.Equal(RecognitionCase.Types.State.Lapsed, (await roma.GetCaseAsync(new() { Institution = TestConsortium.Roma.Value, CaseId = c.CaseId })).RecognitionCase.State);
    }

    private Task<int> WalkAsync() => _desk.Node.Services.GetRequiredService<CaseClockService>().WalkAsync(CancellationToken.None);
}
