using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MicroCreds.Domain.Problems;
using MicroCreds.Federation.V1;

namespace MicroCreds.Services.Errors;

/// <summary>Turns a <see cref="Problem"/> into the status the contract documents. The only file that knows gRPC status codes.</summary>
public static class ProblemStatus
{
    /// <summary>Domain of every reason this federation sends.</summary>
    public const string Domain = "microcreds.federation";

    /// <summary>Where the details of a status are sent.</summary>
    internal const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>Reason and status of a problem.</summary>
    public static (ErrorReason Reason, StatusCode Status) Of(ProblemCode code) => code switch
    {
        ProblemCode.InvalidRequest => (ErrorReason.InvalidRequest, StatusCode.InvalidArgument),
        ProblemCode.CredentialTooLarge => (ErrorReason.CredentialTooLarge, StatusCode.InvalidArgument),
        ProblemCode.CredentialMalformed => (ErrorReason.CredentialMalformed, StatusCode.InvalidArgument),
        ProblemCode.CredentialUnsupported => (ErrorReason.CredentialUnsupported, StatusCode.InvalidArgument),
        ProblemCode.CredentialNotAuthentic => (ErrorReason.CredentialNotAuthentic, StatusCode.FailedPrecondition),
        ProblemCode.IssuerUnknown => (ErrorReason.IssuerUnknown, StatusCode.FailedPrecondition),
        ProblemCode.Unauthenticated => (ErrorReason.Unauthenticated, StatusCode.Unauthenticated),
        ProblemCode.PermissionDenied => (ErrorReason.PermissionDenied, StatusCode.PermissionDenied),
        ProblemCode.RequestIdReused => (ErrorReason.RequestIdReused, StatusCode.AlreadyExists),
        ProblemCode.InstitutionNotFound => (ErrorReason.InstitutionNotFound, StatusCode.NotFound),
        ProblemCode.CaseNotFound => (ErrorReason.CaseNotFound, StatusCode.NotFound),
        ProblemCode.TableNotFound => (ErrorReason.TableNotFound, StatusCode.NotFound),
        ProblemCode.TargetUnitNotFound => (ErrorReason.TargetUnitNotFound, StatusCode.NotFound),
        ProblemCode.GradeTableNotFound => (ErrorReason.GradeTableNotFound, StatusCode.NotFound),
        ProblemCode.CaseStateConflict => (ErrorReason.CaseStateConflict, StatusCode.FailedPrecondition),
        ProblemCode.DecisionInvalid => (ErrorReason.DecisionInvalid, StatusCode.FailedPrecondition),
        ProblemCode.DeadlinePassed => (ErrorReason.DeadlinePassed, StatusCode.FailedPrecondition),
        ProblemCode.AlreadyCounted => (ErrorReason.AlreadyCounted, StatusCode.FailedPrecondition),
        ProblemCode.SheetInvalid => (ErrorReason.SheetInvalid, StatusCode.InvalidArgument),
        ProblemCode.DraftNotPublishable => (ErrorReason.DraftNotPublishable, StatusCode.FailedPrecondition),
        ProblemCode.RuleNotFound => (ErrorReason.RuleNotFound, StatusCode.NotFound),
        ProblemCode.SecondPersonNeeded => (ErrorReason.SecondPersonNeeded, StatusCode.FailedPrecondition),
        ProblemCode.SecondOfficerNeeded => (ErrorReason.SecondOfficerNeeded, StatusCode.FailedPrecondition),
        ProblemCode.SealMissing => (ErrorReason.SealMissing, StatusCode.FailedPrecondition),
        ProblemCode.ConcurrentChange => (ErrorReason.ConcurrentChange, StatusCode.Aborted),
        ProblemCode.StatementInvalid => (ErrorReason.StatementInvalid, StatusCode.InvalidArgument),
        ProblemCode.StreamGap => (ErrorReason.StreamGap, StatusCode.FailedPrecondition),
        ProblemCode.StreamEquivocation => (ErrorReason.StreamEquivocation, StatusCode.DataLoss),
        ProblemCode.PartnerUnavailable => (ErrorReason.PartnerUnavailable, StatusCode.Unavailable),
        ProblemCode.QuotaExceeded => (ErrorReason.QuotaExceeded, StatusCode.ResourceExhausted),
        ProblemCode.PageTokenInvalid => (ErrorReason.PageTokenInvalid, StatusCode.InvalidArgument),
        ProblemCode.AgreementNotFound => (ErrorReason.AgreementNotFound, StatusCode.NotFound),
        ProblemCode.AgreementEnded => (ErrorReason.AgreementEnded, StatusCode.FailedPrecondition),
        ProblemCode.StoreUnavailable => (ErrorReason.StoreUnavailable, StatusCode.Unavailable),
        ProblemCode.MessageMalformed => (ErrorReason.MessageMalformed, StatusCode.InvalidArgument),
        ProblemCode.MessageTooLarge => (ErrorReason.MessageTooLarge, StatusCode.ResourceExhausted),
        ProblemCode.CallUnsupported => (ErrorReason.CallUnsupported, StatusCode.Unimplemented),
        ProblemCode.TimeExceeded => (ErrorReason.TimeExceeded, StatusCode.DeadlineExceeded),
        _ => throw new UnreachableException($"Problem {code} has no status."),
    };

    /// <summary>The exception that ends the call with the problem's status, reason, metadata and field violations.</summary>
    public static RpcException ToRpcException(this Problem problem)
    {
        var (reason, status) = Of(problem.Code);
        var info = new ErrorInfo { Reason = NameOf(reason), Domain = Domain };
        foreach (var (name, value) in problem.Facts) info.Metadata[name] = value;
        var details = new List<IMessage> { info };
        if (!problem.Violations.IsEmpty)
        {
            var bad = new BadRequest();
            bad.FieldViolations.AddRange(problem.Violations.Take(MaxViolations).Select(v => new BadRequest.Types.FieldViolation { Field = v.Field, Description = v.Description }));
            details.Add(bad);
        }

        if (problem.Code == ProblemCode.QuotaExceeded) details.Add(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) });
        return Make(status, problem.Message, details);
    }

    /// <summary>The exception for a failure the node did not expect: a correlation id and nothing else.</summary>
    public static RpcException Unexpected(string correlationId) =>
        Make(StatusCode.Internal, $"Something failed inside the node. Give the operator the correlation id {correlationId}.",
            [new ErrorInfo { Reason = NameOf(ErrorReason.Internal), Domain = Domain, Metadata = { ["correlation_id"] = correlationId } }]);

    /// <summary>What a refusal would say in its trailers, to be put into an answer beside others.</summary>
    public static Google.Rpc.Status StatusOf(RpcException refusal) => refusal.Trailers.GetValueBytes(DetailsTrailer) is { } details
        ? Google.Rpc.Status.Parser.ParseFrom(details)
        : new() { Code = (int)refusal.StatusCode, Message = refusal.Status.Detail };

    /// <summary>Name of a reason as it stands in <c>ErrorInfo.reason</c>.</summary>
    public static string NameOf(ErrorReason reason)
    {
        var name = ErrorsReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)reason)?.Name ?? throw new UnreachableException();
        return name["ERROR_REASON_".Length..];
    }

    /// <summary>Most violations sent: trailers are bounded by the peers' header limits.</summary>
    public const int MaxViolations = 50;

    private static RpcException Make(StatusCode code, string message, IEnumerable<IMessage> details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = Bound(message) };
        status.Details.AddRange(details.Select(Any.Pack));
        // Peers bound headers to 8 or 16 KiB: shed violations until the whole fits, the count stays in the metadata.
        while (status.CalculateSize() > 5 * 1024 && status.Details.Select((any, i) => (any, i)).FirstOrDefault(p => p.any.Is(BadRequest.Descriptor)) is { any: { } packed } found)
        {
            var bad = packed.Unpack<BadRequest>();
            var keep = bad.FieldViolations.Count / 2;
            while (bad.FieldViolations.Count > keep) bad.FieldViolations.RemoveAt(bad.FieldViolations.Count - 1);
            if (keep == 0) status.Details.RemoveAt(found.i); else status.Details[found.i] = Any.Pack(bad);
        }

        var trailers = new Metadata { { DetailsTrailer, status.ToByteArray() } };
        return new RpcException(new Grpc.Core.Status(code, Bound(message)), trailers);
    }

    private static string Bound(string message) => Encoding.UTF8.GetByteCount(message) <= 1500 ? message : string.Concat(message.AsSpan(0, 480), " …");
}
