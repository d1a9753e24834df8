using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Recognition;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Assessment;

/// <summary>The officer's verbs. Every one is for staff of an institution hosted here, with the role the contract names.</summary>
internal sealed class AssessmentService(Hosting hosting, CaseChanges changes, SeveralCases several, CaseRulesReader rules, CaseFiles files, RuleTrial trials, TimeProvider clock) : Wire.AssessmentService.AssessmentServiceBase
{
    private static readonly StaffRole[] Handlers = [StaffRole.Officer, StaffRole.Reviewer];
    private static readonly StaffRole[] Readers = [StaffRole.Officer, StaffRole.Reviewer, StaffRole.Auditor];
    private static readonly StaffRole[] Deciders = [StaffRole.Officer];
    private static readonly StaffRole[] Trying = [StaffRole.Officer, StaffRole.Administrator];
    private static readonly StaffRole[] Judges = [StaffRole.Reviewer];

    /// <inheritdoc/>
    public override async Task<Wire.AssignCaseResponse> AssignCase(Wire.AssignCaseRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var command = OfficerRequests.ToAssign(request, hosting);
        return new() { RecognitionCase = await RunAsync(command, Handlers, request, context, m => CaseTransitions.Assign(m.Case, request.Assignee, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.RequestInformationResponse> RequestInformation(Wire.RequestInformationRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var (command, asked) = OfficerRequests.ToRequestInformation(request, hosting);
        return new() { RecognitionCase = await RunAsync(command, Handlers, request, context, m => CaseTransitions.RequestInformation(m.Case, asked, m.Rules.Policy, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.RecordCheckResponse> RecordCheck(Wire.RecordCheckRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var (command, check) = OfficerRequests.ToRecordCheck(request, hosting);
        return new() { RecognitionCase = await RunAsync(command, Handlers, request, context, m => CaseTransitions.RecordCheck(m.Case, check, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.VerifyCaseResponse> VerifyCase(Wire.VerifyCaseRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var command = OfficerRequests.ToVerify(request, hosting);
        var institution = hosting.Find(command.Institution) ?? throw Hosting.Unknown(command.Institution.Value).ToRpcException();
        caller.RequireStaff(institution, Handlers);
        // A case that is not there is refused with the verb, after what the request id says.
        var reports = await institution.Cases.FindAsync(command.Case, context.CancellationToken) is not { } found ? []
            : await files.VerifyAsync(institution, found, clock.GetUtcNow(), context.CancellationToken) ?? throw new InvalidDataException($"A file of case {command.Case} is missing.");
        return new()
        {
            RecognitionCase = await RunAsync(command, Handlers, request, context, m => CaseVerbs.AllowedIn(CaseVerb.MarkReviewDue).Contains(m.Case.State)
                ? CaseTransitions.NoteStatus(m.Case, reports, m.Actor, m.Now)
                : CaseTransitions.VerifyAgain(m.Case, reports, c => m.Rules.Assess(c, m.Ledger), m.Rules.Book, m.Ledger, m.Rules.Policy, m.Actor, m.Now)),
        };
    }

    /// <inheritdoc/>
    public override async Task<Wire.AssessCaseResponse> AssessCase(Wire.AssessCaseRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var (organisation, id, unit) = OfficerRequests.ToAssess(request, hosting);
        var institution = hosting.Find(organisation) ?? throw Hosting.Unknown(organisation.Value).ToRpcException();
        caller.RequireStaff(institution, Readers);

        var found = await institution.Cases.FindAsync(id, context.CancellationToken) ?? throw CaseAccess.NotFound(id).ToRpcException();
        var law = await rules.ForAsync(institution, found, context.CancellationToken);
        if (unit is not null && law.Published.Find(unit) is null)
            throw Problem.Of(ProblemCode.TargetUnitNotFound, $"Unit '{unit}' is not published here; list the tables to see the units.", ("target_unit", unit.Value)).ToRpcException();
        var ledger = await institution.Cases.LedgerAsync(found.Application.Learner, context.CancellationToken);
        var assessed = found with { Assessment = law.Assess(found, ledger, unit) };
        return new() { RecognitionCase = CaseMapping.ToWire(assessed, institution, CaseRules.BookOf(law.Published), caller, RecognitionClock.DayOf(clock.GetUtcNow())) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.TryRulesResponse> TryRules(Wire.TryRulesRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var trial = RuleTrialMapping.ToTrial(request, RecognitionClock.DayOf(clock.GetUtcNow()));
        if (hosting.Resolve(request.Institution).Failed(out var problem, out var institution)) throw problem.ToRpcException();
        caller.RequireStaff(institution, Trying);
        if ((await trials.AssessAsync(institution, trial, context.CancellationToken)).Failed(out problem, out var assessment)) throw problem.ToRpcException();
        return new() { Assessment = AssessmentMapping.ToWire(assessment, _ => true) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.DecideCaseResponse> DecideCase(Wire.DecideCaseRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var (command, decision) = OfficerRequests.ToDecide(request, hosting);
        return new() { RecognitionCase = await RunAsync(command, Deciders, request, context, m => m.Together.IsEmpty
            ? CaseTransitions.Decide(m.Case, decision, m.Rules.Book, m.Ledger, m.Rules.Policy, m.Actor, m.Now)
            : CaseTransitions.DecideReplacing(
                m.Case, m.Together, decision, (c, ledger) => m.Rules.Assess(c, ledger), CaseRules.BookOf(m.Rules.Published), m.Ledger, m.Rules.Policy, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.DecideCasesResponse> DecideCases(Wire.DecideCasesRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var (commands, decision) = SeveralRequests.ToDecide(request, hosting);
        var answers = await several.RunAsync(commands, Deciders, context, one => About(request.Clone(), r => r.Cases, one), m => decision is null
            ? CaseTransitions.DecideAsProposed(m.Case, request.Statement, m.Rules.Book, m.Ledger, m.Rules.Policy, m.Actor, m.Now)
            : CaseTransitions.Decide(m.Case, decision, m.Rules.Book, m.Ledger, m.Rules.Policy, m.Actor, m.Now));
        return new() { Answers = { answers } };
    }

    /// <inheritdoc/>
    public override async Task<Wire.AssignCasesResponse> AssignCases(Wire.AssignCasesRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var commands = SeveralRequests.ToAssign(request, hosting);
        var answers = await several.RunAsync(commands, Handlers, context, one => About(request.Clone(), r => r.Cases, one), m => CaseTransitions.Assign(m.Case, request.Assignee, m.Actor, m.Now));
        return new() { Answers = { answers } };
    }

    /// <inheritdoc/>
    public override async Task<Wire.ApproveDecisionResponse> ApproveDecision(Wire.ApproveDecisionRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var command = OfficerRequests.ToApprove(request, hosting);
        var institution = hosting.Find(command.Institution) ?? throw Hosting.Unknown(command.Institution.Value).ToRpcException();
        caller.RequireStaff(institution, Deciders);
        // The cases it replaces are read with it; that they are still those of the proposal is judged inside the transaction.
        var proposed = (await institution.Cases.FindAsync(command.Case, context.CancellationToken))?.Proposed;
        return new() { RecognitionCase = await RunAsync(command with { Together = proposed?.Decision.Replaces ?? [] }, Deciders, request, context, m => CaseTransitions.ApproveDecision(
            m.Case, m.Together, m.Rules.Book, m.Ledger, m.Rules.Policy, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.SendBackDecisionResponse> SendBackDecision(Wire.SendBackDecisionRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var command = OfficerRequests.ToSendBack(request, hosting);
        return new() { RecognitionCase = await RunAsync(command, Deciders, request, context, m => CaseTransitions.SendBackDecision(m.Case, request.Reason, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.DeclareInadmissibleResponse> DeclareInadmissible(Wire.DeclareInadmissibleRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var command = OfficerRequests.ToDeclareInadmissible(request, hosting);
        return new() { RecognitionCase = await RunAsync(command, Deciders, request, context, m => CaseTransitions.DeclareInadmissible(m.Case, request.Ground, request.Advice, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.FailAuthenticityResponse> FailAuthenticity(Wire.FailAuthenticityRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var command = OfficerRequests.ToFailAuthenticity(request, hosting);
        return new() { RecognitionCase = await RunAsync(command, Deciders, request, context, m => CaseTransitions.FailAuthenticity(m.Case, request.Ground, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.SupersedeDecisionResponse> SupersedeDecision(Wire.SupersedeDecisionRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var (command, decision) = OfficerRequests.ToSupersede(request, hosting);
        return new() { RecognitionCase = await RunAsync(command, Deciders, request, context, m => CaseTransitions.Supersede(m.Case, decision, m.Rules.Book, m.Ledger, m.Rules.Policy, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.RevokeDecisionResponse> RevokeDecision(Wire.RevokeDecisionRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var (command, effectiveOn) = OfficerRequests.ToRevoke(request, hosting);
        return new() { RecognitionCase = await RunAsync(command, Deciders, request, context, m => CaseTransitions.Revoke(m.Case, request.Ground, effectiveOn, m.Rules.Policy, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.AnnounceDelayResponse> AnnounceDelay(Wire.AnnounceDelayRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var (command, dueOn) = OfficerRequests.ToAnnounceDelay(request, hosting);
        return new() { RecognitionCase = await RunAsync(command, Deciders, request, context, m => CaseTransitions.AnnounceDelay(m.Case, request.Reason, dueOn, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.ReportConditionResponse> ReportCondition(Wire.ReportConditionRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var command = OfficerRequests.ToReportCondition(request, hosting);
        return new() { RecognitionCase = await RunAsync(command, Deciders, request, context, m => CaseTransitions.ReportCondition(m.Case, request.Met, request.Evidence, m.Actor, m.Now)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.DecideAppealResponse> DecideAppeal(Wire.DecideAppealRequest request, ServerCallContext context)
    {
        SignedIn(context);
        var (command, result, decision) = OfficerRequests.ToDecideAppeal(request, hosting);
        return new()
        {
            RecognitionCase = await RunAsync(command, Judges, request, context, m => CaseTransitions.DecideAppeal(
                m.Case, result, request.Explanation, decision, m.Rules.Book, m.Ledger, m.Rules.Policy, m.Actor, m.Now)),
        };
    }

    /// <summary>A request about several cases as one about a single of them: what the change to that one is known by.</summary>
    private static TRequest About<TRequest>(TRequest request, Func<TRequest, RepeatedField<Wire.CaseChoice>> cases, CaseCommand one)
    {
        var choice = cases(request).First(c => c.CaseId == one.Case.Value);
        cases(request).Clear();
        cases(request).Add(choice);
        return request;
    }

    private static Caller SignedIn(ServerCallContext context)
    {
        var caller = Caller.From(context);
        caller.RequireSignedIn();
        return caller;
    }

    private async Task<Wire.RecognitionCase> RunAsync(
        CaseCommand command, StaffRole[] roles, IMessage request, ServerCallContext context, Func<CaseMoment, Result<CaseTransition>> verb)
    {
        var institution = hosting.Find(command.Institution) ?? throw Hosting.Unknown(command.Institution.Value).ToRpcException();
        var caller = Caller.From(context).RequireStaff(institution, roles);
        return await changes.RunAsync(institution, caller, command, ChangeRequests.Of(caller, context, command.Request, request), verb, context.CancellationToken);
    }
}
