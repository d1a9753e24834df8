using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace MicroCreds.Services.Transport;

/// <summary>
/// The client's half of <see cref="CompressionRefusal"/>: tells servers that only uncompressed messages are taken, and answers a response that is
/// compressed all the same with UNIMPLEMENTED before its body is read.
/// </summary>
/// <param name="inner">Handler that makes the calls.</param>
public sealed class IdentityOnlyHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Remove(CompressionRefusal.AcceptEncodingHeader);
        request.Headers.TryAddWithoutValidation(CompressionRefusal.AcceptEncodingHeader, CompressionRefusal.Identity);
        var response = await base.SendAsync(request, cancellationToken);
        if (!response.Headers.TryGetValues(CompressionRefusal.EncodingHeader, out var encodings) || encodings.All(e => e == CompressionRefusal.Identity)) return response;

        // Dropping the response resets the stream, so the body is not sent on.
        response.Dispose();
        var refusal = new HttpResponseMessage(HttpStatusCode.OK) { Version = response.Version, RequestMessage = request, Content = new ByteArrayContent([]) };
        refusal.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        refusal.Headers.TryAddWithoutValidation("grpc-status", ((int)StatusCode.Unimplemented).ToString(CultureInfo.InvariantCulture));
        refusal.Headers.TryAddWithoutValidation("grpc-message", "The server sent a compressed message; this client takes uncompressed ones only.");
        return refusal;
    }
}
