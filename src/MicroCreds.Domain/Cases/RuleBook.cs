using System.Collections.Frozen;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Cases;

/// <summary>What a decision looks up in the published tables: the versions the assessment applied.</summary>
/// <param name="Unit">Unit with a code; null when the table has none.</param>
/// <param name="Rule">Rule with an id; null when the table has none.</param>
public sealed record RuleBook(Func<UnitCode, TargetUnit?> Unit, Func<RuleId, EquivalenceRule?> Rule)
{
    /// <summary>The book of an institution's compiled tables. Indexes the rules: make it once per compilation.</summary>
    public static RuleBook Of(CompiledTable compiled)
    {
        var rules = compiled.Tables.SelectMany(t => t.Rules).ToFrozenDictionary(r => r.Id);
        return new(compiled.Find, rules.GetValueOrDefault);
    }

    /// <summary>The book with the rules that a version of a learning agreement makes for its learner: one for each component, as it counts.</summary>
    public RuleBook With(LearningAgreement agreement)
    {
        var components = agreement.Components.Select((component, i) => new EquivalenceRule
        {
            Id = agreement.RuleOf(i + 1),
            Target = component.Unit,
            Conditions = [],
            Grant = new CreditGrant.Fixed(component.Credits),
            Grade = GradeTreatment.Converted,
            Automatic = component.Automatic,
            GrantCondition = component.Condition,
            Visibility = RuleVisibility.Hidden,
        }).ToFrozenDictionary(r => r.Id);
        return this with { Rule = id => components.GetValueOrDefault(id) ?? Rule(id) };
    }

    /// <summary>The book of one version of a table.</summary>
    public static RuleBook Of(EquivalenceTable table) => Of(CompiledTable.Of([table]));
}
