using System.Buffers;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Protocols;

/// <summary>Reads the body of a request that is one message.</summary>
internal static class RequestBody
{
    /// <summary>The whole body; null when it is larger than a request may be, which has been answered then.</summary>
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
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await ConnectError.WriteAsync(context, ConnectError.Of(StatusCode.ResourceExhausted, $"A request has at most {TransportLimits.MaxRequestBytes} bytes."), StatusCodes.Status413PayloadTooLarge);
            return null;
        }
    }
}
