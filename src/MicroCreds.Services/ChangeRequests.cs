using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Security;

namespace MicroCreds.Services;

/// <summary>Gives a change its identity: who asks, the id the client made, and a digest of method and content.</summary>
public static class ChangeRequests
{
    /// <summary>Identity of a change.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="context">The call, for its method.</param>
    /// <param name="id">Request id, already read from the request.</param>
    /// <param name="request">The request as it came. Two requests of one id must be equal in every field.</param>
    public static ChangeRequest Of(Caller caller, ServerCallContext context, RequestId id, IMessage request) => Of(caller, context.Method, id, request);

    /// <summary>Identity of a change that came in another method's call, as if it had come alone.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="method">Full name of the method that makes such a change, <c>/package.Service/Method</c>.</param>
    /// <param name="id">Request id, already read from the request.</param>
    /// <param name="request">The request as it would come alone.</param>
    public static ChangeRequest Of(Caller caller, string method, RequestId id, IMessage request) =>
        new(caller.Scope, id, Sha256Digest.Of([.. System.Text.Encoding.UTF8.GetBytes(method), 0, .. request.ToByteArray()]));
}
