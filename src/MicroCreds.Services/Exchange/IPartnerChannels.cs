using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Institutions;

namespace MicroCreds.Services.Exchange;

/// <summary>The way to partners' nodes. A test puts a bad network in its place.</summary>
public interface IPartnerChannels
{
    /// <summary>
    /// Calls <paramref name="partner"/>'s node as <paramref name="acting"/>. Ends with INSTITUTION_NOT_FOUND when the partner is no active member of the
    /// trust list or has no address. A call on it ends with UNAVAILABLE while the partner is away.
    /// </summary>
    CallInvoker For(HostedInstitution acting, OrganisationId partner);
}
