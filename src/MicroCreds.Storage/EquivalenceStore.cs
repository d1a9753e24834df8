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
    /// <summary>How often a change is made ready, when others are faster each time, before its caller is told to try later.</summary>
    internal const int MaxAttempts = 4;

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
        ChangeAsync<EquivalenceDraft>(
            id, request, RequestRows.EquivalenceDraft, etag,
            standing =>
            {
                if (edit(standing.Draft).Failed(out var refused, out var edited)) return refused;
                var kept = edited with { Id = id, Revision = standing.Place.Revision + 1 };
                return new Prepared<EquivalenceDraft>(kept, TableDocument.Write(kept));
            },
            (transaction, edited) =>
            {
                transaction.Session.Execute(
                    "INSERT INTO equivalence_draft (table_id, revision, document) VALUES ($1, $2, $3) ON CONFLICT (table_id) DO UPDATE SET revision = excluded.revision, document = excluded.document",
                    id.Value, edited.Value.Revision, edited.Document);
                RequestRows.Keep(transaction.Session, request, RequestRows.EquivalenceDraft, id.Value, edited.Value.Revision, edited.Document, clock.GetUtcNow());
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<Result<EquivalenceDraft>> DiscardDraftAsync(TableId id, ChangeRequest request, int? etag, CancellationToken cancellationToken) =>
        ChangeAsync<EquivalenceDraft>(
            id, request, RequestRows.EquivalenceDraft, etag,
            standing => standing.Draft is { } draft ? new Prepared<EquivalenceDraft>(draft, TableDocument.Write(draft)) : NoDraft(id),
            (transaction, discarded) =>
            {
                transaction.Session.Execute("UPDATE equivalence_draft SET document = NULL WHERE table_id = $1", id.Value);
                RequestRows.Keep(transaction.Session, request, RequestRows.EquivalenceDraft, id.Value, discarded.Value.Revision, discarded.Document, clock.GetUtcNow());
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<Result<EquivalenceTable>> PublishAsync(
        TableId id, ChangeRequest request, int? etag, Func<EquivalenceDraft, int, Result<EquivalenceTable>> publish, CancellationToken cancellationToken) =>
        ChangeAsync<EquivalenceTable>(
            id, request, RequestRows.EquivalenceTable, etag,
            standing =>
            {
                if (standing.Draft is not { } draft) return NoDraft(id);
                var version = standing.Place.Version + 1;
                if (publish(draft, version).Failed(out var refused, out var table)) return refused;
                if (table.Id != id || table.Version != version) throw new InvalidOperationException($"Publishing version {version} of table {id} answered with version {table.Version} of {table.Id}.");
                return new Prepared<EquivalenceTable>(table, TableDocument.Write(table));
            },
            (transaction, published) => Publish(transaction, request, published),
            cancellationToken);

    /// <summary>
    /// Changes one table. Judging, compiling and packing 100,000 rules takes seconds, in which nobody else could write to the institution: it is done on a snapshot,
    /// before the transaction, which only sees that the table still stands there. Otherwise all is done again on what stands now.
    /// </summary>
    private async Task<Result<T>> ChangeAsync<T>(
        TableId id, ChangeRequest request, string kind, int? etag, Func<Standing, Result<Prepared<T>>> prepare, Action<WriteTransaction, Prepared<T>> keep, CancellationToken cancellationToken)
        where T : notnull
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var standing = await database.ReadAsync(session => new Standing(RequestRows.Find(session, request), PlaceOf(session, id), Draft(session, id)), cancellationToken);
            if (standing.First is { } first) return await ReplayAsync<T>(first, id, request, kind, cancellationToken);
            if (prepare(standing).Failed(out var refused, out var prepared)) return refused;
            var current = standing.Draft?.Revision ?? 0;
            if (etag is { } expected && expected != current) return Changed(id, expected, current);
            var written = await database.WriteAsync<bool>(
                transaction =>
                {
                    if (RequestRows.Find(transaction.Session, request) is not null || PlaceOf(transaction.Session, id) != standing.Place) return false;
                    keep(transaction, prepared);
                    return true;
                },
                cancellationToken);
            if (written.Failed(out var fault, out var kept)) return fault;
            if (kept) return prepared.Value;
        }
        return Problem.Of(ProblemCode.StoreUnavailable, $"Others changed the table {id} again and again while this change was made ready; nothing was written. Retry later with the same request id.", ("cause", "conflict"));
    }

    private async Task<Result<T>> ReplayAsync<T>(RequestRow first, TableId id, ChangeRequest request, string kind, CancellationToken cancellationToken) where T : notnull
    {
        if (first.Conflict(request, kind, id.Value) is { } conflict) return conflict;
        var document = first.Answer ?? await database.ReadAsync(
            session => session.First("SELECT document FROM equivalence_table WHERE table_id = $1 AND version = $2", r => r.GetFieldValue<byte[]>(0), first.Subject, first.Place), cancellationToken);
        return TableDocument.Read<T>(document ?? throw new InvalidDataException($"The answer to a remembered request, {first.Place} of the table {first.Subject}, is missing."));
    }

    private void Publish(WriteTransaction transaction, ChangeRequest request, Prepared<EquivalenceTable> published)
    {
        var (session, table) = (transaction.Session, published.Value);
        var (id, version) = (table.Id.Value, table.Version);
        session.Execute("INSERT INTO equivalence_table (table_id, version, digest, document) VALUES ($1, $2, $3, $4)", id, version, table.Digest.Value, published.Document);
        session.Execute("INSERT INTO table_version (table_id, version, effective_date, summary) VALUES ($1, $2, $3, $4)", id, version, table.EffectiveOn, DomainJson.Write(PublishedVersion.Of(table)));
        session.Execute("UPDATE equivalence_draft SET document = NULL WHERE table_id = $1", id);
        var cursor = session.Number("UPDATE counter SET value = value + 1 WHERE name = 'table_publication' RETURNING value") ?? throw new InvalidDataException("The counter of publications is missing.");
        session.Execute("INSERT INTO table_publication (cursor, table_id, version, publish_time) VALUES ($1, $2, $3, $4)", cursor, id, version, table.PublishedAt);
        transaction.PublicationCursor = cursor;
        RequestRows.Keep(session, request, RequestRows.EquivalenceTable, id, version, null, clock.GetUtcNow());
    }

    // An edit counts the revision on, a publication the version, and a draft that was thrown away is gone: together they tell every state of a table apart.
    private static Place PlaceOf(StoreSession session, TableId id) =>
        session.Query(
            """
            SELECT coalesce((SELECT revision FROM equivalence_draft WHERE table_id = $1), 0), (SELECT count(*) FROM equivalence_draft WHERE table_id = $1 AND document IS NOT NULL),
              coalesce((SELECT max(version) FROM equivalence_table WHERE table_id = $1), 0)
            """,
            r => new Place(r.GetInt32(0), r.GetInt64(1) > 0, r.GetInt32(2)), id.Value)[0];

    private static EquivalenceDraft? Draft(StoreSession session, TableId id) =>
        session.First("SELECT document FROM equivalence_draft WHERE table_id = $1 AND document IS NOT NULL", r => TableDocument.Read<EquivalenceDraft>(r.GetFieldValue<byte[]>(0)), id.Value);

    private static EquivalenceTable? Version(StoreSession session, string id, int version) =>
        session.First("SELECT document FROM equivalence_table WHERE table_id = $1 AND version = $2", r => TableDocument.Read<EquivalenceTable>(r.GetFieldValue<byte[]>(0)), id, version);

    private static Problem NoDraft(TableId id) => Problem.Of(ProblemCode.TableNotFound, $"The table {id} has no draft.", ("table_id", id.Value));

    private static Problem Changed(TableId id, int expected, int current) =>
        Problem.Of(
            ProblemCode.ConcurrentChange, $"The draft of the table {id} has changed since it was read: it is at revision {current}, not {expected}. Read it again and edit anew.",
            ("table_id", id.Value), ("etag", expected.ToString(CultureInfo.InvariantCulture)), ("current_etag", current.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Where a table stands: revision of the last draft, whether that is there, newest version.</summary>
    private sealed record Place(int Revision, bool Drafted, int Version);

    /// <summary>What a change starts from; <paramref name="First"/> is the first use of its request id, if there was one.</summary>
    private sealed record Standing(RequestRow? First, Place Place, EquivalenceDraft? Draft);

    /// <summary>A value with the bytes that are kept of it.</summary>
    private sealed record Prepared<T>(T Value, byte[] Document);
}
