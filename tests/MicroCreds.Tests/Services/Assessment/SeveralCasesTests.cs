using Google.Rpc;
using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Office = MicroCreds.Federation.V1.AssessmentService.AssessmentServiceClient;
using State = MicroCreds.Federation.V1.RecognitionCase.Types.State;

namespace MicroCreds.Tests.Services.Assessment;

public sealed class SeveralCasesTests : IAsyncLifetime
{
    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task each_is_decided_as_proposed_or_refused_for_itself()
    {
        var (first, second, without) = (await _desk.ReferredAsync("ana"), await _desk.ReferredAsync("berta"), await _desk.ReferredRecognitionAsync("carla"));
        var seenBefore = await _desk.ReferredAsync("dora");
        await _desk.Office.AssignCaseAsync(new() { Change = CaseDesk.Change(seenBefore), Assignee = "olga" });
        var request = Several(first, without, seenBefore, second);
        request.Cases.Add(new CaseChoice { CaseId = $"{7:x32}" });
        request.Statement = "All outcomes are shown.";

        var rehearsal = (await _desk.Office.DecideCasesAsync(new(request) { ValidateOnly = true })).Answers;
        foreach (var c in new[] { first, second, without }) await _desk.AssertUnchangedAsync(c);
        var answers = (await _desk.Office.DecideCasesAsync(request)).Answers;

        Assert.Equal(["Decided", "CASE_STATE_CONFLICT", "CONCURRENT_CHANGE", "Decided", "CASE_NOT_FOUND"], answers.Select(Told));
        Assert.Equal(rehearsal.Select(Told), answers.Select(Told));
        Assert.Equal(request.Cases.Select(c => c.CaseId), answers.Select(a => a.CaseId));
        var decided = await _desk.ReadAsync(first);
        Assert.Equal((decided.Etag, decided.State, decided.Decisions.Single()), (answers[0].ChangedCase.Etag, answers[0].ChangedCase.State, answers[0].ChangedCase.Decision));
        Assert.Equal((DecisionOutcome.Full, 300, "olga", "All outcomes are shown."), (decided.Decisions[0].Outcome, decided.Decisions[0].Lines[0].GrantedEctsCreditsHundredths, decided.Decisions[0].DecidedByName, decided.Decisions[0].Statement));

        // The same again: what was done is said again, what was left out then can be done now.
        request.Cases[2].Etag = "";
        var again = (await _desk.Office.DecideCasesAsync(request)).Answers;
        Assert.Equal(["Decided", "CASE_STATE_CONFLICT", "Decided", "Decided", "CASE_NOT_FOUND"], again.Select(Told));
        Assert.Equal((answers[0], answers[3]), (again[0], again[3]));
        Assert.Equal(decided, await _desk.ReadAsync(first));
        request.Statement = "Other words.";
        Assert.Equal(["REQUEST_ID_REUSED"], (await _desk.Office.DecideCasesAsync(new(request))).Answers.Take(1).Select(Told));
    }

    [Fact]
    public async Task one_decision_may_be_for_all_and_what_one_counts_the_next_sees()
    {
        var file = _desk.Node.Consortium.Issue(TestCredentials.Volunteering(_desk.Node.Consortium));
        var cases = new List<RecognitionCase>();
        for (var i = 0; i < 2; i++) cases.Add((await _desk.Volunteers.SubmitCredentialAsync(CaseDesk.Request(file, TestTables.Activities))).RecognitionCase);
        var request = Several([.. cases]);
        request.Decision = CaseDesk.Full();

        var answers = (await _desk.Office.DecideCasesAsync(request)).Answers;

        Assert.Equal(["Decided", "DECISION_INVALID"], answers.Select(Told));
        Assert.Equal("already_counted", Info(answers[1])!.Metadata["invariants"]);
        await _desk.AssertUnchangedAsync(cases[1]);
    }

    [Fact]
    public async Task a_refusal_is_decided_case_by_case_and_every_wrong_field_is_named()
    {
        var c = await _desk.ReferredAsync();
        var refused = Several(c, c);
        (refused.Decision, refused.Statement) = (CaseDesk.Refused(ReasonCode.Level), "Beside.");
        refused.Decision.Lines.Add(new DecisionLineInput { CredentialDigest = c.Verifications[0].CredentialDigest });
        refused.Cases[1].Etag = "x";
        Assert.Equal(
            ["decision.outcome", "decision.lines", "statement", "cases[1].etag", "cases[1].case_id"],
            (await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], async () => await _desk.Office.DecideCasesAsync(refused))).Fields);
        Assert.Equal(["request_id", "cases"], (await RpcRefusal.Of(async () => await _desk.Office.DecideCasesAsync(new()))).Fields);
        Assert.Equal(["assignee", "cases"], (await RpcRefusal.Of(async () => await _desk.Office.AssignCasesAsync(
            new() { RequestId = CaseDesk.Id(), Assignee = new string('x', 101), Cases = { Enumerable.Range(1, 51).Select(i => new CaseChoice { CaseId = $"{i:x32}" }) } }))).Fields);
        await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], async () => await _desk.Review.DecideCasesAsync(Several(c)));
    }

    [Fact]
    public async Task what_needs_a_second_officer_is_only_proposed()
    {
        await using var desk = await CaseDesk.OverAsync(await TestNode.StartAsync(adjust: p => p with { DecisionApproval = MicroCreds.Domain.Rules.DecisionApproval.All }));
        var cases = new[] { await desk.ReferredAsync("ana"), await desk.ReferredAsync("berta") };
        var answers = (await desk.Office.DecideCasesAsync(Several(cases))).Answers;
        Assert.Equal([(State.AwaitingApproval, DecisionOutcome.Full), (State.AwaitingApproval, DecisionOutcome.Full)], answers.Select(a => (a.ChangedCase.State, a.ChangedCase.Decision.Outcome)));
        Office bruno = new(desk.Node.Staff("bruno", StaffRole.Officer));
        Assert.Equal(State.Decided, (await bruno.ApproveDecisionAsync(new() { Change = new() { RequestId = CaseDesk.Id(), CaseId = cases[0].CaseId, Etag = answers[0].ChangedCase.Etag } })).RecognitionCase.State);
    }

    [Fact]
    public async Task several_are_put_into_an_officers_hands()
    {
        var (open, granted, missing) = (await _desk.ReferredAsync("ana"), await _desk.GrantedAsync("berta"), new CaseChoice { CaseId = $"{7:x32}" });
        var withdrawn = await _desk.ReferredAsync("carla");
        await _desk.Volunteers.WithdrawCaseAsync(new() { RequestId = CaseDesk.Id(), CaseId = withdrawn.CaseId });
        var request = new AssignCasesRequest { RequestId = CaseDesk.Id(), Assignee = "olga", Cases = { Choice(open), Choice(granted), new CaseChoice { CaseId = withdrawn.CaseId }, missing } };
        var answers = (await _desk.Review.AssignCasesAsync(request)).Answers;
        Assert.Equal(["Referred", "Decided", "CASE_STATE_CONFLICT", "CASE_NOT_FOUND"], answers.Select(Told));
        Assert.Equal(("olga", "olga"), ((await _desk.ReadAsync(open)).Assignee, (await _desk.ReadAsync(granted)).Assignee));
        Assert.Equal(answers, (await _desk.Review.AssignCasesAsync(request)).Answers);
    }

    [Fact]
    public async Task a_refusal_beside_answers_is_said_in_json_too()
    {
        using var http = new HttpClient();
        using var call = new HttpRequestMessage(HttpMethod.Post, $"{_desk.Node.Address("http")}/microcreds.federation.v1.AssessmentService/DecideCases")
        {
            Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent($$"""{ "requestId": "{{CaseDesk.Id()}}", "cases": [ { "caseId": "{{$"{7:x32}"}}" } ] }""", System.Text.Encoding.UTF8, "application/json"),
        };
        call.Headers.Authorization = new("Bearer", _desk.Node.Tokens.Issue("olga", [StaffRole.Officer], [], TimeSpan.FromDays(1)));
        var answered = await http.SendAsync(call);
        var told = System.Text.Json.Nodes.JsonNode.Parse(await answered.Content.ReadAsStringAsync())!["answers"]![0]!["refusal"]!["details"]![0]!;
        Assert.Equal(("type.googleapis.com/google.rpc.ErrorInfo", "CASE_NOT_FOUND"), ((string)told["@type"]!, (string)told["reason"]!));
    }

    private static DecideCasesRequest Several(params RecognitionCase[] cases) => new() { RequestId = CaseDesk.Id(), Cases = { cases.Select(Choice) } };

    private static CaseChoice Choice(RecognitionCase c) => new() { CaseId = c.CaseId, Etag = c.Etag };

    private static string Told(CaseAnswer answer) => answer.ChangedCase is { } changed ? changed.State.ToString() : Info(answer)!.Reason;

    private static ErrorInfo? Info(CaseAnswer answer) => answer.Refusal.Details.Single(d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
}
