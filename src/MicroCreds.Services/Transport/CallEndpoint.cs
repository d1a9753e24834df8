using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Transport;

/// <summary>A method of the contract as the place where a request ends, with what is asked of it for each call.</summary>
/// <param name="endpoint">The place that the server made for it.</param>
internal sealed class CallEndpoint(Endpoint endpoint) : Endpoint(endpoint.RequestDelegate, endpoint.Metadata, endpoint.DisplayName)
{
    private readonly IMethod _method = endpoint.Metadata.GetRequiredMetadata<GrpcMethodMetadata>().Method;

    /// <summary>Its path.</summary>
    internal string FullName => _method.FullName;

    /// <summary>Whether a call has one message; otherwise it is a stream of them.</summary>
    internal bool TakesOneMessage => _method.Type is MethodType.Unary or MethodType.ServerStreaming;

    /// <summary>The method that a request is for; null when it is for none, or names one in other letters than its own.</summary>
    internal static CallEndpoint? Of(HttpContext context) => context.GetEndpoint() switch
    {
        // Found by its own letters.
        CallEndpoint call => call,
        { } other when other.Metadata.GetMetadata<GrpcMethodMetadata>() is { Method: var method } && method.FullName == context.Request.Path.Value => new CallEndpoint(other),
        _ => null,
    };
}
