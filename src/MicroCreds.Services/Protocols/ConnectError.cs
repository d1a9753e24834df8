using System.Collections.Frozen;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Protocols;

/// <summary>An error as the Connect protocol writes it. Source: Connect protocol reference, "Error Codes" and "Error End-Stream".</summary>
internal static class ConnectError
{
    private static readonly FrozenDictionary<string, MessageDescriptor> Details = Google.Rpc.ErrorDetailsReflection.Descriptor.MessageTypes.ToFrozenDictionary(m => m.FullName, StringComparer.Ordinal);

    /// <summary>Answers a call that never reached a method.</summary>
    internal static Task WriteAsync(HttpContext context, Problem problem, int? status = null) => WriteAsync(context, RpcOutcome.Of(problem), status);

    /// <summary>Answers a call that failed before its first message.</summary>
    internal static Task WriteAsync(HttpContext context, RpcOutcome outcome, int? status = null)
    {
        var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body)) Write(json, outcome);
        context.Response.StatusCode = status ?? HttpStatusOf(outcome.Code);
        context.Response.ContentType = "application/json";
        return PatientAnswer.WriteAsync(context, body.ToArray());
    }

    /// <summary>Writes the error as a JSON object.</summary>
    internal static void Write(Utf8JsonWriter json, RpcOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteString("code", NameOf(outcome.Code));
        json.WriteString("message", outcome.Message);
        if (outcome.Details is { Details.Count: > 0 } status)
        {
            json.WriteStartArray("details");
            foreach (var detail in status.Details)
            {
                var type = detail.TypeUrl[(detail.TypeUrl.LastIndexOf('/') + 1)..];
                json.WriteStartObject();
                json.WriteString("type", type);
                json.WriteString("value", Convert.ToBase64String(detail.Value.Span).TrimEnd('='));
                if (Details.TryGetValue(type, out var descriptor))
                {
                    json.WritePropertyName("debug");
                    json.WriteRawValue(JsonFormatter.Default.Format(descriptor.Parser.ParseFrom(detail.Value)));
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static string NameOf(StatusCode code) => code switch
    {
        StatusCode.Cancelled => "canceled",
        StatusCode.InvalidArgument => "invalid_argument",
        StatusCode.DeadlineExceeded => "deadline_exceeded",
        StatusCode.NotFound => "not_found",
        StatusCode.AlreadyExists => "already_exists",
        StatusCode.PermissionDenied => "permission_denied",
        StatusCode.ResourceExhausted => "resource_exhausted",
        StatusCode.FailedPrecondition => "failed_precondition",
        StatusCode.Aborted => "aborted",
        StatusCode.OutOfRange => "out_of_range",
        StatusCode.Unimplemented => "unimplemented",
        StatusCode.Internal => "internal",
        StatusCode.Unavailable => "unavailable",
        StatusCode.DataLoss => "data_loss",
        StatusCode.Unauthenticated => "unauthenticated",
        // A number from a newer peer has no name here.
        _ => "unknown",
    };

    private static int HttpStatusOf(StatusCode code) => code switch
    {
        StatusCode.Cancelled => 499,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
