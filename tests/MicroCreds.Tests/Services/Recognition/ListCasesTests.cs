using Grpc.Core;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Recognition;

public sealed class ListCasesTests : IAsyncLifetime
{
    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task pages_by_due_day_and_then_those_without_one()
    {
        var granted = await _desk.GrantedAsync("lea");
        var early = await _desk.ReferredAsync("ana");
        _desk.Node.Clock.Advance(TimeSpan.FromDays(10));
        var late = await _desk.ReferredAsync("eva");

        var seen = new List<string>();
        var token = "";
        do
        {
            var page = await _desk.Officer.ListCasesAsync(new ListCasesRequest { PageSize = 1, PageToken = token });
            Assert.Single(page.Cases);
            seen.Add(page.Cases[0].CaseId);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        Assert.Equal([early.CaseId, late.CaseId, granted.CaseId], seen);
    }

    [Fact]
    public async Task filters_by_state_assignee_due_day_and_programme()
    {
        var granted = await _desk.GrantedAsync("lea");
        var assigned = await _desk.ReferredAsync("ana");
        await _desk.Office.AssignCaseAsync(new AssignCaseRequest { Change = CaseDesk.Change(assigned), Assignee = "olga" });
        var free = await _desk.ReferredAsync("eva");

        Assert.Equal([granted.CaseId], await IdsAsync(new ListCasesRequest { States = { RecognitionCase.Types.State.Decided } }));
        Assert.Equal([assigned.CaseId], await IdsAsync(new ListCasesRequest { Assignee = "olga" }));
        Assert.Equal([free.CaseId], await IdsAsync(new ListCasesRequest { Assignee = "-", States = { RecognitionCase.Types.State.Referred } }));
        Assert.Empty(await IdsAsync(new ListCasesRequest { DueUntilDate = "2026-07-01" }));
        Assert.Equal(2, (await IdsAsync(new ListCasesRequest { DueUntilDate = "2026-07-02" })).Length);
        Assert.Empty(await IdsAsync(new ListCasesRequest { Programme = "M-1" }));
        Assert.Equal(3, (await IdsAsync(new ListCasesRequest { Programme = TestTables.Bachelor })).Length);

        async Task<string[]> IdsAsync(ListCasesRequest request) => [.. (await _desk.Officer.ListCasesAsync(request)).Cases.Select(c => c.CaseId)];
    }

    [Fact]
    public async Task a_partner_sees_what_it_submitted_without_assignees_and_may_not_ask_for_them()
    {
        var own = await _desk.ReferredAsync();
        await _desk.GrantedAsync("lea");
        await _desk.Office.AssignCaseAsync(new AssignCaseRequest { Change = CaseDesk.Change(own), Assignee = "olga" });
        var summary = (await _desk.Volunteers.ListCasesAsync(new ListCasesRequest())).Cases.Single();
        Assert.Equal((own.CaseId, "", "Coordinación de equipos de voluntariado", "7"), (summary.CaseId, summary.Assignee, summary.AchievementTitle, summary.Etag));
        var refusal = await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], async () => await _desk.Volunteers.ListCasesAsync(new ListCasesRequest { Assignee = "olga" }));
        Assert.Equal("staff", refusal["role_needed"]);
    }

    [Fact]
    public async Task a_token_belongs_to_its_filter_and_reader()
    {
        await _desk.ReferredAsync("ana");
        await _desk.ReferredAsync("eva");
        var token = (await _desk.Officer.ListCasesAsync(new ListCasesRequest { PageSize = 1 })).NextPageToken;
        await RpcRefusal.Expect(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", [], async () => await _desk.Officer.ListCasesAsync(new ListCasesRequest { PageToken = token, Assignee = "-" }));
        await RpcRefusal.Expect(StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", [], async () => await _desk.Volunteers.ListCasesAsync(new ListCasesRequest { PageToken = token }));
        Assert.Single((await _desk.Officer.ListCasesAsync(new ListCasesRequest { PageToken = token, PageSize = 1000 })).Cases);
    }

    [Fact]
    public async Task names_every_wrong_field()
    {
        var refusal = await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], async () => await _desk.Officer.ListCasesAsync(new ListCasesRequest
        {
            PageSize = -1, States = { RecognitionCase.Types.State.Unspecified, (RecognitionCase.Types.State)99 }, Assignee = new string('x', 101), DueUntilDate = "2026-2-1", Programme = "no such thing!",
        }));
        Assert.Equal(["page_size", "states[0]", "states[1]", "assignee", "due_until_date", "programme"], refusal.Fields);
    }
}
