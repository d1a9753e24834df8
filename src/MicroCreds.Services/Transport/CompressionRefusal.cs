using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Transport;

/// <summary>
/// Answers a request that says its messages are compressed before its body is read. The server bounds the compressed size only, so a few
/// kilobytes could unfold to gigabytes. A message whose compressed flag is set without a <c>grpc-encoding</c> is refused by <see cref="MessageFraming"/>.
/// Source: gRPC over HTTP/2, "Compression": UNIMPLEMENTED, with the encodings accepted.
/// </summary>
public static class CompressionRefusal
{
    internal const string EncodingHeader = "grpc-encoding";
    internal const string AcceptEncodingHeader = "grpc-accept-encoding";
    internal const string Identity = "identity";

    /// <summary>Puts the refusal before everything that reads a body.</summary>
    public static IApplicationBuilder UseCompressionRefusal(this IApplicationBuilder app) => app.Use(Refuse);

    private static Task Refuse(HttpContext context, RequestDelegate next)
    {
        var encodings = context.Request.Headers.GrpcEncoding;
        // Several headers are one list (RFC 9110, 5.3); identity alone is let through.
        if (encodings.Count == 0 || (encodings.Count == 1 && encodings[0] == Identity)) return next(context);

        context.Response.Headers[AcceptEncodingHeader] = Identity;
        return TrailersOnly.WriteAsync(context, WireRefusal.Compressed(EncodingHeader));
    }
}
