using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using Microsoft.Extensions.Hosting;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>
/// Passes calls of this node's staff on to a partner's node, in the name of the institution the staff belongs to. A partner is never passed
/// on: to it, this node answers for what it hosts and nothing else.
/// </summary>
internal sealed class PartnerForwarding(Hosting hosting, TrustRegistry registry, IPartnerChannels channels, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>The institution that answers the call at this node; null when the call is to be passed on.</summary>
    public HostedInstitution? Here(OrganisationId asked, ServerCallContext context) => PartnerRoute.Here(asked, hosting, context);

    /// <summary>Passes a call on with the same request, and so with the same request id.</summary>
    /// <param name="partner">Institution the request names, which does not answer here.</param>
    /// <param name="context">Incoming call.</param>
    /// <param name="roles">Roles of which the staff needs one.</param>
    /// <param name="call">The call on the partner's client.</param>
    public Task<TResponse> PassOnAsync<TResponse>(
        OrganisationId partner, ServerCallContext context, StaffRole[] roles,
        Func<Wire.RecognitionService.RecognitionServiceClient, CallOptions, AsyncUnaryCall<TResponse>> call)
    {
        var client = Client(partner, context, roles);
        return Forwarding.CallAsync(partner, () => call(client, Forwarding.Options(context, clock)).ResponseAsync);
    }

    /// <summary>Passes a watch on until one of the three leaves. It ends when this node stops, as a watch of its own does.</summary>
    public Task PassOnAsync(OrganisationId partner, Wire.WatchCasesRequest request, IServerStreamWriter<Wire.WatchCasesResponse> responses, ServerCallContext context, StaffRole[] roles)
    {
        var client = Client(partner, context, roles);
        return Forwarding.RelayAsync(partner, context, options => client.WatchCases(request, options), responses, lifetime.ApplicationStopping);
    }

    private Wire.RecognitionService.RecognitionServiceClient Client(OrganisationId partner, ServerCallContext context, StaffRole[] roles)
    {
        if (Caller.From(context) is not Caller.Staff staff || PartnerRoute.Find(partner.Value, hosting, registry, context) is not { } route)
            throw Hosting.Unknown(partner.Value).ToRpcException();
        staff.RequireStaff(route.Acting, roles);
        return new(channels.For(route.Acting, partner));
    }
}
