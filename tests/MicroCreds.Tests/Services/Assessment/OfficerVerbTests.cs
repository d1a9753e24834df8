using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Assessment;

/// <summary>The verbs of handling a case, each with its effect and its refusals.</summary>
public sealed class OfficerVerbTests : IAsyncLifetime
{
    private CaseDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CaseDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task assigns_and_takes_back()
    {
        var c = await _desk.ReferredAsync();
        var assigned = (await _desk.Review.AssignCaseAsync(new AssignCaseRequest { Change = CaseDesk.Change(c), Assignee = "olga" })).RecognitionCase;
        Assert.Equal("olga", assigned.Assignee);
        Assert.Equal("", (await _desk.Office.AssignCaseAsync(new AssignCaseRequest { Change = CaseDesk.Change(assigned) })).RecognitionCase.Assignee);
    }

    [Fact]
    public async Task asks_for_information_and_goes_on_when_it_came()
    {
        var c = await _desk.ReferredAsync();
        var asked = (await _desk.Office.RequestInformationAsync(new RequestInformationRequest
        {
            Change = CaseDesk.Change(c), Items = { new InformationItem { Code = "M9", Text = "How was it assessed?" }, new InformationItem { Code = "M10", Text = "Where?" } }, DueDate = "2026-03-31",
        })).RecognitionCase;
        Assert.Equal((RecognitionCase.Types.State.Incomplete, "2026-03-31", ""), (asked.State, asked.InformationDueDate, asked.DueDate));

        _desk.Node.Clock.MoveTo(new DateOnly(2026, 3, 20));
        var half = await AnswerAsync("M9", "By portfolio.");
        Assert.Equal((RecognitionCase.Types.State.Incomplete, "M10"), (half.State, half.Outstanding.Single().Code));
        var whole = await AnswerAsync("M10", "On site.");
        Assert.Equal((RecognitionCase.Types.State.Referred, "2026-07-20"), (whole.State, whole.DueDate));
        Assert.Equal("M9: By portfolio.", (await _desk.ReadAsync(c)).History.First(h => h.Event == "information_provided").Remarks);

        async Task<RecognitionCase> AnswerAsync(string code, string text) => (await _desk.Volunteers.ProvideInformationAsync(new ProvideInformationRequest
        {
            RequestId = CaseDesk.Id(), CaseId = c.CaseId, Answers = { new InformationAnswer { Code = code, Text = text } },
        })).RecognitionCase;
    }

    [Fact]
    public async Task an_issuer_that_is_asked_hears_it_signed_and_nothing_of_the_learner()
    {
        var c = await _desk.ReferredAsync();
        await _desk.Office.RequestInformationAsync(new RequestInformationRequest
        {
            Change = CaseDesk.Change(c), Items = { new InformationItem { Code = "M9", Text = "Please state the type of assessment." } }, AskedOf = "issuer", DueDate = "2026-03-31",
        });
        var evidence = (await _desk.Volunteers.GetEvidenceAsync(new GetEvidenceRequest { CaseId = c.CaseId })).Statements.Single();
        Assert.Equal(("uni-roma.example", "voluntariado.example"), (evidence.Issuer, evidence.Audience));
        var payload = System.Text.Json.Nodes.JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(System.Text.Encoding.ASCII.GetString(evidence.Statement.Jws.Span).Split('.')[1]))!;
        Assert.Equal(("information-requested", "information_requested", "2026-03-31", "M9"), ((string?)payload["kind"], (string?)payload["outcome"], (string?)payload["due_on"], (string?)payload["missing"]![0]));
        var said = evidence.Statement.Disclosures.Select(d => System.Text.Json.Nodes.JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(d))!).ToDictionary(d => (string)d[1]!, d => (string)d[2]!);
        Assert.Equal(["credential_ids", "credentials", "questions"], said.Keys.Order());
        Assert.Equal((c.Verifications[0].CredentialDigest, c.Verifications[0].CredentialId, "M9: Please state the type of assessment."), (said["credentials"], said["credential_ids"], said["questions"]));
        var everything = payload.ToJsonString() + string.Join(' ', said.Values);
        foreach (var personal in new[] { "García", "ana", "2003-05-17", "esi" }) Assert.DoesNotContain(personal, everything, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task an_applicant_that_is_asked_gets_no_statement()
    {
        var c = await _desk.ReferredAsync();
        await _desk.Office.RequestInformationAsync(new RequestInformationRequest { Change = CaseDesk.Change(c), Items = { new InformationItem { Code = "M9", Text = "How?" } }, DueDate = "2026-03-31" });
        Assert.Empty((await _desk.Volunteers.GetEvidenceAsync(new GetEvidenceRequest { CaseId = c.CaseId })).Statements);
    }

    [Fact]
    public async Task an_issuer_that_did_not_submit_hears_it_too()
    {
        var c = (await _desk.Officer.SubmitCredentialAsync(_desk.Request(TestCredentials.Volunteering(_desk.Node.Consortium), TestTables.Activities))).RecognitionCase;
        await _desk.Office.RequestInformationAsync(new RequestInformationRequest { Change = CaseDesk.Change(c), Items = { new InformationItem { Code = "M9", Text = "How?" } }, AskedOf = "issuer", DueDate = "2026-03-31" });
        Assert.Single((await _desk.Volunteers.GetEvidenceAsync(new GetEvidenceRequest { CaseId = c.CaseId })).Statements);
        await RpcRefusal.Expect(StatusCode.NotFound, "CASE_NOT_FOUND", ["case_id"], async () => await _desk.Volunteers.GetCaseAsync(new GetCaseRequest { CaseId = c.CaseId }));
    }

    [Fact]
    public async Task an_answer_to_what_was_not_asked_is_refused_and_so_is_one_to_nothing()
    {
        var incomplete = await _desk.IncompleteAsync();
        Assert.Equal("WORKLOAD_CREDIT_MISMATCH", incomplete.Outstanding.Single().Code);
        var request = new ProvideInformationRequest { RequestId = CaseDesk.Id(), CaseId = incomplete.CaseId, Answers = { new InformationAnswer { Code = "M1", Text = "x" } } };
        Assert.Equal(["answers[0]"], (await RpcRefusal.Expect(StatusCode.InvalidArgument, "INVALID_REQUEST", ["fields"], async () => await _desk.Volunteers.ProvideInformationAsync(request))).Fields);
        request.CaseId = (await _desk.ReferredAsync("eva")).CaseId;
        await RpcRefusal.Expect(StatusCode.FailedPrecondition, "CASE_STATE_CONFLICT", ["case_id", "state", "allowed_states", "verb"], async () => await _desk.Volunteers.ProvideInformationAsync(request));
        request.Answers.Clear();
        Assert.Equal(["answers"], (await RpcRefusal.Of(async () => await _desk.Volunteers.ProvideInformationAsync(request))).Fields);
    }

    [Fact]
    public async Task records_a_check_by_hand_beside_those_of_the_machine()
    {
        var c = await _desk.ReferredAsync();
        var checkedCase = (await _desk.Office.RecordCheckAsync(new RecordCheckRequest { Change = CaseDesk.Change(c), Kind = "owner", Passed = false, Evidence = "The document names another person." })).RecognitionCase;
        var check = checkedCase.Verifications.Single().Checks[^1];
        Assert.Equal(("owner", VerificationCheck.Types.Result.Error, "implausible", "checked by hand"), (check.Kind, check.Result, check.ReasonClass, check.Source));
        Assert.Equal(["kind", "evidence"], (await RpcRefusal.Of(async () => await _desk.Office.RecordCheckAsync(new RecordCheckRequest { Change = CaseDesk.Change(c), Kind = "smell" }))).Fields);
    }

    [Fact]
    public async Task assesses_without_changing_the_case_also_for_another_unit()
    {
        var c = await _desk.ReferredRecognitionAsync();
        Assert.Equal("", c.Assessment.RuleId);
        var auditor = new AssessmentService.AssessmentServiceClient(_desk.As(StaffRole.Auditor));
        var fresh = (await auditor.AssessCaseAsync(new AssessCaseRequest { CaseId = c.CaseId, Unit = TestTables.Stat })).RecognitionCase;
        Assert.Equal(("MAD-STAT", Federation.V1.Assessment.Types.Proposal.GrantAutomatically), (fresh.Assessment.RuleId, fresh.Assessment.Proposal));
        Assert.Equal(c.Assessment.AssessmentDigest, (await auditor.AssessCaseAsync(new AssessCaseRequest { CaseId = c.CaseId })).RecognitionCase.Assessment.AssessmentDigest);
        await _desk.AssertUnchangedAsync(c);
        var refusal = await RpcRefusal.Expect(StatusCode.NotFound, "TARGET_UNIT_NOT_FOUND", ["target_unit"], async () => await auditor.AssessCaseAsync(new AssessCaseRequest { CaseId = c.CaseId, Unit = "NOWHERE" }));
        Assert.Equal("NOWHERE", refusal["target_unit"]);
        await RpcRefusal.Expect(StatusCode.NotFound, "CASE_NOT_FOUND", ["case_id"], async () => await auditor.AssessCaseAsync(new AssessCaseRequest { CaseId = new string('0', 32) }));
    }

    [Fact]
    public async Task declares_inadmissible_with_advice_and_says_so_to_the_submitter()
    {
        var c = await _desk.ReferredAsync();
        var closed = (await _desk.Office.DeclareInadmissibleAsync(new DeclareInadmissibleRequest { Change = CaseDesk.Change(c), Ground = "Attendance only.", Advice = "Show a portfolio." })).RecognitionCase;
        Assert.Equal(RecognitionCase.Types.State.Inadmissible, closed.State);
        var seen = (await _desk.Volunteers.GetCaseAsync(new GetCaseRequest { CaseId = c.CaseId })).RecognitionCase;
        Assert.Equal("Attendance only.\nShow a portfolio.", seen.History[^1].Remarks);
        Assert.Equal(["ground", "advice"], (await RpcRefusal.Of(async () => await _desk.Office.DeclareInadmissibleAsync(new DeclareInadmissibleRequest { Change = CaseDesk.Change(c) }))).Fields);
    }

    [Fact]
    public async Task finds_a_credential_not_authentic_and_says_so_to_the_submitter()
    {
        var c = await _desk.ReferredAsync();
        var closed = (await _desk.Office.FailAuthenticityAsync(new FailAuthenticityRequest { Change = CaseDesk.Change(c), Ground = "The issuer denies it." })).RecognitionCase;
        Assert.Equal((RecognitionCase.Types.State.AuthenticityFailed, 0), (closed.State, closed.Decisions.Count));
        var seen = (await _desk.Volunteers.GetCaseAsync(new GetCaseRequest { CaseId = c.CaseId })).RecognitionCase;
        Assert.Equal("The issuer denies it.", seen.History[^1].Remarks);
        Assert.Single((await _desk.Volunteers.GetEvidenceAsync(new GetEvidenceRequest { CaseId = c.CaseId })).Statements);
        Assert.Equal(["ground"], (await RpcRefusal.Of(async () => await _desk.Office.FailAuthenticityAsync(new FailAuthenticityRequest { Change = CaseDesk.Change(c) }))).Fields);

        var granted = await _desk.GrantedAsync();
        await RpcRefusal.Expect(StatusCode.FailedPrecondition, "CASE_STATE_CONFLICT", ["case_id", "state", "allowed_states", "verb"], async () =>
            await _desk.Office.FailAuthenticityAsync(new FailAuthenticityRequest { Change = CaseDesk.Change(granted), Ground = "Too late." }));
    }

    [Fact]
    public async Task an_answer_about_hours_goes_to_an_officer_with_the_credits_as_claimed()
    {
        var c = await _desk.IncompleteAsync();
        var answered = (await _desk.Volunteers.ProvideInformationAsync(new ProvideInformationRequest
        {
            RequestId = CaseDesk.Id(), CaseId = c.CaseId, Answers = { new InformationAnswer { Code = "WORKLOAD_CREDIT_MISMATCH", Text = "35 hours at home are missing." } },
        })).RecognitionCase;
        Assert.Equal(RecognitionCase.Types.State.Referred, answered.State);
        Assert.Contains("information_answered", answered.ReferralReasons);
        Assert.DoesNotContain(answered.Assessment.Explanation, s => s.Contains("not supplied", StringComparison.Ordinal));
        Assert.Equal(300, answered.Assessment.GrantedEctsCreditsHundredths);
    }

    [Fact]
    public async Task no_rule_grants_what_an_officer_asked_about()
    {
        var c = await _desk.ReferredRecognitionAsync();
        await _desk.Office.RequestInformationAsync(new RequestInformationRequest { Change = CaseDesk.Change(c), Items = { new InformationItem { Code = "OTHER", Text = "Is it the same course?" } }, DueDate = "2026-03-31" });
        await _desk.Node.Institution.PublishAsync(TestTables.Statistics with
        {
            Id = MicroCreds.Domain.Identifiers.RuleId.Parse("MAD-ALTRE"), Target = MicroCreds.Domain.Identifiers.UnitCode.Parse(TestTables.Activities), Grade = MicroCreds.Domain.Rules.GradeTreatment.Ungraded,
        });
        var answered = (await _desk.Madrid.ProvideInformationAsync(new ProvideInformationRequest { RequestId = CaseDesk.Id(), CaseId = c.CaseId, Answers = { new InformationAnswer { Code = "OTHER", Text = "Yes." } } })).RecognitionCase;
        Assert.Equal((RecognitionCase.Types.State.Referred, "MAD-ALTRE"), (answered.State, answered.Assessment.RuleId));
    }

    [Fact]
    public async Task supersedes_revokes_and_lets_the_credits_go()
    {
        var granted = await _desk.GrantedAsync();
        var superseded = (await _desk.Office.SupersedeDecisionAsync(new SupersedeDecisionRequest
        {
            Change = CaseDesk.Change(granted),
            Decision = new DecisionInput
            {
                Outcome = DecisionOutcome.Partial, GrantedEctsCreditsHundredths = 300, Statement = "Half of it was counted elsewhere.",
                Reasons = { new DecisionReason { Code = ReasonCode.AlreadyCounted, Text = "Counted." } }, Alternatives = { new ConsideredAlternative { Outcome = DecisionOutcome.Alternative, Text = "The supplement." } },
            },
        })).RecognitionCase;
        Assert.Equal([(1, false), (2, true)], superseded.Decisions.Select(d => (d.Version, d.InEffect)));
        var revoked = (await _desk.Office.RevokeDecisionAsync(new RevokeDecisionRequest { Change = CaseDesk.Change(superseded), Ground = "The issuer revoked it.", EffectiveDate = "2026-03-02" })).RecognitionCase;
        Assert.Equal((RecognitionCase.Types.State.Revoked, false), (revoked.State, revoked.Decisions.Any(d => d.InEffect)));
        Assert.Equal(3, (await _desk.Madrid.GetEvidenceAsync(new GetEvidenceRequest { CaseId = granted.CaseId })).Statements.Count);
        Assert.Equal(["ground", "effective_date"], (await RpcRefusal.Of(async () => await _desk.Office.RevokeDecisionAsync(new RevokeDecisionRequest { Change = CaseDesk.Change(revoked) }))).Fields);
    }

    [Fact]
    public async Task scenario_20_announces_a_delay_before_the_day_and_without_it_an_appeal_opens()
    {
        var c = await _desk.ReferredAsync();
        var silent = await _desk.ReferredAsync("eva");
        _desk.Node.Clock.MoveTo(new DateOnly(2026, 6, 25));
        var delayed = (await _desk.Office.AnnounceDelayAsync(new AnnounceDelayRequest { Change = CaseDesk.Change(c), Reason = "The board meets in July.", DueDate = "2026-07-30" })).RecognitionCase;
        Assert.Equal("2026-07-30", delayed.DueDate);
        Assert.Equal("The board meets in July.", delayed.History[^1].Remarks);

        var appeal = new AppealDecisionRequest { RequestId = CaseDesk.Id(), CaseId = silent.CaseId, Grounds = "No answer." };
        var early = await RpcRefusal.Expect(StatusCode.FailedPrecondition, "CASE_STATE_CONFLICT", ["case_id", "state", "allowed_states", "verb", "due_date"], async () => await _desk.Volunteers.AppealDecisionAsync(appeal));
        Assert.Equal("2026-07-02", early["due_date"]);
        _desk.Node.Clock.MoveTo(new DateOnly(2026, 7, 3));
        Assert.False((await _desk.ReadAsync(c)).Overdue);
        Assert.True((await _desk.ReadAsync(silent)).Overdue);
        var late = await RpcRefusal.Expect(StatusCode.FailedPrecondition, "DEADLINE_PASSED", ["deadline", "verb"], async () =>
            await _desk.Office.AnnounceDelayAsync(new AnnounceDelayRequest { Change = CaseDesk.Change(silent), Reason = "Late.", DueDate = "2026-08-01" }));
        Assert.Equal("2026-07-02", late["deadline"]);
        Assert.Equal(RecognitionCase.Types.State.Appealed, (await _desk.Volunteers.AppealDecisionAsync(appeal)).RecognitionCase.State);
    }

    [Theory]
    [InlineData(true, RecognitionCase.Types.State.ConditionMet)]
    [InlineData(false, RecognitionCase.Types.State.ConditionFailed)]
    public async Task reports_whether_a_condition_was_met(bool met, RecognitionCase.Types.State state)
    {
        var c = await _desk.ReferredAsync();
        var decided = (await _desk.Office.DecideCaseAsync(new DecideCaseRequest
        {
            Change = CaseDesk.Change(c),
            Decision = new DecisionInput
            {
                Outcome = DecisionOutcome.Conditional, Condition = "Bridging task", Reasons = { new DecisionReason { Code = ReasonCode.InsufficientEvidence, Text = "One part." } },
                Alternatives = { new ConsideredAlternative { Outcome = DecisionOutcome.Partial, Text = "Part." } },
            },
        })).RecognitionCase;
        Assert.Equal(state, (await _desk.Office.ReportConditionAsync(new ReportConditionRequest { Change = CaseDesk.Change(decided), Met = met, Evidence = "The task." })).RecognitionCase.State);
    }

    [Theory]
    [InlineData(DecideAppealRequest.Types.Result.Dismissed, RecognitionCase.Types.State.AppealDismissed)]
    [InlineData(DecideAppealRequest.Types.Result.Remitted, RecognitionCase.Types.State.AppealRemitted)]
    public async Task decides_an_appeal(DecideAppealRequest.Types.Result result, RecognitionCase.Types.State state)
    {
        var granted = await _desk.GrantedAsync();
        var appealed = (await _desk.Madrid.AppealDecisionAsync(new AppealDecisionRequest { RequestId = CaseDesk.Id(), CaseId = granted.CaseId, AgainstVersion = 1, Grounds = "The grade." })).RecognitionCase;
        var request = new DecideAppealRequest { Change = CaseDesk.Change(appealed), Result = result, Explanation = "Heard." };
        var refusal = await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], async () => await _desk.Office.DecideAppealAsync(request));
        Assert.Equal("reviewer", refusal["role_needed"]);
        Assert.Equal(state, (await _desk.Review.DecideAppealAsync(request)).RecognitionCase.State);
        request = new DecideAppealRequest { Change = CaseDesk.Change(appealed), Explanation = "x", Result = DecideAppealRequest.Types.Result.Upheld };
        Assert.Equal(["decision"], (await RpcRefusal.Of(async () => await _desk.Review.DecideAppealAsync(request))).Fields);
    }

    [Fact]
    public async Task withdraws_before_a_decision_and_not_after()
    {
        var c = await _desk.ReferredAsync();
        var withdrawn = (await _desk.Volunteers.WithdrawCaseAsync(new WithdrawCaseRequest { RequestId = CaseDesk.Id(), CaseId = c.CaseId, Ground = "Changed plans." })).RecognitionCase;
        Assert.Equal(RecognitionCase.Types.State.Withdrawn, withdrawn.State);
        var granted = await _desk.GrantedAsync();
        var refusal = await RpcRefusal.Expect(StatusCode.FailedPrecondition, "CASE_STATE_CONFLICT", ["case_id", "state", "allowed_states", "verb"], async () =>
            await _desk.Madrid.WithdrawCaseAsync(new WithdrawCaseRequest { RequestId = CaseDesk.Id(), CaseId = granted.CaseId }));
        Assert.Equal(("decided", "withdraw"), (refusal["state"], refusal["verb"]));
    }

    [Fact]
    public async Task a_partner_may_use_no_verb_of_an_officer_and_a_role_is_needed_for_each()
    {
        var c = await _desk.ReferredAsync();
        var change = CaseDesk.Change(c);
        var calls = new (string Role, Func<AssessmentService.AssessmentServiceClient, Task> Call)[]
        {
            ("officer|reviewer", x => x.AssignCaseAsync(new AssignCaseRequest { Change = change }).ResponseAsync),
            ("officer|reviewer", x => x.RequestInformationAsync(new RequestInformationRequest { Change = change, Items = { new InformationItem { Code = "M1", Text = "?" } }, DueDate = "2026-04-01" }).ResponseAsync),
            ("officer|reviewer", x => x.RecordCheckAsync(new RecordCheckRequest { Change = change, Kind = "owner", Evidence = "x" }).ResponseAsync),
            ("officer|reviewer|auditor", x => x.AssessCaseAsync(new AssessCaseRequest { CaseId = c.CaseId }).ResponseAsync),
            ("officer", x => x.DecideCaseAsync(new DecideCaseRequest { Change = change, Decision = CaseDesk.Full() }).ResponseAsync),
            ("officer", x => x.DeclareInadmissibleAsync(new DeclareInadmissibleRequest { Change = change, Ground = "x", Advice = "x" }).ResponseAsync),
            ("officer", x => x.FailAuthenticityAsync(new FailAuthenticityRequest { Change = change, Ground = "x" }).ResponseAsync),
            ("officer", x => x.SupersedeDecisionAsync(new SupersedeDecisionRequest { Change = change, Decision = CaseDesk.Full() }).ResponseAsync),
            ("officer", x => x.RevokeDecisionAsync(new RevokeDecisionRequest { Change = change, Ground = "x", EffectiveDate = "2026-04-01" }).ResponseAsync),
            ("officer", x => x.AnnounceDelayAsync(new AnnounceDelayRequest { Change = change, Reason = "x", DueDate = "2026-08-01" }).ResponseAsync),
            ("officer", x => x.ReportConditionAsync(new ReportConditionRequest { Change = change, Evidence = "x" }).ResponseAsync),
            ("reviewer", x => x.DecideAppealAsync(new DecideAppealRequest { Change = change, Result = DecideAppealRequest.Types.Result.Dismissed, Explanation = "x" }).ResponseAsync),
        };
        foreach (var (role, call) in calls)
        {
            var partner = await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], () => call(new(_desk.Node.Partner(TestConsortium.Voluntariado))));
            Assert.Equal("staff", partner["role_needed"]);
            var integrator = await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], () => call(new(_desk.As(StaffRole.Integrator, StaffRole.Administrator, StaffRole.Coordinator))));
            Assert.Equal(role, integrator["role_needed"]);
            await RpcRefusal.Expect(StatusCode.Unauthenticated, "UNAUTHENTICATED", [], () => call(new(_desk.Node.Anonymous())));
        }

        await _desk.AssertUnchangedAsync(c);
    }
}
