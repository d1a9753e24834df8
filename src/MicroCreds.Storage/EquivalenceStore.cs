using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Storage;

/// <summary>
/// Keeps equivalence tables. The store gives a draft its revision: it counts on over all drafts of a table, so that an etag read from
/// one draft never fits a later one.
/// </summary>
internal sealed class EquivalenceStore(StoreDatabase database, TimeProvider clock) : IEquivalenceStore
{
    /// <inheritdoc/>
    public Task<ImmutableArray<EquivalenceTable>> PublishedAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Query(
                """
                SELECT t.document FROM equivalence_table t
                WHERE t.version = (SELECT max(version) FROM equivalence_table newest WHERE newest.table_id = t.table_id) ORDER BY t.table_id
                """,
                r => TableDocument.Read<EquivalenceTable>(r.GetFieldValue<byte[]>(0))).ToImmutableArray(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<EquivalenceTable?> VersionAsync(TableId id, int version, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Version(session, id.Value, version), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<PublishedVersion>> VersionsAsync(TableId id, int before, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Query(
                "SELECT summary FROM table_version WHERE table_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3",
                r => StoreSession.DocumentOf<PublishedVersion>(r, 0), id.Value, before, limit).ToImmutableArray(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<TablePublication>> PublicationsAsync(long afterCursor, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Query(
                """
                SELECT p.cursor, p.table_id, p.version, p.publish_time, v.effective_date FROM table_publication p
                JOIN table_version v ON v.table_id = p.table_id AND v.version = p.version WHERE p.cursor > $1 ORDER BY p.cursor LIMIT $2
                """,
                r => new TablePublication(r.GetInt64(0), TableId.Parse(r.GetString(1)), r.GetInt32(2), StoreSession.InstantOf(r, 3), StoreSession.DayOf(r, 4)),
                afterCursor, limit).ToImmutableArray(),
            cancellationToken);

    /// <inheritdoc/>
    public Task WaitForPublicationAsync(long afterCursor, CancellationToken cancellationToken) => database.Publications.WaitBeyondAsync(afterCursor, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<EquivalenceDraft>> DraftsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Query("SELECT document FROM equivalence_draft WHERE document IS NOT NULL ORDER BY table_id", r => StoreSession.DocumentOf<EquivalenceDraft>(r, 0)).ToImmutableArray(), cancellationToken);

    /// <inheritdoc/>
    public Task<EquivalenceDraft?> DraftAsync(TableId id, CancellationToken cancellationToken) => database.ReadAsync(session => Draft(session, id), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<EquivalenceDraft>> EditDraftAsync(
        TableId id, ChangeRequest request, int? etag, Func<EquivalenceDraft?, Result<EquivalenceDraft>> edit, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => EditDraft(transaction.Session, id, request, etag, edit), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<EquivalenceDraft>> DiscardDraftAsync(TableId id, ChangeRequest request, int? etag, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => Discard(transaction.Session, id, request, etag), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<EquivalenceTable>> PublishAsync(
        TableId id, ChangeRequest request, int? etag, Func<EquivalenceDraft, int, Result<EquivalenceTable>> publish, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => Publish(transaction, id, request, etag, publish), cancellationToken);

    private Result<EquivalenceDraft> EditDraft(
        StoreSession session, TableId id, ChangeRequest request, int? etag, Func<EquivalenceDraft?, Result<EquivalenceDraft>> edit)
    {
        if (RequestRows.Find(session, request) is { } first)
        {
            if (first.Conflict(request, RequestRows.EquivalenceDraft, id.Value) is { } conflict) return conflict;
            return TableDocument.Read<EquivalenceDraft>(first.Answer ?? throw new InvalidDataException("The answer to a remembered request is missing."));
        }
        var before = Draft(session, id);
        if (edit(before).Failed(out var refused, out var edited)) return refused;
        if (etag is { } expected && expected != (before?.Revision ?? 0)) return Changed(id, expected, before?.Revision ?? 0);

        var revision = (int)(session.Number("SELECT revision FROM equivalence_draft WHERE table_id = $1", id.Value) ?? 0) + 1;
        var kept = edited with { Id = id, Revision = revision };
        var document = TableDocument.Write(kept);
        session.Execute(
            "INSERT INTO equivalence_draft (table_id, revision, document) VALUES ($1, $2, $3) ON CONFLICT (table_id) DO UPDATE SET revision = excluded.revision, document = excluded.document",
            id.Value, revision, document);
        RequestRows.Keep(session, request, RequestRows.EquivalenceDraft, id.Value, revision, document, clock.GetUtcNow());
        return kept;
    }

    private Result<EquivalenceDraft> Discard(StoreSession session, TableId id, ChangeRequest request, int? etag)
    {
        if (RequestRows.Find(session, request) is { } first)
        {
            if (first.Conflict(request, RequestRows.EquivalenceDraft, id.Value) is { } conflict) return conflict;
            return TableDocument.Read<EquivalenceDraft>(first.Answer ?? throw new InvalidDataException("The answer to a remembered request is missing."));
        }
        if (Draft(session, id) is not { } draft) return NoDraft(id);
        if (etag is { } expected && expected != draft.Revision) return Changed(id, expected, draft.Revision);
        session.Execute("UPDATE equivalence_draft SET document = NULL WHERE table_id = $1", id.Value);
        RequestRows.Keep(session, request, RequestRows.EquivalenceDraft, id.Value, draft.Revision, TableDocument.Write(draft), clock.GetUtcNow());
        return draft;
    }

    private Result<EquivalenceTable> Publish(
        WriteTransaction transaction, TableId id, ChangeRequest request, int? etag, Func<EquivalenceDraft, int, Result<EquivalenceTable>> publish)
    {
        var session = transaction.Session;
        if (RequestRows.Find(session, request) is { } first)
        {
            if (first.Conflict(request, RequestRows.EquivalenceTable, id.Value) is { } conflict) return conflict;
            return Version(session, first.Subject, first.Place) ?? throw new InvalidDataException($"Version {first.Place} of the table {first.Subject} of a remembered request is missing.");
        }
        if (Draft(session, id) is not { } draft) return NoDraft(id);
        var version = (int)(session.Number("SELECT max(version) FROM equivalence_table WHERE table_id = $1", id.Value) ?? 0) + 1;
        if (publish(draft, version).Failed(out var refused, out var table)) return refused;
        if (etag is { } expected && expected != draft.Revision) return Changed(id, expected, draft.Revision);
        if (table.Id != id || table.Version != version) throw new InvalidOperationException($"Publishing version {version} of table {id} answered with version {table.Version} of {table.Id}.");

        session.Execute(
            "INSERT INTO equivalence_table (table_id, version, digest, document) VALUES ($1, $2, $3, $4)", id.Value, version, table.Digest.Value, TableDocument.Write(table));
        session.Execute("INSERT INTO table_version (table_id, version, effective_date, summary) VALUES ($1, $2, $3, $4)", id.Value, version, table.EffectiveOn, DomainJson.Write(PublishedVersion.Of(table)));
        session.Execute("UPDATE equivalence_draft SET document = NULL WHERE table_id = $1", id.Value);
        var cursor = session.Number("UPDATE counter SET value = value + 1 WHERE name = 'table_publication' RETURNING value") ?? throw new InvalidDataException("The counter of publications is missing.");
        session.Execute("INSERT INTO table_publication (cursor, table_id, version, publish_time) VALUES ($1, $2, $3, $4)", cursor, id.Value, version, table.PublishedAt);
        transaction.PublicationCursor = cursor;
        RequestRows.Keep(session, request, RequestRows.EquivalenceTable, id.Value, version, null, clock.GetUtcNow());
        return table;
    }

    private static EquivalenceDraft? Draft(StoreSession session, TableId id) =>
        session.First("SELECT document FROM equivalence_draft WHERE table_id = $1 AND document IS NOT NULL", r => TableDocument.Read<EquivalenceDraft>(r.GetFieldValue<byte[]>(0)), id.Value);

    private static EquivalenceTable? Version(StoreSession session, string id, int version) =>
        session.First("SELECT document FROM equivalence_table WHERE table_id = $1 AND version = $2", r => TableDocument.Read<EquivalenceTable>(r.GetFieldValue<byte[]>(0)), id, version);

    private static Problem NoDraft(TableId id) => Problem.Of(ProblemCode.TableNotFound, $"The table {id} has no draft.", ("table_id", id.Value));

    private static Problem Changed(TableId id, int expected, int current) =>
        Problem.Of(
            ProblemCode.ConcurrentChange, $"The draft of the table {id} has changed since it was read: it is at revision {current}, not {expected}. Read it again and edit anew.",
            ("table_id", id.Value), ("etag", expected.ToString(CultureInfo.InvariantCulture)), ("current_etag", current.ToString(CultureInfo.InvariantCulture)));
}
