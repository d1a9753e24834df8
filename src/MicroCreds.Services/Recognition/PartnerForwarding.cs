using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;
using Microsoft.Extensions.Hosting;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>
/// Passes calls of this node's staff on to a partner's node, in the name of the institution the staff belongs to. A partner is never passed
/// on: to it, this node answers for what it hosts and nothing else.
/// </summary>
internal sealed class PartnerForwarding(Hosting hosting, IPartnerChannels channels, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>Metadata key that names the institution on whose behalf staff of several calls a partner.</summary>
    public const string OnBehalfOf = "mcf-on-behalf-of";

    /// <summary>Passes a call on with the same request, and so with the same request id.</summary>
    /// <param name="partner">Institution the request names, not hosted here.</param>
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
        if (Caller.From(context) is not Caller.Staff staff) throw Hosting.Unknown(partner.Value).ToRpcException();
        var acting = Acting(partner, staff, context.RequestHeaders.GetValue(OnBehalfOf));
        staff.RequireStaff(acting, roles);
        return new(channels.For(acting, partner));
    }

    private HostedInstitution Acting(OrganisationId partner, Caller.Staff staff, string? named)
    {
        if (named is not null)
        {
            return OrganisationId.TryParse(named, out var id) && hosting.Find(id) is { } found && staff.BelongsTo(id)
                ? found : throw Problem.InvalidRequest([new FieldViolation(OnBehalfOf, "must be an institution hosted here to which the caller belongs")]).ToRpcException();
        }

        return hosting.All.Where(i => staff.BelongsTo(i.Organisation)).Take(2).ToArray() switch
        {
            [var only] => only,
            [] => throw Hosting.Unknown(partner.Value).ToRpcException(),
            _ => throw Problem.InvalidRequest([new FieldViolation(OnBehalfOf, "must name, as metadata of the call, the institution in whose name to ask")]).ToRpcException(),
        };
    }
}
