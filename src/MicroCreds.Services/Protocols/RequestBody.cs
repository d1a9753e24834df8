using System.Buffers;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Protocols;

/// <summary>Reads the body of a request that is one message.</summary>
internal static class RequestBody
{
    /// <summary>The whole body; null when it is not, which has been answered then: too large, too slow, malformed, or the caller is gone.</summary>
    internal static async ValueTask<byte[]?> ReadAsync(HttpContext context)
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
            var status = RequestBodyFault.StatusOf(e);
            await ConnectError.WriteAsync(context, ConnectError.Of(status.StatusCode, status.Detail), e.StatusCode);
            return null;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
            return null;
        }
    }
}
