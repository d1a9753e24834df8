using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Grades;

/// <summary>Keeps grade tables, the institution's own and its partners'. A partner's table is confidential: it is used in conversions and never given out.</summary>
public interface IGradeTableStore
{
    /// <summary>Keeps a table in place of the one of the same organisation, field, level and years, with the request id. Replays the first answer.</summary>
    Task<Result<GradeTable>> PutAsync(GradeTable table, ChangeRequest request, CancellationToken cancellationToken);

    /// <summary>Every table of an organisation.</summary>
    Task<ImmutableArray<GradeTable>> OfAsync(OrganisationId organisation, CancellationToken cancellationToken);
}
