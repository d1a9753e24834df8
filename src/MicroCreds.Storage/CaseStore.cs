using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Storage;

/// <summary>Keeps cases. Writers are one after the other, so a verb's function runs once and sees everything committed before it.</summary>
internal sealed class CaseStore(StoreDatabase database, StatementSigner sign, TimeProvider clock) : ICaseStore
{
    /// <inheritdoc/>
    public Task<Result<RecognitionCase>> OpenAsync(
        ChangeRequest request, LearnerKey learner, ImmutableArray<ReadOnlyMemory<byte>> files,
        Func<LearnerLedger, Result<CaseTransition>> receive, CancellationToken cancellationToken)
    {
        // Hashed here, beside the other callers, rather than in the one writer.
        ImmutableArray<(Sha256Digest Digest, ReadOnlyMemory<byte> Bytes)> hashed = [.. files.Select(f => (Sha256Digest.Of(f.Span), f))];
        return database.WriteAsync(transaction => Open(transaction, request, learner, hashed, receive), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<RecognitionCase>> ChangeAsync(
        CaseId id, ChangeRequest request, int? etag,
        Func<RecognitionCase, LearnerLedger, Result<CaseTransition>> change, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => Change(transaction, id, [], request, etag, (c, _, ledger) => change(c, ledger)), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<RecognitionCase>> ChangeTogetherAsync(
        CaseId id, ImmutableArray<CaseId> others, ChangeRequest request, int? etag,
        Func<RecognitionCase, ImmutableArray<RecognitionCase>, LearnerLedger, Result<CaseTransition>> change, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => Change(transaction, id, others, request, etag, change), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<Replay>> FindReplayAsync(ChangeRequest request, CancellationToken cancellationToken) =>
        database.ReadAsync<Result<Replay>>(
            session =>
            {
                if (RequestRows.Find(session, request) is not { } first) return new Replay(null);
                return Replayed(session, first, request, null).Failed(out var problem, out var then) ? problem : new Replay(then);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<RecognitionCase?> FindAsync(CaseId id, CancellationToken cancellationToken) => database.ReadAsync(session => CaseRows.Find(session, id), cancellationToken);

    /// <inheritdoc/>
    public Task<LearnerLedger> LedgerAsync(LearnerKey learner, CancellationToken cancellationToken) => database.ReadAsync(session => CaseRows.Ledger(session, learner), cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> FileAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.First("SELECT bytes FROM credential_file WHERE digest = $1", r => r.GetFieldValue<byte[]>(0), digest.Value) is { } bytes
                ? new ReadOnlyMemory<byte>(bytes) : (ReadOnlyMemory<byte>?)null,
            cancellationToken);

    /// <inheritdoc/>
    public async Task<StatusPlace> StatusPlaceAsync(CaseId id, int version, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(session => DecisionStatusRows.Find(session, id, version), cancellationToken) is { } known) return known;
        var kept = await database.WriteAsync<StatusPlace>(transaction => DecisionStatusRows.Keep(transaction.Session, id, version), cancellationToken);
        return kept.Failed(out var problem, out var place) ? throw new InvalidOperationException(problem.Message) : place;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<int>?> WithdrawnAsync(int list, CancellationToken cancellationToken) => database.ReadAsync(session => DecisionStatusRows.Withdrawn(session, list), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CaseSummary>> ListAsync(CaseFilter filter, CaseListPosition? after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => CaseSummaries.Page(session, filter, after, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CaseChangeNotice>> ChangesAsync(long afterCursor, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Query(
                "SELECT cursor, summary FROM case_change WHERE cursor > $1 ORDER BY cursor LIMIT $2",
                r => new CaseChangeNotice(r.GetInt64(0), StoreSession.DocumentOf<CaseSummary>(r, 1)), afterCursor, limit).ToImmutableArray(),
            cancellationToken);

    /// <inheritdoc/>
    public Task WaitForChangeAsync(long afterCursor, CancellationToken cancellationToken) => database.Changes.WaitBeyondAsync(afterCursor, cancellationToken);

    private Result<RecognitionCase> Open(
        WriteTransaction transaction, ChangeRequest request, LearnerKey learner,
        ImmutableArray<(Sha256Digest Digest, ReadOnlyMemory<byte> Bytes)> files, Func<LearnerLedger, Result<CaseTransition>> receive)
    {
        var session = transaction.Session;
        if (RequestRows.Find(session, request) is { } first) return Replayed(session, first, request, null);
        if (receive(CaseRows.Ledger(session, learner)).Failed(out var refused, out var transition)) return refused;

        var opened = CaseFold.Fold(transition.Events);
        if (opened.Application.Learner != learner) throw new InvalidOperationException("The application is of another learner than the ledger it was judged by.");
        foreach (var (digest, bytes) in files) CaseRows.KeepFile(session, digest, bytes);
        CaseRows.Insert(transaction, opened, transition);
        return Finish(transaction, request, opened, transition) ?? (Result<RecognitionCase>)opened;
    }

    private Result<RecognitionCase> Change(
        WriteTransaction transaction, CaseId id, ImmutableArray<CaseId> others, ChangeRequest request, int? etag,
        Func<RecognitionCase, ImmutableArray<RecognitionCase>, LearnerLedger, Result<CaseTransition>> change)
    {
        var session = transaction.Session;
        if (RequestRows.Find(session, request) is { } first) return Replayed(session, first, request, id);
        if (CaseRows.Find(session, id) is not { } before) return Missing(id);
        var together = ImmutableArray.CreateBuilder<RecognitionCase>();
        foreach (var other in others)
        {
            if (CaseRows.Find(session, other) is not { } found) return Missing(other);
            together.Add(found);
        }

        // What the state forbids is said before what the etag forbids: reading anew and trying again would not help.
        if (change(before, together.ToImmutable(), CaseRows.Ledger(session, before.Application.Learner)).Failed(out var refused, out var transition)) return refused;
        if (etag is { } expected && expected != before.EventCount) return Changed(id, expected, before.EventCount);
        if (transition.Events.IsEmpty) throw new InvalidOperationException($"A verb on case {id} answered without an event.");

        var (changed, now) = (CaseFold.Apply(before, transition.Events), clock.GetUtcNow());
        for (var i = 0; i < transition.Together.Length; i++)
        {
            CaseRows.Update(transaction, CaseFold.Apply(together[i], transition.Together[i].Events), transition.Together[i]);
            if (Send(transaction, transition.Together[i], now) is { } unsent) return unsent;
        }

        CaseRows.Update(transaction, changed, transition);
        return Finish(transaction, request, changed, transition) ?? (Result<RecognitionCase>)changed;
    }

    /// <summary>Sends and remembers the request; answers why not when a statement may not be signed, and then nothing is kept.</summary>
    private Problem? Finish(WriteTransaction transaction, ChangeRequest request, RecognitionCase after, CaseTransition transition)
    {
        var now = clock.GetUtcNow();
        if (Send(transaction, transition, now) is { } unsent) return unsent;
        RequestRows.Keep(transaction.Session, request, RequestRows.RecognitionCase, after.Application.Case.Value, after.EventCount, null, now);
        return null;
    }

    private Problem? Send(WriteTransaction transaction, CaseTransition transition, DateTimeOffset now)
    {
        foreach (var draft in transition.Statements)
            if (StatementRows.Send(transaction, draft, sign, now) is { } unsent) return unsent;
        return null;
    }

    private static Problem Missing(CaseId id) => Problem.Of(ProblemCode.CaseNotFound, $"There is no case {id}.", ("case_id", id.Value));

    private static Result<RecognitionCase> Replayed(StoreSession session, RequestRow first, ChangeRequest request, CaseId? id)
    {
        if (first.Conflict(request, RequestRows.RecognitionCase, id?.Value) is { } conflict) return conflict;
        return CaseRows.Find(session, CaseId.Parse(first.Subject), first.Place)
            ?? throw new InvalidDataException($"The case {first.Subject} of a remembered request is missing.");
    }

    private static Problem Changed(CaseId id, int expected, int current) =>
        Problem.Of(
            ProblemCode.ConcurrentChange, $"The case {id} has changed since it was read: it has {current} events, not {expected}. Read it again and decide anew.",
            ("case_id", id.Value), ("etag", Text(expected)), ("current_etag", Text(current)));

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
