using System.Collections.Frozen;
using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Services.Institutions;

/// <summary>The institutions hosted on this node.</summary>
public sealed class Hosting(IEnumerable<HostedInstitution> institutions)
{
    private readonly FrozenDictionary<OrganisationId, HostedInstitution> _byId = institutions.ToFrozenDictionary(i => i.Organisation);

    /// <summary>All of them, by id.</summary>
    public ImmutableArray<HostedInstitution> All => [.. _byId.Values.OrderBy(i => i.Organisation.Value, StringComparer.Ordinal)];

    /// <summary>The institution with this id; null when it is not hosted here.</summary>
    public HostedInstitution? Find(OrganisationId organisation) => _byId.GetValueOrDefault(organisation);

    /// <summary>The institution a request names; the only one hosted when the name is empty. Fails with INSTITUTION_NOT_FOUND or INVALID_REQUEST.</summary>
    public Result<HostedInstitution> Resolve(string institution)
    {
        if (institution.Length == 0)
            return _byId.Count == 1 ? _byId.Values[0]
                : Problem.InvalidRequest([new FieldViolation("institution", $"is required on a node that hosts {_byId.Count} institutions")]);
        if (!OrganisationId.TryParse(institution, out var id))
            return Problem.InvalidRequest([new FieldViolation("institution", "must be a SCHAC home-organisation identifier such as uni-a.example")]);
        return Find(id) is { } found ? found : Unknown(institution);
    }

    /// <summary>The answer for an institution that is neither hosted here nor to be seen by the caller.</summary>
    public static Problem Unknown(string institution) =>
        Problem.Of(ProblemCode.InstitutionNotFound, $"The institution {institution} is neither hosted here nor a partner.", ("institution", institution));
}
