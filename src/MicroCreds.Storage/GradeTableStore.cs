using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Storage;

/// <summary>Keeps grade tables.</summary>
internal sealed class GradeTableStore(StoreDatabase database, TimeProvider clock) : IGradeTableStore
{
    /// <inheritdoc/>
    public Task<Result<GradeTable>> PutAsync(GradeTable table, ChangeRequest request, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => Put(transaction.Session, table, request), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<GradeTable>> OfAsync(OrganisationId organisation, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Query(
                "SELECT document FROM grade_table WHERE organisation = $1 ORDER BY isced_field, eqf_level, first_year, last_year",
                r => StoreSession.DocumentOf<GradeTable>(r, 0), organisation.Value).ToImmutableArray(),
            cancellationToken);

    private Result<GradeTable> Put(StoreSession session, GradeTable table, ChangeRequest request)
    {
        if (RequestRows.Find(session, request) is { } first)
        {
            if (first.Conflict(request, RequestRows.GradeTable, table.Organisation.Value) is { } conflict) return conflict;
            return DomainJson.Read<GradeTable>(first.Answer);
        }
        var document = DomainJson.Write(table);
        session.Execute(
            """
            INSERT INTO grade_table (organisation, isced_field, eqf_level, first_year, last_year, document) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (organisation, isced_field, eqf_level, first_year, last_year) DO UPDATE SET document = excluded.document
            """,
            table.Organisation.Value, table.IscedField, table.EqfLevel, table.FirstYear, table.LastYear, document);
        RequestRows.Keep(session, request, RequestRows.GradeTable, table.Organisation.Value, 0, document, clock.GetUtcNow());
        return table;
    }
}
