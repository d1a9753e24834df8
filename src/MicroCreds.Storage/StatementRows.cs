using System.Collections.Immutable;
using System.Data.Common;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Storage;

/// <summary>Rows of streams and statements, in both directions.</summary>
internal static class StatementRows
{
    /// <summary>Gives a draft the next place in the stream to its audience, has it signed there, and keeps the bytes. All in the caller's transaction.</summary>
    internal static void Send(WriteTransaction transaction, StatementDraft draft, StatementSigner sign, DateTimeOffset storedAt)
    {
        var session = transaction.Session;
        var head = OutgoingHead(session, draft.Audience);
        var position = new StreamPosition(head.Epoch, head.Sequence + 1, head.Head);
        var statement = sign(draft, position);
        var digest = statement.Digest;
        KeepStatement(session, digest, draft.Case, draft.Kind, statement, storedAt);
        session.Execute(
            """
            INSERT INTO outgoing_stream (partner, epoch, sequence, head) VALUES ($1, $2, $3, $4)
            ON CONFLICT (partner, epoch) DO UPDATE SET sequence = excluded.sequence, head = excluded.head
            """,
            draft.Audience.Value, position.Epoch, position.Sequence, digest.Value);
        session.Execute(
            "INSERT INTO outgoing (partner, epoch, sequence, digest, previous_digest) VALUES ($1, $2, $3, $4, $5)",
            draft.Audience.Value, position.Epoch, position.Sequence, digest.Value, position.Previous?.Value);
        transaction.OutgoingGrew = true;
    }

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

    private static void KeepStatement(StoreSession session, Sha256Digest digest, CaseId id, StatementKind kind, SignedStatement statement, DateTimeOffset storedAt) =>
        session.Execute(
            "INSERT INTO statement (digest, case_id, kind, jws, disclosures, stored_time) VALUES ($1, $2, $3, $4, $5, $6)",
            digest.Value, id.Value, EnumText<StatementKind>.Of(kind), statement.Jws, DomainJson.Write(statement.Disclosures), storedAt);
}
