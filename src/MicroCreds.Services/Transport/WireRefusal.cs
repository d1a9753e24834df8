using System.Globalization;
using MicroCreds.Domain.Problems;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Transport;

/// <summary>What a caller is told whose call breaks a rule of the wire, by whatever protocol it came.</summary>
internal static class WireRefusal
{
    /// <summary>More bytes than a message may have.</summary>
    internal static Problem TooLarge() =>
        Problem.Of(ProblemCode.MessageTooLarge, $"A message has at most {TransportLimits.MaxRequestBytes} bytes.", ("limit_bytes", Number(TransportLimits.MaxRequestBytes)));

    /// <summary>No message of the method.</summary>
    internal static Problem Malformed(string detail, string? messageType = null) => messageType is null
        ? Problem.Of(ProblemCode.MessageMalformed, detail, ("detail", detail))
        : Problem.Of(ProblemCode.MessageMalformed, $"The message is no {messageType}: {detail}", ("detail", detail), ("message_type", messageType));

    /// <summary>A message, or the body of a request, that is compressed.</summary>
    internal static Problem Compressed(string header) =>
        Problem.Of(ProblemCode.CallUnsupported, $"This node takes uncompressed messages only; send {header}: identity or leave it out.", ("part", "compression"), ("accepted", CompressionRefusal.Identity));

    /// <summary>A method that this node does not have.</summary>
    internal static Problem NoSuchMethod() =>
        Problem.Of(ProblemCode.CallUnsupported, "This node has no such method; GET /openapi.json lists those that take JSON.", ("part", "method"));

    /// <summary>Something did not come, or end, in time.</summary>
    internal static Problem TooSlow(string limit, long value, string message) =>
        Problem.Of(ProblemCode.TimeExceeded, message, ("limit", limit), ("limit_value", Number(value)));

    /// <summary>Why the body of a request could not be read to its end: too large, too slow or malformed (RFC 9112, 7.1).</summary>
    internal static Problem Of(BadHttpRequestException fault) => fault.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => Problem.Of(
            ProblemCode.MessageTooLarge, $"A request has at most {TransportLimits.MaxRequestBytes} bytes; a stream may have more by gRPC.", ("limit_bytes", Number(TransportLimits.MaxRequestBytes))),
        StatusCodes.Status408RequestTimeout => TooSlow(
            "request_bytes_per_second", TransportLimits.LeastRequestBytesPerSecond, $"A request comes at {TransportLimits.LeastRequestBytesPerSecond} bytes a second or faster."),
        _ => Malformed("The body of the request is malformed."),
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
