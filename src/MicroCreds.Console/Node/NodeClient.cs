using Grpc.Core;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;

namespace MicroCreds.Console.Node;

/// <summary>The services of the contract, called as the person who is signed in.</summary>
internal sealed class NodeClient(NodeChannel node, ConsoleContext page)
{
    /// <summary>Time the node has for one call. A person waits for it; longer than this, they think the page is dead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Reading, checking and comparing tables of many thousand rules; whoever asks for it knows that it is work.
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(90);

    public RecognitionService.RecognitionServiceClient Recognition => new(node.Channel);

    public AssessmentService.AssessmentServiceClient Assessment => new(node.Channel);

    public EquivalenceService.EquivalenceServiceClient Equivalence => new(node.Channel);

    public EquivalenceAdminService.EquivalenceAdminServiceClient EquivalenceAdmin => new(node.Channel);

    public ExploreService.ExploreServiceClient Explore => new(node.Channel);

    public MemberService.MemberServiceClient Members => new(node.Channel);

    public AgreementService.AgreementServiceClient Agreements => new(node.Channel);

    public ExchangeService.ExchangeServiceClient Exchange => new(node.Channel);

    /// <summary>Headers and deadline of a call.</summary>
    public CallOptions Call(CancellationToken cancellationToken) => Call(Patience, cancellationToken);

    /// <summary>Headers and deadline of a call that works on a whole table.</summary>
    public CallOptions LongCall(CancellationToken cancellationToken) => Call(LongPatience, cancellationToken);

    private CallOptions Call(TimeSpan patience, CancellationToken cancellationToken)
    {
        var headers = new Metadata();
        if (page.Session is { } session) headers.Add("authorization", "Bearer " + session.BearerToken);
        // The transport measures deadlines by the machine's clock, whatever clock the console counts days by.
        return new CallOptions(headers, TimeProvider.System.GetUtcNow().UtcDateTime + patience, cancellationToken);
    }
}
