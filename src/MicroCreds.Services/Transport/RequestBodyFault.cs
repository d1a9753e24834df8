using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Transport;

/// <summary>Why the body of a request could not be read to its end, as the caller is told: too large, too slow or malformed (RFC 9112, 7.1).</summary>
internal static class RequestBodyFault
{
    /// <summary>The status for what the server found.</summary>
    internal static Status StatusOf(BadHttpRequestException fault) => fault.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(StatusCode.ResourceExhausted, $"A request has at most {TransportLimits.MaxRequestBytes} bytes; a stream may have more by gRPC."),
        StatusCodes.Status408RequestTimeout => new(StatusCode.DeadlineExceeded, $"A request comes at {TransportLimits.LeastRequestBytesPerSecond} bytes a second or faster."),
        _ => new(StatusCode.InvalidArgument, "The body of the request is malformed."),
    };
}
