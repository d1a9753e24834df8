using Google.Rpc;
using Grpc.Core;

namespace MicroCreds.Services.Security;

/// <summary>Reads the contract's reason out of a status.</summary>
public static class RpcReason
{
    /// <summary>Reason of the <c>ErrorInfo</c>; empty when the status carries none.</summary>
    public static string Of(RpcException exception) => InfoOf(exception)?.Reason ?? "";

    /// <summary>Status and reason for a log line, for example <c>Unavailable PARTNER_UNAVAILABLE</c>.</summary>
    public static string Words(RpcException exception) => $"{exception.StatusCode} {Of(exception)}".TrimEnd();

    /// <summary>Whether the same call may succeed later although nobody changes anything: the partner is away, slow, busy or had an accident.</summary>
    public static bool IsPassing(RpcException exception) => exception.StatusCode is
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Aborted or StatusCode.ResourceExhausted or StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unknown;

    /// <summary>The <c>ErrorInfo</c>; null when the status carries none.</summary>
    public static ErrorInfo? InfoOf(RpcException exception)
    {
        if (exception.Trailers.GetValueBytes("grpc-status-details-bin") is not { } bytes) return null;
        try
        {
            var details = Google.Rpc.Status.Parser.ParseFrom(bytes).Details;
            return details.FirstOrDefault(d => d.Is(ErrorInfo.Descriptor))?.Unpack<ErrorInfo>();
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
