using System.Collections.Immutable;
using System.Security.Cryptography;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Storage;

/// <summary>Places of decisions in the status lists.</summary>
internal static class DecisionStatusRows
{
    /// <summary>The place of a decision; null when it has none.</summary>
    internal static StatusPlace? Find(StoreSession session, CaseId id, int version) =>
        session.Number("SELECT place FROM decision_status WHERE case_id = $1 AND version = $2", id.Value, version) is { } place ? new((int)(place / StatusPlace.ListLength), (int)(place % StatusPlace.ListLength)) : null;

    /// <summary>The place of a decision, given now when it has none.</summary>
    internal static StatusPlace Keep(StoreSession session, CaseId id, int version)
    {
        if (Find(session, id, version) is { } known) return known;
        // Lists are filled by half, so that a free position is found by chance in two tries.
        var list = (session.Number("SELECT count(*) FROM decision_status") ?? 0) / (StatusPlace.ListLength / 2);
        long place;
        do place = (list * StatusPlace.ListLength) + RandomNumberGenerator.GetInt32(StatusPlace.ListLength);
        while (session.Number("SELECT place FROM decision_status WHERE place = $1", place) is not null);
        session.Execute("INSERT INTO decision_status (place, case_id, version) VALUES ($1, $2, $3)", place, id.Value, version);
        return new((int)list, (int)(place % StatusPlace.ListLength));
    }

    /// <summary>Positions of a list whose decisions are not in effect; null for a list without places.</summary>
    internal static ImmutableArray<int>? Withdrawn(StoreSession session, int list)
    {
        var first = (long)list * StatusPlace.ListLength;
        if (session.Number("SELECT min(place) FROM decision_status WHERE place >= $1 AND place < $2", first, first + StatusPlace.ListLength) is null) return null;
        // A case without an outcome has no decision in effect; else the newest one is.
        return [.. session.Query(
            """
            SELECT s.place FROM decision_status s JOIN recognition_case r ON r.case_id = s.case_id
            WHERE s.place >= $1 AND s.place < $2
              AND (r.outcome IS NULL OR EXISTS (SELECT 1 FROM decision d WHERE d.case_id = s.case_id AND d.version > s.version))
            ORDER BY s.place
            """,
            r => (int)(r.GetInt64(0) - first), first, first + StatusPlace.ListLength)];
    }
}
