using Grpc.Core;
using Grpc.Net.Client;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Connection;

/// <summary>The services of one node, called as staff: a channel, the bearer token, and a deadline for each call.</summary>
internal sealed class NodeClient : IDisposable
{
    /// <summary>Longest time one call may take. Sources: none of the node's verbs waits for people; a partner behind it has 5 seconds.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Longest time a call about a whole table may take: 100,000 rules are checked and published within it.</summary>
    public static readonly TimeSpan TableTimeout = TimeSpan.FromMinutes(2);

    // As much as a node sends in one message.
    private const int MaxResponseBytes = 8 * 1024 * 1024;

    private readonly GrpcChannel _channel;
    private readonly Metadata _headers = [];
    private readonly TimeProvider _clock;

    /// <summary>Connects on the first call. An empty token calls without sign-in.</summary>
    public NodeClient(Uri address, string token, TimeProvider clock)
    {
        Address = address;
        _clock = clock;
        _channel = GrpcChannel.ForAddress(address, new() { MaxReceiveMessageSize = MaxResponseBytes });
        if (token.Length > 0) _headers.Add("authorization", $"Bearer {token}");
        var invoker = _channel.CreateCallInvoker();
        Recognition = new(invoker);
        Assessment = new(invoker);
        Equivalence = new(invoker);
        EquivalenceAdmin = new(invoker);
        Explore = new(invoker);
        Exchange = new(invoker);
        Members = new(invoker);
        Grades = new(invoker);
        Agreements = new(invoker);
    }

    /// <summary>Address of the node's staff endpoint.</summary>
    public Uri Address { get; }

    /// <summary>Applications.</summary>
    public RecognitionService.RecognitionServiceClient Recognition { get; }
    /// <summary>The officer's verbs.</summary>
    public AssessmentService.AssessmentServiceClient Assessment { get; }
    /// <summary>Published tables.</summary>
    public EquivalenceService.EquivalenceServiceClient Equivalence { get; }
    /// <summary>The administrator's verbs.</summary>
    public EquivalenceAdminService.EquivalenceAdminServiceClient EquivalenceAdmin { get; }
    /// <summary>Questions to the whole federation.</summary>
    public ExploreService.ExploreServiceClient Explore { get; }
    /// <summary>Streams.</summary>
    public ExchangeService.ExchangeServiceClient Exchange { get; }
    /// <summary>Members.</summary>
    public MemberService.MemberServiceClient Members { get; }
    /// <summary>Grade tables.</summary>
    public GradeService.GradeServiceClient Grades { get; }
    /// <summary>Learning agreements.</summary>
    public AgreementService.AgreementServiceClient Agreements { get; }

    /// <summary>Options of one call: token and deadline.</summary>
    public CallOptions Call(CancellationToken cancellationToken) => new(_headers, _clock.GetUtcNow().UtcDateTime + CallTimeout, cancellationToken);

    /// <summary>Options of a call that works through a whole table.</summary>
    public CallOptions LongCall(CancellationToken cancellationToken) => new(_headers, _clock.GetUtcNow().UtcDateTime + TableTimeout, cancellationToken);

    /// <summary>Options of a call that goes on until it is cancelled.</summary>
    public CallOptions Watch(CancellationToken cancellationToken) => new(_headers, cancellationToken: cancellationToken);

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _channel.Dispose();
}
