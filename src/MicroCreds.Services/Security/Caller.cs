using System.Collections.Immutable;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Services.Security;

/// <summary>Role of a member of staff. The numbers, 0 to 7, stand in tokens: none is ever given another meaning.</summary>
public enum StaffRole
{
    /// <summary>Works the queue and decides.</summary>
    Officer = 0,
    /// <summary>Decides appeals and looks over decisions.</summary>
    Reviewer = 1,
    /// <summary>Keeps equivalence and grade tables.</summary>
    Administrator = 2,
    /// <summary>Reads everything, changes nothing.</summary>
    Auditor = 3,
    /// <summary>Sees members and streams.</summary>
    Coordinator = 4,
    /// <summary>A student system: submits and reads.</summary>
    Integrator = 5,
}

/// <summary>Who makes a call, as the transport proved it. Nothing a request says can change it.</summary>
public abstract record Caller
{
    private Caller(string scope) => Scope = scope;

    /// <summary>Nobody in particular.</summary>
    public sealed record Anonymous() : Caller("anonymous");

    /// <summary>A member of staff, by bearer token.</summary>
    /// <param name="Account">Account name.</param>
    /// <param name="Roles">Roles.</param>
    /// <param name="Institutions">Institutions the account belongs to; empty means every one hosted here.</param>
    public sealed record Staff(string Account, ImmutableHashSet<StaffRole> Roles, ImmutableHashSet<OrganisationId> Institutions) : Caller($"staff:{Account}")
    {
        /// <summary>Whether the account belongs to <paramref name="institution"/>.</summary>
        public bool BelongsTo(OrganisationId institution) => Institutions.IsEmpty || Institutions.Contains(institution);
    }

    /// <summary>A partner's node, by client certificate.</summary>
    /// <param name="Organisation">Member whose TLS key it showed.</param>
    public sealed record Partner(OrganisationId Organisation) : Caller($"partner:{Organisation}");

    /// <summary>Name under which request ids of this caller are kept; ids of different callers never meet.</summary>
    public string Scope { get; }

    /// <summary>The caller of this call.</summary>
    public static Caller From(ServerCallContext context) => CallInProgress.CallerOf(context) ?? throw new InvalidOperationException("The call was not authenticated.");
}
