using Google.Rpc;
using Grpc.Core;

namespace MicroCreds.Services.Security;

/// <summary>Reads the contract's reason out of a status.</summary>
public static class RpcReason
{
    /// <summary>Reason of the <c>ErrorInfo</c>; empty when the status carries none.</summary>
    public static string Of(RpcException exception) => InfoOf(exception)?.Reason ?? "";

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
