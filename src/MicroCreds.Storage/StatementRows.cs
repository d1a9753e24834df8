using System.Collections.Immutable;
using System.Data.Common;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Storage;

/// <summary>Rows of streams and statements, in both directions.</summary>
internal static class StatementRows
{
    /// <summary>
    /// Gives a draft the next place in the stream to its audience, has it signed there, and keeps the bytes. All in the caller's transaction. Answers why not
    /// when the stream is held, or when a statement that came back from the audience says of the case already what the draft would.
    /// </summary>
    internal static Problem? Send(WriteTransaction transaction, StatementDraft draft, StatementSigner sign, DateTimeOffset storedAt)
    {
        var session = transaction.Session;
        // One question: with a server each costs a round trip.
        var (state, returned, head) = session.Query(
            """
            SELECT h.state, (SELECT max(version) FROM returned_statement WHERE partner = $1 AND case_id = $2), s.epoch, s.sequence, s.head
            FROM (SELECT 1 AS one) always
            LEFT JOIN (SELECT state FROM stream_hold WHERE partner IN ($1, '*') ORDER BY partner DESC LIMIT 1) h ON TRUE
            LEFT JOIN (SELECT epoch, sequence, head FROM outgoing_stream WHERE partner = $1 ORDER BY epoch DESC LIMIT 1) s ON TRUE
            """,
            r => (r.IsDBNull(0) ? null : r.GetString(0), r.IsDBNull(1) ? (int?)null : r.GetInt32(1), r.IsDBNull(2) ? StreamHead.Empty : HeadOf(r, 2)), draft.Audience.Value, draft.Case.Value)[0];
        if (state is not null && HoldRows.Holds(state)) return HoldRows.Held(draft.Audience, state);
        if (returned is { } version && draft.Version <= version) return SaidBefore(draft, version);
        var position = new StreamPosition(head.Epoch, head.Sequence + 1, head.Head);
        var statement = sign(draft, position);
        Append(session, draft.Audience, statement.Digest, draft.Case, draft.Kind, statement, position, storedAt);
        transaction.OutgoingGrew = true;
        return null;
    }

    /// <summary>Puts a statement of this institution behind the head of its stream.</summary>
    internal static void Append(
        StoreSession session, OrganisationId partner, Sha256Digest digest, CaseId id, StatementKind kind, SignedStatement statement, StreamPosition position, DateTimeOffset storedAt)
    {
        KeepStatement(session, digest, id, kind, statement, storedAt);
        session.Execute(
            """
            INSERT INTO outgoing_stream (partner, epoch, sequence, head) VALUES ($1, $2, $3, $4)
            ON CONFLICT (partner, epoch) DO UPDATE SET sequence = excluded.sequence, head = excluded.head
            """,
            partner.Value, position.Epoch, position.Sequence, digest.Value);
        session.Execute(
            "INSERT INTO outgoing (partner, epoch, sequence, digest, previous_digest) VALUES ($1, $2, $3, $4, $5)",
            partner.Value, position.Epoch, position.Sequence, digest.Value, position.Previous?.Value);
    }

    /// <summary>Digest of what was sent at the place of a head; null when nothing was.</summary>
    internal static Sha256Digest? SentAt(StoreSession session, OrganisationId partner, StreamHead place) =>
        session.First(
            "SELECT digest FROM outgoing WHERE partner = $1 AND epoch = $2 AND sequence = $3", r => Sha256Digest.Parse(r.GetString(0)), partner.Value, place.Epoch, place.Sequence);

    /// <summary>Keeps a verified statement of a partner.</summary>
    internal static void Receive(StoreSession session, OrganisationId partner, ReceivedStatement received, DateTimeOffset storedAt)
    {
        var position = received.Position;
        KeepStatement(session, received.Digest, received.Case, received.Kind, received.Statement, storedAt);
        session.Execute(
            """
            INSERT INTO incoming_stream (partner, epoch, sequence, head) VALUES ($1, $2, $3, $4)
            ON CONFLICT (partner, epoch) DO UPDATE SET sequence = excluded.sequence, head = excluded.head
            """,
            partner.Value, position.Epoch, position.Sequence, received.Digest.Value);
        session.Execute(
            "INSERT INTO incoming (partner, epoch, sequence, digest, previous_digest) VALUES ($1, $2, $3, $4, $5)",
            partner.Value, position.Epoch, position.Sequence, received.Digest.Value, position.Previous?.Value);
    }

    /// <summary>Head of the newest epoch of the stream to a partner.</summary>
    internal static StreamHead OutgoingHead(StoreSession session, OrganisationId partner) =>
        session.First("SELECT epoch, sequence, head FROM outgoing_stream WHERE partner = $1 ORDER BY epoch DESC LIMIT 1", r => HeadOf(r, 0), partner.Value) ?? StreamHead.Empty;

    /// <summary>Head of the newest epoch of the stream from a partner.</summary>
    internal static StreamHead IncomingHead(StoreSession session, OrganisationId partner) =>
        session.First("SELECT epoch, sequence, head FROM incoming_stream WHERE partner = $1 ORDER BY epoch DESC LIMIT 1", r => HeadOf(r, 0), partner.Value) ?? StreamHead.Empty;

    /// <summary>Keeps the signed proof that one place of a stream carries two digests. The same proof again changes nothing.</summary>
    internal static void KeepEvidence(
        StoreSession session, string direction, OrganisationId partner, int epoch, long sequence, Sha256Digest stored, Sha256Digest other, string proof, DateTimeOffset at) =>
        session.Execute(
            """
            INSERT INTO equivocation_evidence (direction, partner, epoch, sequence, stored_digest, other_digest, proof, recorded_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT DO NOTHING
            """,
            direction, partner.Value, epoch, sequence, stored.Value, other.Value, proof, at);

    /// <summary>Reads epoch, sequence and head from three columns.</summary>
    internal static StreamHead HeadOf(DbDataReader reader, int column) =>
        new(reader.GetInt32(column), reader.GetInt64(column + 1), reader.IsDBNull(column + 2) ? null : Sha256Digest.Parse(reader.GetString(column + 2)));

    /// <summary>Reads epoch, sequence, digest, JWS and disclosures from five columns.</summary>
    internal static StoredStatement StatementOf(DbDataReader reader, int column) => new(
        reader.GetInt32(column), reader.GetInt64(column + 1), Sha256Digest.Parse(reader.GetString(column + 2)),
        new SignedStatement(reader.GetString(column + 3), StoreSession.DocumentOf<ImmutableArray<string>>(reader, column + 4)));

    private static Problem SaidBefore(StatementDraft draft, int version) =>
        Problem.Of(
            ProblemCode.StoreUnavailable,
            $"{draft.Audience} holds a statement about this case, up to version {version} of its decision, that was lost here and has come back: another one would contradict it. The case stays as it is; its evidence holds the statement.",
            ("cause", "said_before"), ("partner", draft.Audience.Value), ("case_id", draft.Case.Value));

    private static void KeepStatement(StoreSession session, Sha256Digest digest, CaseId id, StatementKind kind, SignedStatement statement, DateTimeOffset storedAt) =>
        session.Execute(
            "INSERT INTO statement (digest, case_id, kind, jws, disclosures, stored_time) VALUES ($1, $2, $3, $4, $5, $6)",
            digest.Value, id.Value, EnumText<StatementKind>.Of(kind), statement.Jws, DomainJson.Write(statement.Disclosures), storedAt);
}
