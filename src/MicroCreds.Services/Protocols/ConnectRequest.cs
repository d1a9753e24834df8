using System.Globalization;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Protocols;

/// <summary>What the headers of a Connect request say. Source: Connect protocol reference, "Unary-Request" and "Streaming-Request".</summary>
internal static class ConnectRequest
{
    /// <summary>
    /// Turns <c>connect-timeout-ms</c> into the deadline of gRPC; answers why the request cannot be taken, null when it can. A version other than 1, a
    /// timeout that is no number of at most ten digits, or that has passed, and compression are refused.
    /// </summary>
    internal static Problem? Refusal(HttpContext context, string encodingHeader)
    {
        var headers = context.Request.Headers;
        if (headers["connect-protocol-version"] is { Count: > 0 } version && version != "1")
            return WireRefusal.Malformed("connect-protocol-version is not 1.");
        if (headers[encodingHeader] is { Count: > 0 } encoding && encoding != CompressionRefusal.Identity)
            return WireRefusal.Compressed(encodingHeader);
        if (headers["connect-timeout-ms"] is not { Count: > 0 } timeout) return null;
        if (timeout.ToString() is not { Length: <= 10 } digits || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            return WireRefusal.Malformed("connect-timeout-ms is not a whole number of at most ten digits.");
        if (milliseconds == 0) return WireRefusal.TooSlow("deadline", 0, "The deadline had passed when the call came.");

        // gRPC takes eight digits of a unit.
        headers["grpc-timeout"] = milliseconds < 100_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m")
            : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000}S");
        return null;
    }
}
