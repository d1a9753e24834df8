using Google.Protobuf.WellKnownTypes;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Paging;
using MicroCreds.Sheets;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Between the history of tables in the domain and in the contract.</summary>
internal static class HistoryMapping
{
    /// <summary>The table whose versions are listed, and how many.</summary>
    internal static (TableId Table, int Size) ToList(Wire.ListVersionsRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var table = EquivalenceAdminMapping.Table(request.TableId, fields);
        var size = Size(request.PageSize, fields);
        fields.ThrowIfWrong();
        return (RequestFields.Known(table), size);
    }

    /// <summary>How many drafts are listed.</summary>
    internal static int ToList(Wire.ListDraftsRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var size = Size(request.PageSize, fields);
        fields.ThrowIfWrong();
        return size;
    }

    /// <summary>What is compared with what.</summary>
    internal static ComparedVersions ToCompare(Wire.CompareVersionsRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var table = EquivalenceAdminMapping.Table(request.TableId, fields);
        fields.Require(request.FromVersion >= 0, "from_version", "must be 0 for the draft, or a version from 1");
        fields.Require(request.ToVersion >= 0, "to_version", "must be 0 for the draft, or a version from 1");
        var size = Size(request.PageSize, fields);
        fields.ThrowIfWrong();
        return new(RequestFields.Known(table), request.FromVersion, request.ToVersion, size);
    }

    /// <summary>What is restored.</summary>
    internal static (DraftChange Change, int Version) ToRestore(Wire.RestoreVersionRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        fields.Require(request.Version >= 1, "version", "is required: a version from 1");
        var change = DraftPublicationMapping.Change(request.RequestId, request.TableId, request.Etag, fields);
        return (change, request.Version);
    }

    /// <summary>What is thrown away.</summary>
    internal static DraftChange ToDiscard(Wire.DiscardDraftRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        return DraftPublicationMapping.Change(request.RequestId, request.TableId, request.Etag, fields);
    }

    /// <summary>A version in a history.</summary>
    internal static Wire.PublishedVersion ToWire(PublishedVersion version) => new()
    {
        TableId = version.Table.Value, Version = version.Version, Digest = version.Digest.Value, PublishTime = Timestamp.FromDateTimeOffset(version.PublishedAt),
        PublishedBy = version.PublishedBy, UnitCount = version.Units, RuleCount = version.Rules, ApprovedBy = version.Approval?.By ?? "",
        EffectiveDate = EquivalenceMapping.Day(version.EffectiveOn),
        ApproveTime = version.Approval is { } approval ? Timestamp.FromDateTimeOffset(approval.At) : null,
        AcceptedWarnings = { version.AcceptedWarnings.Select(w => new Wire.AcceptedWarning { Kind = SnakeCase.Of(w.Code), Count = w.Count, Reason = w.Reason }) },
    };

    /// <summary>How many rows differ.</summary>
    internal static Wire.RowCounts ToWire(RowCounts counts) => new() { NewCount = counts.New, ChangedCount = counts.Changed, UnchangedCount = counts.Unchanged, RemovedCount = counts.Removed };

    private static int Size(int asked, RequestFields fields)
    {
        var size = PageToken.Size(asked);
        fields.Require(size is not null, "page_size", "must not be negative");
        return size ?? PageToken.DefaultSize;
    }
}

/// <summary>Two states of a table; version 0 is the draft.</summary>
internal sealed record ComparedVersions(TableId Table, int From, int To, int Size);
