using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MicroCreds.Federation.V1;
using GrpcStatus = Google.Rpc.Status;

namespace MicroCreds.Tests.Console;

/// <summary>What the console's node holds and was asked, shared by the hand-written services.</summary>
internal sealed class FakeNode
{
    /// <summary>Every request in the order it came.</summary>
    public ConcurrentQueue<IMessage> Asked { get; } = [];

    /// <summary>Bearer tokens as they came.</summary>
    public ConcurrentQueue<string> Tokens { get; } = [];

    public Dictionary<string, RecognitionCase> Cases { get; } = new(StringComparer.Ordinal);

    public List<CaseSummary> Listed { get; } = [];

    public string NextPageToken { get; set; } = "";

    public List<StatementEvidence> Evidence { get; } = [];

    public ListTablesResponse Tables { get; set; } = new();

    public ListRulesResponse Rules { get; set; } = new();

    /// <summary>What an import would do and does; the draft stands in it.</summary>
    public ImportDraftResponse Import { get; set; } = new();

    public ListVersionsResponse? Versions { get; set; }

    public List<EquivalenceDraft> Drafts { get; } = [];

    public CheckDraftResponse Check { get; set; } = new();

    public CompareVersionsResponse Comparison { get; set; } = new();

    /// <summary>What a simulation streams; an empty message cuts it off.</summary>
    public List<SimulateDraftResponse> Simulation { get; } = [];

    public ListAdoptionsResponse Adoptions { get; set; } = new();

    public CheckFederationResponse FederationCheck { get; set; } = new();

    /// <summary>What an exploration streams; an empty message cuts it off.</summary>
    public List<ExploreRecognitionResponse> Exploration { get; } = [];

    /// <summary>Holds the end of an exploration back until it is set.</summary>
    public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ListMembersResponse Members { get; set; } = new();

    public GetHeadsResponse Heads { get; set; } = new();

    /// <summary>Thrown by the next verb instead of doing it.</summary>
    public RpcException? Refusal { get; set; }

    /// <summary>Whether every call fails as if the node had gone.</summary>
    public bool Away { get; set; }

    public IEnumerable<T> Of<T>() where T : IMessage => Asked.OfType<T>();

    public void Note(IMessage request, ServerCallContext context)
    {
        Asked.Enqueue(request.Descriptor.Parser.ParseFrom(request.ToByteArray()));
        if (Away) throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "gone"));
        Tokens.Enqueue(context.RequestHeaders.GetValue("authorization") ?? "");
        if (context.RequestHeaders.GetValue("authorization") != "Bearer token-of-ana") throw Refused(StatusCode.Unauthenticated, "UNAUTHENTICATED", "no token");
    }

    public RecognitionCase Find(string caseId) =>
        Cases.TryGetValue(caseId, out var found) ? found : throw Refused(StatusCode.NotFound, "CASE_NOT_FOUND", "No such case.", ("case_id", caseId));

    public RecognitionCase Act(CaseChange change)
    {
        RefuseOnce();
        return Find(change.CaseId);
    }

    /// <summary>Throws <see cref="Refusal"/>, once.</summary>
    public void RefuseOnce()
    {
        if (Refusal is not { } refusal) return;
        Refusal = null;
        throw refusal;
    }

    /// <summary>A refusal as a node sends it.</summary>
    public static RpcException Refused(StatusCode code, string reason, string message, params (string Key, string Value)[] metadata) =>
        Refused(code, reason, message, [], metadata);

    public static RpcException Refused(
        StatusCode code, string reason, string message, (string Field, string Description)[] violations, params (string Key, string Value)[] metadata)
    {
        var info = new ErrorInfo { Reason = reason, Domain = "microcreds.federation" };
        foreach (var (key, value) in metadata) info.Metadata[key] = value;
        var status = new GrpcStatus { Code = (int)code, Message = message, Details = { Any.Pack(info) } };
        if (violations.Length > 0)
        {
            var bad = new BadRequest();
            foreach (var (field, description) in violations)
                bad.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = description });
            status.Details.Add(Any.Pack(bad));
        }
        return new RpcException(new Grpc.Core.Status(code, message), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
    }
}
