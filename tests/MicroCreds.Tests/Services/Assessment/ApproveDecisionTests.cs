using Grpc.Core;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using MicroCreds.Tests.Services.Recognition;
using DecisionApproval = MicroCreds.Domain.Rules.DecisionApproval;
using Office = MicroCreds.Federation.V1.AssessmentService.AssessmentServiceClient;
using RecognitionPolicy = MicroCreds.Domain.Rules.RecognitionPolicy;
using State = MicroCreds.Federation.V1.RecognitionCase.Types.State;

namespace MicroCreds.Tests.Services.Assessment;

/// <summary>Four eyes: olga proposes, bruno approves. Field reference C.2: who withholds recognition carries the burden to show why.</summary>
public sealed class ApproveDecisionTests : IAsyncLifetime
{
    private CaseDesk _desk = null!;
    private Office _bruno = null!;

    public async Task InitializeAsync() => (_desk, _bruno) = await OpenAsync(p => p with { DecisionApproval = DecisionApproval.Refusals });

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task a_refusal_waits_for_a_second_officer_and_nothing_of_it_leaves_the_office()
    {
        var c = await _desk.ReferredRecognitionAsync();
        var request = new DecideCaseRequest { Change = CaseDesk.Change(c), Decision = CaseDesk.Refused(ReasonCode.Level) };
        var proposed = (await _desk.Office.DecideCaseAsync(request)).RecognitionCase;
        Assert.Equal((State.AwaitingApproval, c.DueDate, 0, "olga"), (proposed.State, proposed.DueDate, proposed.Decisions.Count, proposed.ProposedDecision.ProposedBy));
        Assert.Equal((DecisionOutcome.Refused, "olga", ""), (proposed.ProposedDecision.Decision.Outcome, proposed.ProposedDecision.Decision.DecidedByName, proposed.ProposedDecision.Decision.ApprovedByName));
        Assert.Equal(proposed, (await _desk.Office.DecideCaseAsync(request)).RecognitionCase);

        Assert.Empty((await _desk.Officer.GetEvidenceAsync(new GetEvidenceRequest { CaseId = c.CaseId })).Statements);
        var atPartner = (await _desk.Madrid.GetCaseAsync(new GetCaseRequest { CaseId = c.CaseId })).RecognitionCase;
        Assert.Equal((State.AwaitingApproval, null, 0), (atPartner.State, atPartner.ProposedDecision, atPartner.Decisions.Count));
        Assert.Equal(("decision_proposed", "staff", "A decision is before a second officer.", ""), Told(atPartner.History[^1]));
        Assert.Equal([c.CaseId], (await _desk.Officer.ListCasesAsync(new ListCasesRequest { States = { State.AwaitingApproval } })).Cases.Select(s => s.CaseId));
        // Deciding anew needs the proposal out of the way.
        await RpcRefusal.Expect(StatusCode.FailedPrecondition, "CASE_STATE_CONFLICT", ["case_id", "state", "allowed_states", "verb"], () => _desk.DecideAsync(proposed));

        _desk.Node.Clock.Advance(TimeSpan.FromDays(10));
        var approve = new ApproveDecisionRequest { Change = CaseDesk.Change(proposed) };
        var decided = (await _bruno.ApproveDecisionAsync(approve)).RecognitionCase;
        Assert.Equal(decided, (await _bruno.ApproveDecisionAsync(approve)).RecognitionCase);
        var decision = decided.Decisions.Single();
        Assert.Equal((State.Decided, null, true), (decided.State, decided.ProposedDecision, decision.InEffect));
        // The appeal period counts from the day on which the decision came to be.
        Assert.Equal(("olga", "bruno", "2026-04-11"), (decision.DecidedByName, decision.ApprovedByName, decision.AppealUntilDate));
        Assert.Equal(proposed.ProposedDecision.Decision.Reasons, decision.Reasons);
        Assert.Equal("staff:bruno", decided.History[^1].Actor);
        var statement = Assert.Single((await _desk.Madrid.GetEvidenceAsync(new GetEvidenceRequest { CaseId = c.CaseId })).Statements);
        Assert.Equal(["bruno", "olga"], Names(statement));
        atPartner = (await _desk.Madrid.GetCaseAsync(new GetCaseRequest { CaseId = c.CaseId })).RecognitionCase;
        Assert.Equal(("", ""), (atPartner.Decisions[0].DecidedByName, atPartner.Decisions[0].ApprovedByName));
        Assert.DoesNotContain(atPartner.History, h => h.Summary.Contains("bruno", StringComparison.Ordinal) || h.Summary.Contains("olga", StringComparison.Ordinal));
    }

    [Fact]
    public async Task what_the_procedure_does_not_name_is_decided_alone()
    {
        Assert.Equal(State.Decided, (await _desk.DecideAsync(await _desk.ReferredAsync())).State);
        Assert.Equal(State.Decided, (await _desk.GrantedAsync("berta")).State);
        await using var other = (await OpenAsync(p => p with { ApprovalAbove = EctsCredits.FromHundredths(299) })).Desk;
        Assert.Equal(State.AwaitingApproval, (await other.DecideAsync(await other.ReferredAsync())).State);
    }

    [Fact]
    public async Task only_another_officer_approves_and_only_what_was_seen()
    {
        var proposed = await ProposedAsync();
        var refusal = await RpcRefusal.Expect(StatusCode.FailedPrecondition, "SECOND_OFFICER_NEEDED", ["case_id", "proposed_by"], async () =>
            await _desk.Office.ApproveDecisionAsync(new() { Change = CaseDesk.Change(proposed) }));
        Assert.Equal((proposed.CaseId, "olga"), (refusal["case_id"], refusal["proposed_by"]));
        await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], async () => await _desk.Review.ApproveDecisionAsync(new() { Change = CaseDesk.Change(proposed) }));
        var unseen = CaseDesk.Change(proposed);
        unseen.Etag = "";
        Assert.Equal(["change.etag"], (await RpcRefusal.Of(async () => await _bruno.ApproveDecisionAsync(new() { Change = unseen }))).Fields);
        Assert.Equal(["change.etag", "reason"], (await RpcRefusal.Of(async () => await _bruno.SendBackDecisionAsync(new() { Change = unseen }))).Fields);

        // Who is in charge may change; what was proposed stands, and is approved as it is read then.
        var assigned = (await _bruno.AssignCaseAsync(new() { Change = CaseDesk.Change(proposed), Assignee = "bruno" })).RecognitionCase;
        Assert.Equal(proposed.ProposedDecision, assigned.ProposedDecision);
        await RpcRefusal.Expect(StatusCode.Aborted, "CONCURRENT_CHANGE", ["case_id", "etag", "current_etag"], async () => await _bruno.ApproveDecisionAsync(new() { Change = CaseDesk.Change(proposed) }));
        var rehearsed = (await _bruno.ApproveDecisionAsync(new() { Change = CaseDesk.Change(assigned, validateOnly: true) })).RecognitionCase;
        await _desk.AssertUnchangedAsync(assigned);
        Assert.Equal((State.Decided, State.Decided), (rehearsed.State, (await _bruno.ApproveDecisionAsync(new() { Change = CaseDesk.Change(assigned) })).RecognitionCase.State));
    }

    [Fact]
    public async Task of_several_at_once_one_approves()
    {
        var proposed = await ProposedAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            Office officer = new(_desk.Node.Staff($"officer{i}", StaffRole.Officer));
            try
            {
                return i % 3 == 2
                    ? (await officer.SendBackDecisionAsync(new() { Change = CaseDesk.Change(proposed), Reason = "Which level?" })).RecognitionCase.State.ToString()
                    : (await officer.ApproveDecisionAsync(new() { Change = CaseDesk.Change(proposed) })).RecognitionCase.State.ToString();
            }
            catch (RpcException e)
            {
                return RpcRefusal.Of(e).Reason;
            }
        }));
        Assert.Equal(5, answers.Count(a => a == "CASE_STATE_CONFLICT"));
        var settled = await _desk.ReadAsync(proposed);
        Assert.Equal(settled.State.ToString(), answers.Single(a => a != "CASE_STATE_CONFLICT"));
        Assert.Equal(settled.State == State.Decided ? 1 : 0, (await _desk.Officer.GetEvidenceAsync(new GetEvidenceRequest { CaseId = proposed.CaseId })).Statements.Count);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task a_proposal_is_sent_back_or_taken_back_and_decided_anew(bool byAnother)
    {
        var proposed = await ProposedAsync();
        var back = (await (byAnother ? _bruno : _desk.Office).SendBackDecisionAsync(new() { Change = CaseDesk.Change(proposed), Reason = "LO4 is shown." })).RecognitionCase;
        Assert.Equal((State.Referred, null, proposed.DueDate), (back.State, back.ProposedDecision, back.DueDate));
        Assert.NotEmpty(back.ReferralReasons);
        Assert.Equal(("decision_sent_back", byAnother ? "staff:bruno" : "staff:olga", "The proposed decision was sent back.", "LO4 is shown."), Told(back.History[^1]));
        Assert.Equal(("decision_sent_back", "staff", "The case is before the office again.", ""), Told((await _desk.Madrid.GetCaseAsync(new GetCaseRequest { CaseId = proposed.CaseId })).RecognitionCase.History[^1]));
        var granted = new DecisionInput
        {
            Outcome = DecisionOutcome.Partial, Unit = TestTables.Activities, GrantedEctsCreditsHundredths = 100, Statement = "Part.",
            Reasons = { new DecisionReason { Code = ReasonCode.Profile, Text = "It differs." } }, Alternatives = { new ConsideredAlternative { Outcome = DecisionOutcome.Full, Text = "All." } },
        };
        Assert.Equal(State.Decided, (await _desk.Office.DecideCaseAsync(new() { Change = CaseDesk.Change(back), Decision = granted })).RecognitionCase.State);
    }

    [Fact]
    public async Task what_changes_the_ground_of_a_proposal_takes_it_away()
    {
        var soon = _desk.Node.Clock.GetUtcNow().AddDays(5).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        (State Then, Func<RecognitionCase, Task> Change)[] changes =
        [
            (State.Referred, c => _bruno.RecordCheckAsync(new() { Change = CaseDesk.Change(c), Kind = "owner", Passed = true, Evidence = "Seen." }).ResponseAsync),
            (State.Incomplete, c => _bruno.RequestInformationAsync(new() { Change = CaseDesk.Change(c), DueDate = soon, Items = { new InformationItem { Code = "M9", Text = "Which assessment?" } } }).ResponseAsync),
            (State.Referred, c => _bruno.VerifyCaseAsync(new() { Change = CaseDesk.Change(c) }).ResponseAsync),
            (State.Withdrawn, c => _desk.Madrid.WithdrawCaseAsync(new() { RequestId = CaseDesk.Id(), CaseId = c.CaseId }).ResponseAsync),
            (State.Inadmissible, c => _bruno.DeclareInadmissibleAsync(new() { Change = CaseDesk.Change(c), Ground = "Other office.", Advice = "There." }).ResponseAsync),
        ];
        foreach (var (then, change) in changes)
        {
            var proposed = await ProposedAsync();
            await change(proposed);
            var now = await _desk.ReadAsync(proposed);
            Assert.True(now.State is var state && (state == then || (then == State.Referred && state == State.Assessing)) && now.ProposedDecision is null, $"{then}: {now.State}");
            Assert.Equal("CASE_STATE_CONFLICT", (await RpcRefusal.Of(async () => await _bruno.ApproveDecisionAsync(new() { Change = CaseDesk.Change(now) }))).Reason);
        }

        var late = await ProposedAsync();
        _desk.Node.Clock.MoveTo(new DateOnly(2026, 8, 1));
        Assert.Equal(State.Appealed, (await _desk.Madrid.AppealDecisionAsync(new() { RequestId = CaseDesk.Id(), CaseId = late.CaseId, Grounds = "Nobody decides." })).RecognitionCase.State);
        Assert.Null((await _desk.ReadAsync(late)).ProposedDecision);
    }

    [Fact]
    public async Task a_decision_stands_until_its_successor_is_approved()
    {
        var decided = await _desk.DecideAsync(await _desk.ReferredAsync());
        var refused = CaseDesk.Refused(ReasonCode.InsufficientEvidence);
        var proposed = (await _desk.Office.SupersedeDecisionAsync(new() { Change = CaseDesk.Change(decided), Decision = refused })).RecognitionCase;
        Assert.Equal((State.AwaitingApproval, 2, true), (proposed.State, proposed.ProposedDecision.Decision.Version, proposed.Decisions.Single().InEffect));
        Assert.Equal(1, (await _desk.Officer.ExportDecisionAsync(new() { CaseId = decided.CaseId, Format = ExportDecisionRequest.Types.Format.Elmo })).Version);
        Assert.Equal(300, await LedgerAsync(proposed));
        Assert.Equal(State.Decided, (await _bruno.SendBackDecisionAsync(new() { Change = CaseDesk.Change(proposed), Reason = "No." })).RecognitionCase.State);

        var again = (await _desk.Office.SupersedeDecisionAsync(new() { Change = CaseDesk.Change(await _desk.ReadAsync(decided)), Decision = refused })).RecognitionCase;
        var superseded = (await _bruno.ApproveDecisionAsync(new() { Change = CaseDesk.Change(again) })).RecognitionCase;
        Assert.Equal([(1, false, ""), (2, true, "bruno")], superseded.Decisions.Select(d => (d.Version, d.InEffect, d.ApprovedByName)));
        Assert.Equal(0, await LedgerAsync(superseded));
        Assert.Equal(2, (await _desk.Officer.GetEvidenceAsync(new GetEvidenceRequest { CaseId = decided.CaseId })).Statements.Count);
    }

    [Fact]
    public async Task what_another_case_counted_meanwhile_is_not_counted_again()
    {
        var (desk, bruno) = await OpenAsync(p => p with { ApprovalAbove = EctsCredits.FromHundredths(299) });
        await using var _ = desk;
        var file = desk.Node.Consortium.Issue(TestCredentials.Volunteering(desk.Node.Consortium, "ana"));
        var cases = new List<RecognitionCase>();
        for (var i = 0; i < 2; i++) cases.Add((await desk.Volunteers.SubmitCredentialAsync(CaseDesk.Request(file, TestTables.Activities))).RecognitionCase);
        var proposed = new List<RecognitionCase>();
        foreach (var c in cases) proposed.Add(await desk.DecideAsync(c));
        Assert.Equal(State.Decided, (await bruno.ApproveDecisionAsync(new() { Change = CaseDesk.Change(proposed[0]) })).RecognitionCase.State);
        var refusal = await RpcRefusal.Expect(StatusCode.FailedPrecondition, "DECISION_INVALID", ["invariants"], async () => await bruno.ApproveDecisionAsync(new() { Change = CaseDesk.Change(proposed[1]) }));
        Assert.Equal("already_counted", refusal["invariants"]);
        await desk.AssertUnchangedAsync(proposed[1]);
    }

    [Fact]
    public async Task cases_that_a_proposal_replaces_stand_until_it_is_approved()
    {
        var (desk, bruno) = await OpenAsync(p => p with { DecisionApproval = DecisionApproval.All }, SubmitSeveralTests.Both, SubmitSeveralTests.Alone);
        await using var _ = desk;
        var (a, b) = (SubmitSeveralTests.Issue(desk, "MC-A"), SubmitSeveralTests.Issue(desk, "MC-B"));
        var first = (await desk.Madrid.SubmitCredentialAsync(CaseDesk.Request(a, TestTables.Activities))).RecognitionCase;
        var later = (await desk.Madrid.SubmitCredentialAsync(SubmitSeveralTests.Together(TestTables.Stat, a, b))).RecognitionCase;
        var proposed = (await desk.Office.DecideCaseAsync(new() { Change = CaseDesk.Change(later), Decision = CaseDesk.Full(), ReplacesCaseIds = { first.CaseId } })).RecognitionCase;
        Assert.Equal((State.AwaitingApproval, State.Decided, 300), (proposed.State, (await desk.ReadAsync(first)).State, await LedgerAsync(proposed, desk)));
        var decided = (await bruno.ApproveDecisionAsync(new() { Change = CaseDesk.Change(proposed) })).RecognitionCase;
        Assert.Equal((State.Decided, State.Revoked, 600), (decided.State, (await desk.ReadAsync(first)).State, await LedgerAsync(decided, desk)));
        Assert.Equal([first.CaseId], decided.Decisions.Single().ReplacedCaseIds);
    }

    private static async Task<(CaseDesk Desk, Office Bruno)> OpenAsync(Func<RecognitionPolicy, RecognitionPolicy> adjust, params MicroCreds.Domain.Rules.EquivalenceRule[] rules)
    {
        var desk = await CaseDesk.OverAsync(await TestNode.StartAsync(adjust: adjust), rules);
        return (desk, new(desk.Node.Staff("bruno", StaffRole.Officer)));
    }

    private async Task<RecognitionCase> ProposedAsync() =>
        (await _desk.Office.DecideCaseAsync(new() { Change = CaseDesk.Change(await _desk.ReferredRecognitionAsync()), Decision = CaseDesk.Refused(ReasonCode.Level) })).RecognitionCase;

    private Task<int> LedgerAsync(RecognitionCase c) => LedgerAsync(c, _desk);

    private static async Task<int> LedgerAsync(RecognitionCase c, CaseDesk desk)
    {
        var cases = desk.Node.Institution.Cases;
        var found = await cases.FindAsync(CaseId.Parse(c.CaseId), CancellationToken.None);
        return (await cases.LedgerAsync(found!.Application.Learner, CancellationToken.None)).Entries.Sum(e => e.Credits.Hundredths);
    }

    private static (string, string, string, string) Told(CaseHistoryEntry entry) => (entry.Event, entry.Actor, entry.Summary, entry.Remarks);

    private static IEnumerable<string> Names(StatementEvidence statement) =>
        statement.Statement.Disclosures.Select(d => System.Text.Json.Nodes.JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(d))!)
            .Where(d => ((string)d[1]!).EndsWith("_by_name", StringComparison.Ordinal)).Select(d => (string)d[2]!).Order(StringComparer.Ordinal);
}
