using Grpc.Core;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Console;

internal sealed class FakeRecognition(FakeNode node) : RecognitionService.RecognitionServiceBase
{
    public override Task<ListCasesResponse> ListCases(ListCasesRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        var answer = new ListCasesResponse { NextPageToken = request.PageToken.Length == 0 ? node.NextPageToken : "" };
        answer.Cases.AddRange(node.Listed.Where(c => request.States.Contains(c.State)
            && (request.Assignee.Length == 0 || c.Assignee == (request.Assignee == "-" ? "" : request.Assignee))
            && (request.Programme.Length == 0 || c.Target.Programme == request.Programme)));
        return Task.FromResult(answer);
    }

    public override Task<GetCaseResponse> GetCase(GetCaseRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new GetCaseResponse { RecognitionCase = node.Find(request.CaseId) });
    }

    public override Task<GetEvidenceResponse> GetEvidence(GetEvidenceRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        node.Find(request.CaseId);
        return Task.FromResult(new GetEvidenceResponse { Statements = { node.Evidence } });
    }

    public override Task<ExportDecisionResponse> ExportDecision(ExportDecisionRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        node.Find(request.CaseId);
        return Task.FromResult(new ExportDecisionResponse { Content = Google.Protobuf.ByteString.CopyFromUtf8("file"), MediaType = "application/xml", FileName = "x-v1\".elmo.xml", Version = 1 });
    }
}

internal sealed class FakeAssessment(FakeNode node) : AssessmentService.AssessmentServiceBase
{
    public override Task<AssignCaseResponse> AssignCase(AssignCaseRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        var changed = node.Act(request.Change);
        changed.Assignee = request.Assignee;
        return Task.FromResult(new AssignCaseResponse { RecognitionCase = changed });
    }

    public override Task<RequestInformationResponse> RequestInformation(RequestInformationRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new RequestInformationResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<RecordCheckResponse> RecordCheck(RecordCheckRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new RecordCheckResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<VerifyCaseResponse> VerifyCase(VerifyCaseRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new VerifyCaseResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<AnnounceDelayResponse> AnnounceDelay(AnnounceDelayRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new AnnounceDelayResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<DecideCaseResponse> DecideCase(DecideCaseRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new DecideCaseResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<DecideCasesResponse> DecideCases(DecideCasesRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new DecideCasesResponse { Answers = { request.Cases.Select(c => Answer(c, new() { Etag = "6", State = RecognitionCase.Types.State.Decided, Decision = Samples.DecidedCase().Decisions[0] })) } });
    }

    public override Task<AssignCasesResponse> AssignCases(AssignCasesRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new AssignCasesResponse { Answers = { request.Cases.Select(c => Answer(c, new() { Etag = "6", State = RecognitionCase.Types.State.Referred })) } });
    }

    private CaseAnswer Answer(CaseChoice choice, ChangedCase changed) => node.Cases.ContainsKey(choice.CaseId)
        ? new() { CaseId = choice.CaseId, ChangedCase = changed }
        : new() { CaseId = choice.CaseId, Refusal = new() { Code = (int)StatusCode.NotFound, Message = "There is no such case." } };

    public override Task<ApproveDecisionResponse> ApproveDecision(ApproveDecisionRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new ApproveDecisionResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<SendBackDecisionResponse> SendBackDecision(SendBackDecisionRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new SendBackDecisionResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<TryRulesResponse> TryRules(TryRulesRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        node.RefuseOnce();
        return Task.FromResult(new TryRulesResponse { Assessment = Samples.Assessed() });
    }

    public override Task<FailAuthenticityResponse> FailAuthenticity(FailAuthenticityRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new FailAuthenticityResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<DeclareInadmissibleResponse> DeclareInadmissible(DeclareInadmissibleRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new DeclareInadmissibleResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<SupersedeDecisionResponse> SupersedeDecision(SupersedeDecisionRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new SupersedeDecisionResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<RevokeDecisionResponse> RevokeDecision(RevokeDecisionRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new RevokeDecisionResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<ReportConditionResponse> ReportCondition(ReportConditionRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new ReportConditionResponse { RecognitionCase = node.Act(request.Change) });
    }

    public override Task<DecideAppealResponse> DecideAppeal(DecideAppealRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(new DecideAppealResponse { RecognitionCase = node.Act(request.Change) });
    }
}

internal sealed class FakeEquivalence(FakeNode node) : EquivalenceService.EquivalenceServiceBase
{
    public override Task<ListTablesResponse> ListTables(ListTablesRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(node.Tables);
    }

    public override Task<ListRulesResponse> ListRules(ListRulesRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(node.Rules);
    }
}

internal sealed class FakeExplore(FakeNode node) : ExploreService.ExploreServiceBase
{
    public override async Task ExploreRecognition(ExploreRecognitionRequest request, IServerStreamWriter<ExploreRecognitionResponse> responseStream, ServerCallContext context)
    {
        node.Note(request, context);
        node.RefuseOnce();
        foreach (var message in node.Exploration)
        {
            if (message.MessageCase == ExploreRecognitionResponse.MessageOneofCase.None) throw FakeNode.Refused(StatusCode.Unavailable, "", "Cut off.");
            if (message.End is not null) await node.MayEnd.Task.WaitAsync(context.CancellationToken);
            await responseStream.WriteAsync(message, context.CancellationToken);
        }
    }
}

internal sealed class FakeMembers(FakeNode node) : MemberService.MemberServiceBase
{
    public override Task<ListMembersResponse> ListMembers(ListMembersRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(node.Members);
    }

    public override Task<EchoResponse> Echo(EchoRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        if (node.Refusal is { } refusal) throw refusal;
        return Task.FromResult(new EchoResponse { Message = request.Message, CallerKind = "partner", CallerName = "uni-roma.example", TlsVersion = "Tls13" });
    }
}

internal sealed class FakeExchange(FakeNode node) : ExchangeService.ExchangeServiceBase
{
    public override Task<GetHeadsResponse> GetHeads(GetHeadsRequest request, ServerCallContext context)
    {
        node.Note(request, context);
        return Task.FromResult(node.Heads);
    }
}
