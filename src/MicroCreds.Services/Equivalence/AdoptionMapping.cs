using Google.Protobuf.WellKnownTypes;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Paging;
using MicroCreds.Sheets;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Between adoptions of the domain and of the contract.</summary>
internal static class AdoptionMapping
{
    /// <summary>What is adopted.</summary>
    internal static (DraftChange Change, AskedAdoption Asked) ToAdopt(Wire.AdoptRuleRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var partner = fields.Required<OrganisationId>("source_institution", request.SourceInstitution, OrganisationId.TryParse, "the SCHAC identifier of a partner");
        fields.Require(request.SourceInstitution.Length == 0 || request.SourceInstitution != request.Institution, "source_institution", "must be another institution");
        var source = fields.Required<RuleId>("source_rule_id", request.SourceRuleId, RuleId.TryParse, "a rule identifier of 1 to 64 characters");
        var target = fields.Required<UnitCode>("target_unit", request.TargetUnit, UnitCode.TryParse, "a unit code of 1 to 64 characters");
        var rule = fields.Optional<RuleId>("rule_id", request.RuleId, RuleId.TryParse, "a rule identifier of 1 to 64 characters");
        var change = DraftPublicationMapping.Change(request.RequestId, request.TableId, request.Etag, fields);
        return (change, new(RequestFields.Known(partner), RequestFields.Known(source), RequestFields.Known(target), rule ?? RequestFields.Known(source), request.Automatic));
    }

    /// <summary>Which adopted rules are listed, and how many.</summary>
    internal static (TableId? Table, int Size) ToList(Wire.ListAdoptionsRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var table = fields.Optional<TableId>("table_id", request.TableId, TableId.TryParse, "a table identifier of 1 to 64 characters");
        var size = PageToken.Size(request.PageSize);
        fields.Require(size is not null, "page_size", "must not be negative");
        fields.ThrowIfWrong();
        return (table, size ?? PageToken.DefaultSize);
    }

    /// <summary>Which change was looked at.</summary>
    internal static (RequestId Id, TableId Table, RuleId Rule) ToAcknowledge(Wire.AcknowledgeAdoptionRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var (id, table) = (fields.RequestId(request.RequestId), EquivalenceAdminMapping.Table(request.TableId, fields));
        var rule = fields.Required<RuleId>("rule_id", request.RuleId, RuleId.TryParse, "a rule identifier of 1 to 64 characters");
        fields.Require(request.SourceVersion >= 1, "source_version", "is required: a version from 1");
        fields.ThrowIfWrong();
        return (RequestFields.Known(id), RequestFields.Known(table), RequestFields.Known(rule));
    }

    /// <summary>An adopted rule.</summary>
    internal static Wire.Adoption ToWire(Adoption adoption) => new()
    {
        TableId = adoption.Table.Value, RuleId = adoption.Rule.Id.Value, Source = EquivalenceMapping.ToWire(adoption.Source), Published = adoption.Published, InDraft = adoption.InDraft,
        Change = adoption.Changed is { } changed ? ToWire(adoption, changed) : null, AcknowledgedBy = adoption.Acknowledged?.By ?? "",
        AcknowledgeTime = adoption.Acknowledged is { } acknowledged ? Timestamp.FromDateTimeOffset(acknowledged.At) : null,
    };

    private static Wire.SourceChange ToWire(Adoption adoption, SourceRuleVersion changed)
    {
        var wire = new Wire.SourceChange
        {
            FromVersion = adoption.Source.Version, ToVersion = changed.Source.Version, ToDigest = changed.Source.Digest.Value, Gone = changed.Gone,
            EffectiveDate = EquivalenceMapping.Day(changed.EffectiveOn), FindTime = Timestamp.FromDateTimeOffset(changed.SeenAt),
        };
        if (adoption.Before?.Content is { } before && changed.Content is { } after)
            wire.Cells.AddRange(TableComparison.Of([], [before], [], [after], null, int.MaxValue).Rows.SelectMany(row => ImportMapping.ToWire(row).Cells));
        return wire;
    }
}

/// <summary>A rule to be adopted.</summary>
/// <param name="Partner">Whose rule it is.</param>
/// <param name="Source">Its rule.</param>
/// <param name="Target">Unit that it grants here.</param>
/// <param name="Rule">Identifier here.</param>
/// <param name="Automatic">Whether it may grant here without an officer.</param>
internal sealed record AskedAdoption(OrganisationId Partner, RuleId Source, UnitCode Target, RuleId Rule, bool Automatic);
