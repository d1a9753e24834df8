using System.Collections.Frozen;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Cases;

/// <summary>What a decision looks up in the published table: the version the assessment applied.</summary>
/// <param name="Unit">Unit with a code; null when the table has none.</param>
/// <param name="Rule">Rule with an id; null when the table has none.</param>
public sealed record RuleBook(Func<UnitCode, TargetUnit?> Unit, Func<RuleId, EquivalenceRule?> Rule)
{
    /// <summary>The book of one version of a table. Indexes the table: make it once per version.</summary>
    public static RuleBook Of(EquivalenceTable table)
    {
        var units = table.Units.ToFrozenDictionary(u => u.Code);
        var rules = table.Rules.ToFrozenDictionary(r => r.Id);
        return new(units.GetValueOrDefault, rules.GetValueOrDefault);
    }
}
