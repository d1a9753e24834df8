using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Paging;
using MicroCreds.Sheets;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Reads the versions of a table and what differs between them.</summary>
internal static class TableHistory
{
    /// <summary>A page of versions, newest first, with the draft.</summary>
    internal static async Task<Wire.ListVersionsResponse> ListAsync(AdminDesk desk, TableId table, int size, string token, CancellationToken cancellationToken)
    {
        var filter = $"EquivalenceAdminService/ListVersions {desk.Organisation} {table}";
        var before = PageToken.Read(token, filter) is { } place ? int.Parse(place, CultureInfo.InvariantCulture) : int.MaxValue;
        var versions = await desk.Tables.VersionsAsync(table, before, size + 1, cancellationToken);
        var draft = await desk.Tables.DraftAsync(table, cancellationToken);
        if (versions.IsEmpty && before == int.MaxValue && draft is null) throw EquivalenceAdminService.NoTable(table).ToRpcException();

        var response = new Wire.ListVersionsResponse { Draft = draft is null ? null : EquivalenceAdminMapping.ToWire(draft, desk.Institution), VersionInForce = desk.Institution.Published.Current.Tables.FirstOrDefault(t => t.Id == table)?.Version ?? 0 };
        response.Versions.AddRange(versions.Take(size).Select(HistoryMapping.ToWire));
        if (versions.Length > size) response.NextPageToken = PageToken.Make(filter, versions[size - 1].Version.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    /// <summary>A page of the drafts of all tables.</summary>
    internal static async Task<Wire.ListDraftsResponse> DraftsAsync(AdminDesk desk, int size, string token, CancellationToken cancellationToken)
    {
        var filter = $"EquivalenceAdminService/ListDrafts {desk.Organisation}";
        var after = PageToken.Read(token, filter);
        var page = (await desk.Tables.DraftsAsync(cancellationToken)).Where(d => after is null || string.CompareOrdinal(d.Id.Value, after) > 0).OrderBy(d => d.Id.Value, StringComparer.Ordinal).Take(size + 1).ToList();
        var response = new Wire.ListDraftsResponse();
        response.Drafts.AddRange(page.Take(size).Select(draft => EquivalenceAdminMapping.ToWire(draft, desk.Institution)));
        if (page.Count > size) response.NextPageToken = PageToken.Make(filter, page[size - 1].Id.Value);
        return response;
    }

    /// <summary>A page of what differs between two states.</summary>
    internal static async Task<Wire.CompareVersionsResponse> CompareAsync(AdminDesk desk, ComparedVersions asked, string token, CancellationToken cancellationToken)
    {
        var (from, to) = (await StateAsync(desk, asked.Table, asked.From, cancellationToken), await StateAsync(desk, asked.Table, asked.To, cancellationToken));
        // Bound to the contents: a page never goes on in a draft that has changed.
        var filter = $"EquivalenceAdminService/CompareVersions {desk.Organisation} {asked.Table} {from.Digest} {to.Digest}";
        var compared = TableComparison.Of(from.Units, from.Rules, to.Units, to.Rules, Place(PageToken.Read(token, filter)), asked.Size + 1);

        var response = new Wire.CompareVersionsResponse
        {
            FromDigest = from.Digest.Value, ToDigest = to.Digest.Value,
            Units = HistoryMapping.ToWire(compared.Units), Outcomes = HistoryMapping.ToWire(compared.Outcomes), Rules = HistoryMapping.ToWire(compared.Rules), Sources = HistoryMapping.ToWire(compared.Sources),
        };
        response.Rows.AddRange(compared.Rows.Take(asked.Size).Select(ImportMapping.ToWire));
        if (compared.Rows.Length > asked.Size && compared.Rows[asked.Size - 1] is var last) response.NextPageToken = PageToken.Make(filter, $"{SnakeCase.Of(last.Sheet)} {last.Key}");
        return response;
    }

    private static (SheetKind Sheet, string Key)? Place(string? position)
    {
        if (position?.Split(' ', 2) is not [var name, var key]) return null;
        return (Array.Find(Enum.GetValues<SheetKind>(), kind => SnakeCase.Of(kind) == name), key);
    }

    private static async Task<State> StateAsync(AdminDesk desk, TableId table, int version, CancellationToken cancellationToken)
    {
        if (version == 0)
        {
            return await desk.Tables.DraftAsync(table, cancellationToken) is { } draft
                ? new(draft.Units, draft.Rules, EquivalenceTableBuilder.DigestOf(draft.Units, draft.Rules))
                : throw EquivalenceAdminService.NoTable(table).ToRpcException();
        }

        return await desk.Tables.VersionAsync(table, version, cancellationToken) is { } published
            ? new(published.Units, published.Rules, published.Digest)
            : throw EquivalenceAdminService.NoTable(table).ToRpcException();
    }

    private sealed record State(ImmutableArray<TargetUnit> Units, ImmutableArray<EquivalenceRule> Rules, Sha256Digest Digest);
}
