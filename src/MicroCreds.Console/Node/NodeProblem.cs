using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Rpc;
using Grpc.Core;
using GrpcStatus = Google.Rpc.Status;

namespace MicroCreds.Console.Node;

/// <summary>Why the node did not do what it was asked.</summary>
public sealed class NodeProblem
{
    private const string DetailsKey = "grpc-status-details-bin";
    private const string Domain = "microcreds.federation";

    /// <summary>Code of the gRPC status.</summary>
    public required StatusCode Code { get; init; }

    /// <summary>Reason out of the contract's catalogue without its prefix, for example <c>CASE_NOT_FOUND</c>; empty when the answer carries none.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The node's own sentence, in English.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Variable parts of the reason.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Fields that are wrong, with the names of the contract, for example <c>decision.reasons[0].text</c>.</summary>
    public ImmutableArray<(string Field, string Description)> Violations { get; init; } = [];

    /// <summary>Whether the token no longer holds.</summary>
    public bool SignInNeeded => Code == StatusCode.Unauthenticated;

    /// <summary>Whether the same request may succeed later with the same request id. Only then is it unsure whether the node acted.</summary>
    public bool Unsure => Code is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled;

    /// <summary>Status of the page that tells it.</summary>
    public int HttpStatus => Code switch
    {
        StatusCode.NotFound => 404,
        StatusCode.PermissionDenied => 403,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => 422,
        StatusCode.Aborted or StatusCode.AlreadyExists => 409,
        StatusCode.ResourceExhausted => 429,
        StatusCode.Unavailable => 503,
        StatusCode.DeadlineExceeded => 504,
        _ => 502,
    };

    /// <summary>Reads an exception of the client. Details that are damaged or of another domain are left out, the status stays.</summary>
    public static NodeProblem From(RpcException refused) => Read(refused.StatusCode, refused.Status.Detail, DetailsOf(refused));

    /// <summary>Reads a refusal that stands in an answer beside others.</summary>
    public static NodeProblem From(GrpcStatus refusal) => Read((StatusCode)refusal.Code, refusal.Message, refusal.Details);

    private static NodeProblem Read(StatusCode code, string text, RepeatedField<Google.Protobuf.WellKnownTypes.Any> details)
    {
        var reason = "";
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var violations = new List<(string, string)>();
        foreach (var detail in details)
        {
            try
            {
                if (detail.Is(ErrorInfo.Descriptor) && detail.Unpack<ErrorInfo>() is { Domain: Domain } info)
                {
                    reason = info.Reason;
                    foreach (var (key, value) in info.Metadata) metadata[key] = value;
                }
                else if (detail.Is(BadRequest.Descriptor))
                {
                    violations.AddRange(detail.Unpack<BadRequest>().FieldViolations.Select(v => (v.Field, v.Description)));
                }
            }
            catch (InvalidProtocolBufferException)
            {
                continue;
            }
        }
        return new NodeProblem { Code = code, Reason = reason, Detail = text, Metadata = metadata, Violations = [.. violations] };
    }

    private static RepeatedField<Google.Protobuf.WellKnownTypes.Any> DetailsOf(RpcException refused)
    {
        if (refused.Trailers.GetValueBytes(DetailsKey) is not { } bytes) return [];
        try
        {
            return GrpcStatus.Parser.ParseFrom(bytes).Details;
        }
        catch (InvalidProtocolBufferException)
        {
            return [];
        }
    }
}
