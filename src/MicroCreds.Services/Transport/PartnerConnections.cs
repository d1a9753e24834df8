using System.Collections.Concurrent;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Services.Transport;

/// <summary>Which connections each partner calls on. One without a call in progress makes room for a new one; beyond that a call is refused.</summary>
internal sealed class PartnerConnections
{
    private readonly ConcurrentDictionary<OrganisationId, List<DoorPlace>> _places = new();

    /// <summary>Begins a call, or says that the partner has more connections in use than its share; <see cref="Leave"/> ends one that has begun.</summary>
    internal Problem? Enter(OrganisationId partner, DoorPlace place)
    {
        DoorPlace? idle = null;
        var places = _places.GetOrAdd(partner, _ => []);
        lock (places)
        {
            if (!places.Contains(place))
            {
                if (places.Count == TransportLimits.MaxConnectionsPerPartner)
                {
                    idle = places.Find(p => p.Calls == 0);
                    if (idle is null)
                    {
                        place.LetGo();
                        return Problem.Of(
                            ProblemCode.QuotaExceeded, $"{partner} has calls in progress on {TransportLimits.MaxConnectionsPerPartner} connections, which is its share; call on one of those.",
                            ("limit", "connections"), ("limit_value", $"{TransportLimits.MaxConnectionsPerPartner}"));
                    }

                    places.Remove(idle);
                }

                places.Add(place);
                place.Closed.UnsafeRegister(_ => Forget(places, place), null);
            }

            place.Calls++;
        }

        idle?.LetGo();
        return null;
    }

    /// <summary>Ends a call.</summary>
    internal void Leave(OrganisationId partner, DoorPlace place)
    {
        var places = _places.GetOrAdd(partner, _ => []);
        lock (places) place.Calls--;
    }

    private static void Forget(List<DoorPlace> places, DoorPlace place)
    {
        lock (places) places.Remove(place);
    }
}
