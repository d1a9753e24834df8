using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Errors;
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
}

/// <summary>A rule to be adopted.</summary>
/// <param name="Partner">Whose rule it is.</param>
/// <param name="Source">Its rule.</param>
/// <param name="Target">Unit that it grants here.</param>
/// <param name="Rule">Identifier here.</param>
/// <param name="Automatic">Whether it may grant here without an officer.</param>
internal sealed record AskedAdoption(OrganisationId Partner, RuleId Source, UnitCode Target, RuleId Rule, bool Automatic);
