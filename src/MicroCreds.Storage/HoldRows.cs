using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Storage;

/// <summary>Rows of streams that are held.</summary>
internal static class HoldRows
{
    // Sorts before every domain.
    private const string Everybody = "*";
    private const string Released = "released";

    /// <summary>Why a stream is held; null when it is not.</summary>
    internal static StreamHold? Of(StoreSession session, OrganisationId partner) =>
        session.First(
            "SELECT state, since_time FROM stream_hold WHERE partner IN ($1, '*') ORDER BY partner DESC LIMIT 1",
            r => new State(r.GetString(0), StoreSession.InstantOf(r, 1)), partner.Value) is { } row && Holds(row.Name)
            ? new StreamHold(partner, EnumText<StreamHoldReason>.Parse(row.Name), row.Since) : null;

    /// <summary>Every stream that is held: those that are said to be, and where all are, those with whom something was exchanged and who have not said yet how far they hold it.</summary>
    internal static ImmutableArray<StreamHold> All(StoreSession session) =>
        [.. session.Query(
            """
            SELECT partner, state, since_time FROM stream_hold WHERE state <> 'released' AND partner <> '*'
            UNION ALL
            SELECT known.partner, h.state, h.since_time FROM stream_hold h, (SELECT partner FROM outgoing_stream UNION SELECT partner FROM incoming_stream) known
            WHERE h.partner = '*' AND NOT EXISTS (SELECT 1 FROM stream_hold said WHERE said.partner = known.partner)
            ORDER BY 1
            """,
            r => new StreamHold(OrganisationId.Parse(r.GetString(0)), EnumText<StreamHoldReason>.Parse(r.GetString(1)), StoreSession.InstantOf(r, 2)))];

    /// <summary>Holds a stream.</summary>
    internal static void Hold(StoreSession session, OrganisationId partner, StreamHoldReason reason, DateTimeOffset at) => Set(session, partner.Value, EnumText<StreamHoldReason>.Of(reason), at);

    /// <summary>Holds every stream, whatever was said of each before.</summary>
    internal static void HoldAll(StoreSession session, DateTimeOffset at)
    {
        session.Execute("DELETE FROM stream_hold");
        Set(session, Everybody, EnumText<StreamHoldReason>.Of(StreamHoldReason.Restored), at);
    }

    /// <summary>Releases a stream.</summary>
    internal static void Release(StoreSession session, OrganisationId partner, DateTimeOffset at) => Set(session, partner.Value, Released, at);

    /// <summary>What a caller is told whose change needs a statement in a stream that is held.</summary>
    internal static Problem Held(OrganisationId partner, string state) =>
        Problem.Of(
            ProblemCode.StoreUnavailable,
            state == EnumText<StreamHoldReason>.Of(StreamHoldReason.Contradicted)
                ? $"{partner} holds another statement of this institution than its store: nothing is signed to {partner} until people have settled that."
                : $"The store was put back from a copy, or its server failed over to one that may lack commits, and nothing is signed to {partner} until it has said how far it holds the stream. Retry later with the same request id.",
            ("cause", "stream_held"), ("partner", partner.Value));

    /// <summary>Whether a state of a row holds its stream.</summary>
    internal static bool Holds(string state) => state != Released;

    private static void Set(StoreSession session, string partner, string state, DateTimeOffset at) =>
        session.Execute(
            "INSERT INTO stream_hold (partner, state, since_time) VALUES ($1, $2, $3) ON CONFLICT (partner) DO UPDATE SET state = excluded.state, since_time = excluded.since_time", partner, state, at);

    private sealed record State(string Name, DateTimeOffset Since);
}
