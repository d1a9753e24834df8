using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using DecisionInput = MicroCreds.Federation.V1.DecisionInput;

namespace MicroCreds.Tests.Services;

/// <summary>A node with the tables of the scenarios and the people who work with its cases.</summary>
internal sealed class CaseDesk : IAsyncDisposable
{
    private CaseDesk(TestNode node)
    {
        Node = node;
        Officer = new(node.Staff("olga", StaffRole.Officer));
        Office = new(node.Staff("olga", StaffRole.Officer));
        Review = new(node.Staff("rita", StaffRole.Reviewer));
        Volunteers = new(node.Partner(TestConsortium.Voluntariado));
        Madrid = new(node.Partner(TestConsortium.Madrid));
        Outsider = new(node.Partner(TestConsortium.Outsider));
    }

    public TestNode Node { get; }
    public RecognitionService.RecognitionServiceClient Officer { get; }
    public RecognitionService.RecognitionServiceClient Volunteers { get; }
    public RecognitionService.RecognitionServiceClient Madrid { get; }
    public RecognitionService.RecognitionServiceClient Outsider { get; }
    public AssessmentService.AssessmentServiceClient Office { get; }
    public AssessmentService.AssessmentServiceClient Review { get; }

    public static async Task<CaseDesk> OpenAsync(params MicroCreds.Domain.Rules.EquivalenceRule[] rules)
    {
        var node = await TestNode.StartAsync();
        await node.Institution.PublishAsync(rules);
        return new CaseDesk(node);
    }

    /// <summary>The same over a node that was started otherwise.</summary>
    public static async Task<CaseDesk> OverAsync(TestNode node, params MicroCreds.Domain.Rules.EquivalenceRule[] rules)
    {
        await node.Institution.PublishAsync(rules);
        return new CaseDesk(node);
    }

    /// <summary>A new request id.</summary>
    public static string Id() => RequestId.New().Value;

    /// <summary>A request to recognise a credential.</summary>
    public SubmitCredentialRequest Request(EdcClaims claims, string unit) => Request(Node.Consortium.Issue(claims), unit);

    public static SubmitCredentialRequest Request(byte[] file, string unit) => new()
    {
        RequestId = Id(),
        Credential = ByteString.CopyFrom(file),
        Target = new RecognitionTarget { Programme = TestTables.Bachelor, Unit = unit },
    };

    /// <summary>Scenario 1 as the volunteers submit it: before an officer, with a full proposal.</summary>
    public async Task<RecognitionCase> ReferredAsync(string learner = "ana") =>
        (await Volunteers.SubmitCredentialAsync(Request(TestCredentials.Volunteering(Node.Consortium, learner), TestTables.Activities))).RecognitionCase;

    /// <summary>Statistics of a partner university for a unit no rule speaks of: before an officer, on the recognition track.</summary>
    public async Task<RecognitionCase> ReferredRecognitionAsync(string learner = "ana") =>
        (await Madrid.SubmitCredentialAsync(Request(TestCredentials.Statistics(Node.Consortium, learner: learner), TestTables.Activities))).RecognitionCase;

    /// <summary>Scenario 6: granted by rule.</summary>
    public async Task<RecognitionCase> GrantedAsync(string learner = "ana") =>
        (await Madrid.SubmitCredentialAsync(Request(TestCredentials.Statistics(Node.Consortium, learner: learner), TestTables.Stat))).RecognitionCase;

    /// <summary>A case that waits for information: its credential states 40 hours for 3 credits.</summary>
    public async Task<RecognitionCase> IncompleteAsync() =>
        (await Volunteers.SubmitCredentialAsync(Request(TestCredentials.Volunteering(Node.Consortium) with { Volume = "PT40H" }, TestTables.Activities))).RecognitionCase;

    /// <summary>The start of a verb on a case as it was read.</summary>
    public static CaseChange Change(RecognitionCase c, bool validateOnly = false) => new() { RequestId = Id(), CaseId = c.CaseId, Etag = c.Etag, ValidateOnly = validateOnly };

    /// <summary>Decides a case in full.</summary>
    public async Task<RecognitionCase> DecideAsync(RecognitionCase c) =>
        (await Office.DecideCaseAsync(new DecideCaseRequest { Change = Change(c), Decision = Full() })).RecognitionCase;

    public static DecisionInput Full() => new() { Outcome = DecisionOutcome.Full, Statement = "All outcomes are shown." };

    /// <summary>A refusal with one reason and an alternative.</summary>
    public static DecisionInput Refused(ReasonCode code, params string[] outcomes)
    {
        var reason = new DecisionReason { Code = code, Text = "It differs." };
        reason.TargetOutcomes.AddRange(outcomes);
        return new DecisionInput
        {
            Outcome = DecisionOutcome.Refused,
            Reasons = { reason },
            Alternatives = { new ConsideredAlternative { Outcome = DecisionOutcome.Partial, Text = "Part of the unit." } },
            Statement = "Not this unit.",
        };
    }

    public async Task<RecognitionCase> ReadAsync(RecognitionCase c) => (await Officer.GetCaseAsync(new GetCaseRequest { CaseId = c.CaseId })).RecognitionCase;

    /// <summary>Demands that nothing happened to a case.</summary>
    public async Task AssertUnchangedAsync(RecognitionCase c) => Assert.Equal(c.Etag, (await ReadAsync(c)).Etag);

    public CallInvoker As(params StaffRole[] roles) => Node.Staff("someone", roles);

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
