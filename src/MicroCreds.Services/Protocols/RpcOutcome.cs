using System.Globalization;
using Grpc.Core;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Protocols;

/// <summary>How a call ended.</summary>
/// <param name="Code">Status.</param>
/// <param name="Message">Message for a person.</param>
/// <param name="Details">The whole status with its details; null when it has none.</param>
internal sealed record RpcOutcome(StatusCode Code, string Message, Google.Rpc.Status? Details)
{
    /// <summary>Reads the outcome of the headers or trailers that carry it. A call that ended without a status is INTERNAL.</summary>
    internal static RpcOutcome Of(IHeaderDictionary headers)
    {
        if (!int.TryParse(headers["grpc-status"], NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            return new(StatusCode.Internal, "The call ended without a status.", null);
        return new((StatusCode)code, Uri.UnescapeDataString(headers["grpc-message"].ToString()), DetailsOf(headers["grpc-status-details-bin"].ToString()));
    }

    /// <summary>The outcome of a call that a problem ends.</summary>
    internal static RpcOutcome Of(Problem problem) => Of(problem.ToRpcException());

    /// <summary>The outcome of a call that a refusal ends.</summary>
    internal static RpcOutcome Of(RpcException refusal) =>
        new(refusal.StatusCode, refusal.Status.Detail, refusal.Trailers.GetValueBytes(ProblemStatus.DetailsTrailer) is { } details ? Google.Rpc.Status.Parser.ParseFrom(details) : null);

    private static Google.Rpc.Status? DetailsOf(string base64)
    {
        if (base64.Length == 0) return null;
        return Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')));
    }
}
