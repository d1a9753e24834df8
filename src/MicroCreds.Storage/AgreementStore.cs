using System.Collections.Immutable;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Storage;

/// <summary>Keeps learning agreements.</summary>
internal sealed class AgreementStore(StoreDatabase database, TimeProvider clock) : IAgreementStore
{
    private const string Rest =
        " agreement_id > $1 AND (CAST($2 AS TEXT) IS NULL OR programme = $2) AND (CAST($3 AS TEXT) IS NULL OR host = $3) ORDER BY agreement_id LIMIT $4";

    /// <inheritdoc/>
    public Task<Result<AgreementHistory>> ChangeAsync(AgreementId id, ChangeRequest request, Func<AgreementHistory?, Result<AgreementEvent>> change, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => Change(transaction.Session, id, request, change), cancellationToken);

    /// <inheritdoc/>
    public Task<AgreementHistory?> FindAsync(AgreementId id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Find(session, id, int.MaxValue), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<AgreementHistory>> ListAsync(AgreementFilter filter, AgreementId? after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => (filter.Learner is { } learner
                    // Every submission asks for one learner's: along the index.
                    ? session.Query("SELECT agreement_id FROM learning_agreement WHERE learner = $5 AND" + Rest, IdOf, after?.Value ?? "", filter.Programme?.Value, filter.Host?.Value, limit, learner.Value)
                    : session.Query("SELECT agreement_id FROM learning_agreement WHERE" + Rest, IdOf, after?.Value ?? "", filter.Programme?.Value, filter.Host?.Value, limit))
                .Select(id => Known(session, id, int.MaxValue)).ToImmutableArray(),
            cancellationToken);

    private Result<AgreementHistory> Change(StoreSession session, AgreementId id, ChangeRequest request, Func<AgreementHistory?, Result<AgreementEvent>> change)
    {
        if (RequestRows.Find(session, request) is { } first)
        {
            if (first.Conflict(request, RequestRows.LearningAgreement, id.Value) is { } conflict) return conflict;
            return Known(session, id, first.Place);
        }

        var before = Find(session, id, int.MaxValue);
        if (change(before).Failed(out var refused, out var happened)) return refused;
        var sequence = (before?.Events.Length ?? 0) + 1;
        if (before is null)
        {
            if (happened is not AgreementEvent.Recorded { Agreement: var version }) throw new InvalidOperationException($"The agreement {id} does not begin with a version.");
            session.Execute(
                "INSERT INTO learning_agreement (agreement_id, learner, programme, host) VALUES ($1, $2, $3, $4)", id.Value, version.Learner.Value, version.Programme.Value, version.Host.Value);
        }

        session.Execute("INSERT INTO learning_agreement_event (agreement_id, sequence, document) VALUES ($1, $2, $3)", id.Value, sequence, DomainJson.Write(happened));
        RequestRows.Keep(session, request, RequestRows.LearningAgreement, id.Value, sequence, null, clock.GetUtcNow());
        return new AgreementHistory([.. before?.Events ?? [], happened]);
    }

    private static AgreementId IdOf(System.Data.Common.DbDataReader row) => AgreementId.Parse(row.GetString(0));

    private static AgreementHistory Known(StoreSession session, AgreementId id, int place) =>
        Find(session, id, place) ?? throw new InvalidDataException($"The learning agreement {id} has no events.");

    private static AgreementHistory? Find(StoreSession session, AgreementId id, int place) =>
        session.Query(
            "SELECT document FROM learning_agreement_event WHERE agreement_id = $1 AND sequence <= $2 ORDER BY sequence", r => StoreSession.DocumentOf<AgreementEvent>(r, 0), id.Value, place)
            is { Count: > 0 } events ? new AgreementHistory([.. events]) : null;
}
