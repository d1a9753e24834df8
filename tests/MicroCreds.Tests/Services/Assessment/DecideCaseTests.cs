using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Assessment;

public sealed class DecideCaseTests : IAsyncLifetime
{
    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task scenario_7_a_grade_floor_withholds_the_grant_and_is_no_ground_to_refuse()
    {
        await using var desk = await CaseDesk.OpenAsync(TestTables.Statistics with { Conditions = [.. TestTables.Statistics.Conditions, new MicroCreds.Domain.Rules.RuleCondition.GradeAtLeast(7000)] });
        var c = (await desk.Madrid.SubmitCredentialAsync(desk.Request(TestCredentials.Statistics(desk.Node.Consortium, grade: "AP 5.5"), TestTables.Stat))).RecognitionCase;
        Assert.Equal(RecognitionCase.Types.State.Referred, c.State);
        Assert.Contains("near_miss", c.ReferralReasons);

        var refusal = await RpcRefusal.Expect(StatusCode.FailedPrecondition, "DECISION_INVALID", ["invariants"], async () =>
            await desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = CaseDesk.Change(c), Decision = CaseDesk.Refused(ReasonCode.Grade) }));
        Assert.Contains("grade_on_recognition_track", refusal["invariants"], StringComparison.Ordinal);
        Assert.Contains("decision.reasons[0].code", refusal.Fields);
        await desk.AssertUnchangedAsync(c);

        var decided = await desk.DecideAsync(c);
        Assert.Equal((DecisionOutcome.Full, 600, "22"), (decided.Decisions[0].Outcome, decided.Decisions[0].Lines[0].GrantedEctsCreditsHundredths, decided.Decisions[0].Lines[0].GrantedGrade));
    }

    [Fact]
    public async Task scenario_21_workload_alone_is_rejected_level_is_accepted_and_an_upheld_appeal_supersedes()
    {
        var c = await _desk.ReferredRecognitionAsync();
        var refusal = await RpcRefusal.Expect(StatusCode.FailedPrecondition, "DECISION_INVALID", ["invariants"], async () =>
            await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = CaseDesk.Change(c), Decision = CaseDesk.Refused(ReasonCode.Workload) }));
        Assert.Equal("workload_alone,substantial_difference", refusal["invariants"]);
        Assert.Equal(["decision.reasons", "decision.reasons"], refusal.Fields);
        await _desk.AssertUnchangedAsync(c);

        var refused = (await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = CaseDesk.Change(c), Decision = CaseDesk.Refused(ReasonCode.Level) })).RecognitionCase;
        Assert.Equal(DecisionOutcome.Refused, refused.Decisions.Single().Outcome);
        _desk.Node.Clock.Advance(TimeSpan.FromDays(30));
        var appealed = (await _desk.Madrid.AppealDecisionAsync(new AppealDecisionRequest { RequestId = CaseDesk.Id(), CaseId = c.CaseId, AgainstVersion = 1, Grounds = "The level is 6." })).RecognitionCase;
        Assert.Equal(RecognitionCase.Types.State.Appealed, appealed.State);
        Assert.Equal("The level is 6.", (await _desk.ReadAsync(c)).History[^1].Remarks);

        var upheld = (await _desk.Review.DecideAppealAsync(new DecideAppealRequest
        {
            Change = CaseDesk.Change(appealed), Result = DecideAppealRequest.Types.Result.Upheld, Explanation = "The applicant is right.", Decision = CaseDesk.Full(),
        })).RecognitionCase;
        Assert.Equal([(1, DecisionOutcome.Refused, false, 0), (2, DecisionOutcome.Full, true, 1)], upheld.Decisions.Select(d => (d.Version, d.Outcome, d.InEffect, d.Supersedes)));
    }

    [Fact]
    public async Task an_appeal_comes_too_late_on_the_day_after_its_period()
    {
        var c = await _desk.ReferredRecognitionAsync();
        await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = CaseDesk.Change(c), Decision = CaseDesk.Refused(ReasonCode.Level) });
        _desk.Node.Clock.MoveTo(new DateOnly(2026, 4, 2));
        var refusal = await RpcRefusal.Expect(StatusCode.FailedPrecondition, "DEADLINE_PASSED", ["deadline", "verb"], async () =>
            await _desk.Madrid.AppealDecisionAsync(new AppealDecisionRequest { RequestId = CaseDesk.Id(), CaseId = c.CaseId, AgainstVersion = 1, Grounds = "x" }));
        Assert.Equal("2026-04-01", refusal["deadline"]);
    }

    [Fact]
    public async Task keeps_a_condition_and_an_alternative_with_their_values()
    {
        var c = await _desk.ReferredAsync();
        var input = new DecisionInput
        {
            Outcome = DecisionOutcome.Conditional, GrantedEctsCreditsHundredths = 150, Condition = "Bridging task for LO4", ConditionDueDate = "2026-06-30", Statement = "Nearly.",
            Reasons = { new DecisionReason { Code = ReasonCode.LearningOutcomes, TargetOutcomes = { "LO4" }, Text = "LO4 is missing." } },
            Alternatives = { new ConsideredAlternative { Outcome = DecisionOutcome.Alternative, Unit = TestTables.Stat, Text = "Another unit." } },
        };
        var decision = (await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = CaseDesk.Change(c), Decision = input })).RecognitionCase.Decisions.Single();
        Assert.Equal((input.Outcome, input.Condition, input.ConditionDueDate, input.Statement), (decision.Outcome, decision.Condition, decision.ConditionDueDate, decision.Statement));
        Assert.Equal(input.Reasons, decision.Reasons);
        Assert.Equal(input.Alternatives, decision.Alternatives);
        Assert.Equal(150, decision.Lines.Single().GrantedEctsCreditsHundredths);
    }

    [Fact]
    public async Task validate_only_says_what_would_be_and_keeps_nothing()
    {
        var c = await _desk.ReferredAsync();
        var change = CaseDesk.Change(c, validateOnly: true);
        var would = (await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = change, Decision = CaseDesk.Full() })).RecognitionCase;
        Assert.Equal(RecognitionCase.Types.State.Decided, would.State);
        await _desk.AssertUnchangedAsync(c);
        Assert.Empty((await _desk.Officer.GetEvidenceAsync(new GetEvidenceRequest { CaseId = c.CaseId })).Statements);
        await RpcRefusal.Expect(StatusCode.FailedPrecondition, "DECISION_INVALID", ["invariants"], async () =>
            await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = change, Decision = CaseDesk.Refused(ReasonCode.Workload) }));

        // The request id was not used up.
        change.ValidateOnly = false;
        Assert.Equal(would, (await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = change, Decision = CaseDesk.Full() })).RecognitionCase);
    }

    [Fact]
    public async Task a_case_that_changed_since_it_was_read_is_refused()
    {
        var c = await _desk.ReferredAsync();
        var assigned = (await _desk.Office.AssignCaseAsync(new AssignCaseRequest { Change = CaseDesk.Change(c), Assignee = "olga" })).RecognitionCase;
        foreach (var validateOnly in new[] { true, false })
        {
            var refusal = await RpcRefusal.Expect(StatusCode.Aborted, "CONCURRENT_CHANGE", ["case_id", "etag", "current_etag"], async () =>
                await _desk.Office.DecideCaseAsync(new DecideCaseRequest { Change = CaseDesk.Change(c, validateOnly), Decision = CaseDesk.Full() }));
            Assert.Equal((c.CaseId, c.Etag, assigned.Etag), (refusal["case_id"], refusal["etag"], refusal["current_etag"]));
        }
    }

    [Fact]
    public async Task repeats_the_first_answer_and_refuses_other_content()
    {
        var c = await _desk.ReferredAsync();
        var request = new DecideCaseRequest { Change = CaseDesk.Change(c), Decision = CaseDesk.Full() };
        var first = await _desk.Office.DecideCaseAsync(request);
        Assert.Equal(first, await _desk.Office.DecideCaseAsync(request));
        request.Decision.Statement = "Other words.";
        await RpcRefusal.Expect(StatusCode.AlreadyExists, "REQUEST_ID_REUSED", ["request_id", "first_used_time"], async () => await _desk.Office.DecideCaseAsync(request));
    }

    [Fact]
    public async Task refuses_a_decided_case_and_says_where_it_is_allowed()
    {
        var decided = await _desk.DecideAsync(await _desk.ReferredAsync());
        var refusal = await RpcRefusal.Expect(StatusCode.FailedPrecondition, "CASE_STATE_CONFLICT", ["case_id", "state", "allowed_states", "verb"], () => _desk.DecideAsync(decided));
        Assert.Equal((decided.CaseId, "decided", "referred,appeal_remitted", "decide"), (refusal["case_id"], refusal["state"], refusal["allowed_states"], refusal["verb"]));
    }

    [Fact]
    public async Task names_every_wrong_field()
    {
        var refusal = await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], async () => await _desk.Office.DecideCaseAsync(new DecideCaseRequest
        {
            Change = new CaseChange { RequestId = "1", CaseId = "1", Etag = "x" },
            Decision = new DecisionInput { Unit = "no such!", GrantedEctsCreditsHundredths = 36001, Reasons = { new DecisionReason() }, Alternatives = { new ConsideredAlternative() }, ConditionDueDate = "soon", Statement = new string('x', 4001) },
        }));
        Assert.Equal(
            [
                "decision.outcome", "decision.unit", "decision.granted_ects_credits_hundredths", "decision.reasons[0].code", "decision.reasons[0].text",
                "decision.alternatives[0].outcome", "decision.alternatives[0].text", "decision.condition_due_date", "decision.statement",
                "change.request_id", "change.case_id", "change.etag",
            ],
            refusal.Fields);
        Assert.Equal(["decision", "change"], (await RpcRefusal.Of(async () => await _desk.Office.DecideCaseAsync(new DecideCaseRequest()))).Fields);
    }

    [Fact]
    public async Task checks_win_in_the_order_of_the_contract()
    {
        var decided = await _desk.DecideAsync(await _desk.ReferredAsync());
        var used = CaseDesk.Id();
        await _desk.Office.AssignCaseAsync(new AssignCaseRequest { Change = new CaseChange { RequestId = used, CaseId = decided.CaseId }, Assignee = "olga" });
        var request = new DecideCaseRequest { Change = new CaseChange { RequestId = "x", CaseId = new string('0', 32), Etag = "1" }, Decision = CaseDesk.Full() };
        Assert.Equal("UNAUTHENTICATED", await ReasonAsync(new(_desk.Node.Anonymous())));
        Assert.Equal("INVALID_REQUEST", await ReasonAsync(new(_desk.As(StaffRole.Reviewer))));
        request.Change.RequestId = used;
        Assert.Equal("PERMISSION_DENIED", await ReasonAsync(new(_desk.As(StaffRole.Reviewer))));
        Assert.Equal("REQUEST_ID_REUSED", await ReasonAsync(_desk.Office));
        request.Change.RequestId = CaseDesk.Id();
        Assert.Equal("CASE_NOT_FOUND", await ReasonAsync(_desk.Office));
        request.Change.CaseId = decided.CaseId;
        Assert.Equal("CASE_STATE_CONFLICT", await ReasonAsync(_desk.Office));

        async Task<string> ReasonAsync(AssessmentService.AssessmentServiceClient client) => (await RpcRefusal.Of(async () => await client.DecideCaseAsync(request))).Reason;
    }

    [Fact]
    public async Task tells_the_submitter_with_a_signed_statement_that_both_may_read()
    {
        var c = await _desk.DecideAsync(await _desk.ReferredAsync());
        var evidence = (await _desk.Volunteers.GetEvidenceAsync(new GetEvidenceRequest { CaseId = c.CaseId })).Statements.Single();
        Assert.Equal(("uni-roma.example", "voluntariado.example", 1, 1L), (evidence.Issuer, evidence.Audience, evidence.Epoch, evidence.Sequence));
        Assert.Equal(MicroCreds.Domain.Identifiers.Sha256Digest.Of(evidence.Statement.Jws.Span).Value, evidence.Digest);
        Assert.Equal([evidence], (await _desk.Officer.GetEvidenceAsync(new GetEvidenceRequest { CaseId = c.CaseId })).Statements);
    }
}
