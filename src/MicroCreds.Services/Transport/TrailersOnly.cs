using System.Globalization;
using System.Text;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Transport;

/// <summary>A refusal before a call has reached a method: status, message and details among the headers, and no body. Source: gRPC over HTTP/2, "Trailers-Only"; gRPC-Web takes it too.</summary>
internal static class TrailersOnly
{
    /// <summary>Answers with a problem.</summary>
    internal static Task WriteAsync(HttpContext context, Problem problem, string contentType = "application/grpc")
    {
        var refusal = problem.ToRpcException();
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.Headers["grpc-status"] = ((int)refusal.StatusCode).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Encoded(refusal.Status.Detail);
        response.Headers[ProblemStatus.DetailsTrailer] = Convert.ToBase64String(refusal.Trailers.GetValueBytes(ProblemStatus.DetailsTrailer) ?? []);
        return Task.CompletedTask;
    }

    // Source: gRPC over HTTP/2, "Percent-Encoded": printable ASCII but the per cent sign stays as it is.
    private static string Encoded(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (var b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7e and not (byte)'%') text.Append((char)b);
            else text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return text.ToString();
    }
}
