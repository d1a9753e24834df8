using System.Collections.Frozen;
using System.Collections.Immutable;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>What is said when a draft is approved and published.</summary>
internal static class DraftPublicationMapping
{
    private const int MaxReason = 1000;

    private static readonly FrozenDictionary<string, TableFindingCode> Kinds = Enum.GetValues<TableFindingCode>().ToFrozenDictionary(code => SnakeCase.Of(code));

    /// <summary>What is to be published, and why in spite of warnings.</summary>
    internal static (DraftChange Change, PublicationTerms Terms) ToPublish(Wire.PublishDraftRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var reasons = ImmutableDictionary.CreateBuilder<TableFindingCode, string>();
        string? others = null;
        for (var i = 0; i < request.Reasons.Count; i++)
        {
            var (at, given) = ($"reasons[{i}].", request.Reasons[i]);
            fields.Text(at + "reason", given.Reason, 1, MaxReason);
            if (given.Kind.Length == 0) others = given.Reason;
            else if (!Kinds.TryGetValue(given.Kind, out var kind)) fields.Wrong(at + "kind", "must be the kind of a finding, or empty for every other");
            else if (!reasons.TryAdd(kind, given.Reason)) fields.Wrong(at + "kind", $"stands twice: {given.Kind}");
        }

        var effectiveOn = fields.Day("effective_date", request.EffectiveDate);
        return (Change(request.RequestId, request.TableId, request.Etag, fields), new(reasons.ToImmutable(), others, effectiveOn));
    }

    /// <summary>What is approved: the draft as it was seen.</summary>
    internal static DraftChange ToApprove(Wire.ApproveDraftRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        fields.Require(request.Etag.Length > 0, "etag", "is required: what is approved is what was seen");
        return Change(request.RequestId, request.TableId, request.Etag, fields);
    }

    /// <summary>A change of a draft, when no field is wrong.</summary>
    internal static DraftChange Change(string requestId, string tableId, string etag, RequestFields fields)
    {
        var (id, table, revision) = (fields.RequestId(requestId), EquivalenceAdminMapping.Table(tableId, fields), EquivalenceAdminMapping.Etag(etag, fields));
        fields.ThrowIfWrong();
        return new(RequestFields.Known(id), RequestFields.Known(table), revision);
    }
}

/// <summary>On which terms a draft is published.</summary>
/// <param name="Reasons">Reasons for warnings, by kind.</param>
/// <param name="ReasonForOthers">Reason for warnings of every other kind.</param>
/// <param name="EffectiveOn">Day from which the version is in force; null for at once.</param>
internal sealed record PublicationTerms(ImmutableDictionary<TableFindingCode, string> Reasons, string? ReasonForOthers, DateOnly? EffectiveOn);
