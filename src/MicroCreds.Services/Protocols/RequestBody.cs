using System.Buffers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Protocols;

/// <summary>Reads the body of a request that is one message.</summary>
internal static class RequestBody
{
    /// <summary>The whole body; null when it is not, which has been answered then: too large, too slow, malformed, or the caller is gone.</summary>
    /// <param name="context">The request.</param>
    /// <param name="refuse">Answers with why it could not be read, and the HTTP status for that.</param>
    internal static async ValueTask<byte[]?> ReadAsync(HttpContext context, Func<Problem, int, Task> refuse)
    {
        var reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted);
                if (read.IsCompleted)
                {
                    var body = read.Buffer.ToArray();
                    reader.AdvanceTo(read.Buffer.End);
                    return body;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (BadHttpRequestException e)
        {
            await refuse(WireRefusal.Of(e), e.StatusCode);
            return null;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
            return null;
        }
    }
}
