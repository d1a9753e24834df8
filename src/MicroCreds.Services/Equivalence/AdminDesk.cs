using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;

namespace MicroCreds.Services.Equivalence;

/// <summary>The institution whose tables are worked on, and who works on them.</summary>
internal sealed record AdminDesk(HostedInstitution Institution, Caller.Staff Staff)
{
    internal IEquivalenceStore Tables => Institution.Tables;

    internal OrganisationId Organisation => Institution.Organisation;
}
