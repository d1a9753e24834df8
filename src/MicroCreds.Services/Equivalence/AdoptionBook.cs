using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Paging;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Reads which rules an institution adopted, and what became of their sources.</summary>
internal static class AdoptionBook
{
    /// <summary>Every adopted rule, by table and rule.</summary>
    internal static async Task<ImmutableArray<Adoption>> ReadAsync(HostedInstitution institution, CancellationToken cancellationToken) => Adoption.Of(
        await institution.Tables.PublishedAsync(cancellationToken), await institution.Tables.DraftsAsync(cancellationToken),
        await institution.Adoptions.SourcesAsync(cancellationToken), await institution.Adoptions.AcknowledgementsAsync(cancellationToken));

    /// <summary>A page of adopted rules.</summary>
    internal static async Task<Wire.ListAdoptionsResponse> PageAsync(AdminDesk desk, TableId? table, int size, Wire.ListAdoptionsRequest request, CancellationToken cancellationToken)
    {
        var filter = $"EquivalenceAdminService/ListAdoptions {desk.Organisation} {table} {request.OpenOnly}";
        var after = PageToken.Read(request.PageToken, filter)?.Split(' ', 2);
        var page = (await ReadAsync(desk.Institution, cancellationToken))
            .Where(a => (table is null || a.Table == table) && (a.Open || !request.OpenOnly) && (after is not [var lastTable, var lastRule] || IsBehind(a, lastTable, lastRule))).Take(size + 1).ToList();
        var response = new Wire.ListAdoptionsResponse();
        response.Adoptions.AddRange(page.Take(size).Select(AdoptionMapping.ToWire));
        if (page.Count > size) response.NextPageToken = PageToken.Make(filter, $"{page[size - 1].Table} {page[size - 1].Rule.Id}");
        return response;
    }

    /// <summary>Keeps that a change was looked at.</summary>
    internal static async Task<Wire.AcknowledgeAdoptionResponse> AcknowledgeAsync(AdminDesk desk, ChangeRequest change, AdoptionAcknowledgement acknowledgement, CancellationToken cancellationToken)
    {
        var found = (await ReadAsync(desk.Institution, cancellationToken)).FirstOrDefault(a => a.Table == acknowledgement.Table && a.Rule.Id == acknowledgement.Rule);
        if (found?.Changed is not { } changed || acknowledgement.SourceVersion > changed.Source.Version)
        {
            throw Problem.Of(
                ProblemCode.RuleNotFound, $"The rule {acknowledgement.Rule} of {acknowledgement.Table} is not adopted, or its source has no such change.",
                ("institution", desk.Organisation.Value), ("rule_id", acknowledgement.Rule.Value)).ToRpcException();
        }

        if ((await desk.Institution.Adoptions.AcknowledgeAsync(change, acknowledgement, cancellationToken)).Failed(out var problem, out var kept)) throw problem.ToRpcException();
        // Somebody looked at an older change than the one that waits by now.
        return new() { Adoption = AdoptionMapping.ToWire(found with { Acknowledged = kept.SourceVersion >= changed.Source.Version ? kept : null }) };
    }

    private static bool IsBehind(Adoption adoption, string table, string rule) =>
        string.CompareOrdinal(adoption.Table.Value, table) is var order && (order > 0 || (order == 0 && string.CompareOrdinal(adoption.Rule.Id.Value, rule) > 0));
}
