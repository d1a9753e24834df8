using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Recognition;

public sealed class GetCaseTests : IAsyncLifetime
{
    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task staff_sees_the_learner_the_assignee_and_the_accounts()
    {
        var referred = await _desk.ReferredAsync();
        await _desk.Office.AssignCaseAsync(new AssignCaseRequest { Change = CaseDesk.Change(referred), Assignee = "olga" });
        var read = await _desk.ReadAsync(referred);
        Assert.Equal(("ana García", "2003-05-17"), (read.Holder.FullName, read.Holder.BirthDate));
        Assert.Equal(43, read.Holder.LearnerKey.Length);
        Assert.Equal("olga", read.Assignee);
        Assert.Equal(("assigned", "staff:olga", "Assigned to olga."), (read.History[^1].Event, read.History[^1].Actor, read.History[^1].Summary));
        Assert.Equal(read.History.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), read.Etag);
        Assert.Equal(TestTables.Activities, read.TargetUnit.Code);
    }

    [Fact]
    public async Task findings_and_roles_go_out_with_the_verification()
    {
        var seen = (await _desk.Volunteers.GetCaseAsync(new GetCaseRequest { CaseId = (await _desk.ReferredAsync()).CaseId })).RecognitionCase.Verifications.Single();
        Assert.Equal(23, seen.Findings.Count);
        Assert.Equal([(CredentialFinding.Types.Kind.Mandatory, 11), (CredentialFinding.Types.Kind.Optional, 5), (CredentialFinding.Types.Kind.Criterion, 7)], seen.Findings.GroupBy(f => f.Kind).Select(g => (g.Key, g.Count())));
        Assert.Equal(("secure", CredentialFinding.Types.Standing.Met), (seen.Findings.Single(f => f.Code == "verification").Grade, seen.Findings.Single(f => f.Code == "verification").Standing));
        Assert.Equal(
            [("sealer", "voluntariado.example"), ("issuer", "voluntariado.example"), ("awarding_body", "voluntariado.example")],
            seen.Roles.Select(r => (r.Kind, r.Member)));
        Assert.All(seen.Roles, r => Assert.NotEmpty(r.Basis));
    }

    [Fact]
    public async Task the_submitter_sees_its_case_without_learner_assignee_accounts_and_hidden_rules()
    {
        await using var desk = await CaseDesk.OpenAsync(
            TestTables.Coordination, TestTables.Coordination with { Id = RuleId.Parse("HIDDEN"), Visibility = MicroCreds.Domain.Rules.RuleVisibility.Hidden, Conditions = [.. TestTables.Coordination.Conditions, new MicroCreds.Domain.Rules.RuleCondition.Language("it")] });
        var referred = await desk.ReferredAsync();
        await desk.Office.AssignCaseAsync(new AssignCaseRequest { Change = CaseDesk.Change(referred), Assignee = "olga" });
        await desk.Office.RecordCheckAsync(new RecordCheckRequest { Change = new CaseChange { RequestId = CaseDesk.Id(), CaseId = referred.CaseId }, Kind = "owner", Passed = true, Evidence = "Seen with a passport." });
        await desk.DecideAsync(await desk.ReadAsync(referred));

        Assert.Contains((await desk.ReadAsync(referred)).Assessment.Rules, r => r.RuleId == "HIDDEN");
        var seen = (await desk.Volunteers.GetCaseAsync(new GetCaseRequest { CaseId = referred.CaseId })).RecognitionCase;
        Assert.Null(seen.Holder);
        Assert.Equal(["VOL-COORD"], seen.Assessment.Rules.Select(r => r.RuleId));
        Assert.Equal("", seen.Decisions.Single().DecidedByName);
        var text = JsonFormatter.Default.Format(seen);
        foreach (var secret in new[] { "olga", "ana García", "2003-05-17", "passport" }) Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["voluntariado.example", "node", "staff"], seen.History.Select(h => h.Actor).Distinct());
        Assert.Equal("", seen.History.Single(h => h.Event == "check_recorded").Remarks);
        Assert.Equal("All outcomes are shown.", seen.History.Single(h => h.Event == "decided").Remarks);
    }

    [Fact]
    public async Task the_submitter_reads_nothing_of_a_hidden_rule_that_nearly_matched()
    {
        await using var desk = await CaseDesk.OpenAsync(TestTables.Statistics with
        {
            Id = RuleId.Parse("HIDDEN"), Visibility = MicroCreds.Domain.Rules.RuleVisibility.Hidden,
            Conditions = [.. TestTables.Statistics.Conditions, new MicroCreds.Domain.Rules.RuleCondition.Language("it")],
        });
        var seen = await desk.GrantedAsync();
        Assert.Equal(RecognitionCase.Types.State.Referred, seen.State);
        Assert.DoesNotContain("HIDDEN", JsonFormatter.Default.Format(seen), StringComparison.Ordinal);
        Assert.Contains((await desk.ReadAsync(seen)).Assessment.Explanation, s => s.StartsWith("Rule HIDDEN misses by one condition", StringComparison.Ordinal));
    }

    [Fact]
    public async Task scenario_23_an_unknown_case_and_one_of_another_partner_answer_alike()
    {
        var foreign = (await _desk.ReferredAsync()).CaseId;
        var unknown = CaseId.New().Value;
        await AlikeAsync(id => _desk.Outsider.GetCaseAsync(new GetCaseRequest { CaseId = id }).ResponseAsync);
        await AlikeAsync(id => _desk.Outsider.GetEvidenceAsync(new GetEvidenceRequest { CaseId = id }).ResponseAsync);
        await AlikeAsync(id => _desk.Outsider.WithdrawCaseAsync(new WithdrawCaseRequest { CaseId = id, RequestId = CaseDesk.Id() }).ResponseAsync);
        await AlikeAsync(id => _desk.Outsider.AppealDecisionAsync(new AppealDecisionRequest { CaseId = id, RequestId = CaseDesk.Id(), Grounds = "x" }).ResponseAsync);
        await AlikeAsync(id => _desk.Outsider.ProvideInformationAsync(new ProvideInformationRequest { CaseId = id, RequestId = CaseDesk.Id(), Answers = { new InformationAnswer { Code = "M6", Text = "x" } } }).ResponseAsync);
        Assert.Empty((await _desk.Outsider.ListCasesAsync(new ListCasesRequest())).Cases);
        Assert.Equal(RecognitionCase.Types.State.Referred, (await _desk.Officer.GetCaseAsync(new GetCaseRequest { CaseId = foreign })).RecognitionCase.State);

        async Task AlikeAsync<T>(Func<string, Task<T>> call)
        {
            var first = Details(await Assert.ThrowsAsync<RpcException>(() => call(unknown)), unknown);
            var second = Details(await Assert.ThrowsAsync<RpcException>(() => call(foreign)), foreign);
            Assert.Equal(first, second);
            Assert.Contains("CASE_NOT_FOUND", first, StringComparison.Ordinal);
        }

        static string Details(RpcException e, string id)
        {
            var trailers = e.Trailers.Select(t => $"{t.Key}={(t.IsBinary ? System.Text.Encoding.Latin1.GetString(t.ValueBytes) : t.Value)}").Where(t => !t.StartsWith("date", StringComparison.Ordinal));
            return $"{e.StatusCode} {e.Status.Detail}\n{string.Join('\n', trailers)}".Replace(id, "<id>", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task refusals_carry_what_the_contract_names()
    {
        var refusal = await RpcRefusal.Expect(StatusCode.NotFound, "CASE_NOT_FOUND", ["case_id"], async () => await _desk.Officer.GetCaseAsync(new GetCaseRequest { CaseId = new string('0', 32) }));
        Assert.Equal(new string('0', 32), refusal["case_id"]);
        Assert.Equal(["institution", "case_id"], (await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], async () => await _desk.Officer.GetCaseAsync(new GetCaseRequest { Institution = "?", CaseId = "1" }))).Fields);
        await RpcRefusal.Expect(StatusCode.Unauthenticated, "UNAUTHENTICATED", [], async () => await new RecognitionService.RecognitionServiceClient(_desk.Node.Anonymous()).GetCaseAsync(new GetCaseRequest()));
    }

    [Fact]
    public async Task staff_of_another_institution_finds_no_such_institution()
    {
        var referred = await _desk.ReferredAsync();
        var stranger = new RecognitionService.RecognitionServiceClient(_desk.Node.StaffOf([TestConsortium.Madrid], "mia", StaffRole.Officer));
        await RpcRefusal.Expect(StatusCode.NotFound, "INSTITUTION_NOT_FOUND", ["institution"], async () => await stranger.GetCaseAsync(new GetCaseRequest { CaseId = referred.CaseId }));
    }

    [Fact]
    public async Task scenario_20_a_case_is_overdue_the_day_after_its_due_day()
    {
        var referred = await _desk.ReferredAsync();
        Assert.Equal("2026-07-02", referred.DueDate);
        _desk.Node.Clock.MoveTo(new DateOnly(2026, 7, 2));
        Assert.False((await _desk.ReadAsync(referred)).Overdue);
        _desk.Node.Clock.MoveTo(new DateOnly(2026, 7, 3));
        Assert.True((await _desk.ReadAsync(referred)).Overdue);
        Assert.True((await _desk.Officer.ListCasesAsync(new ListCasesRequest())).Cases.Single().Overdue);
    }
}
