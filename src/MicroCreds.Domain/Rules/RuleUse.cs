using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>One way to use a rule: for which credentials, and what it grants for them.</summary>
/// <param name="Rule">Rule.</param>
/// <param name="Credentials">Credentials used, as bits: bit 0 is the first. At least one.</param>
/// <param name="Grants">Credits granted, by unit; each unit once and more than zero.</param>
public sealed record RuleUse(RuleId Rule, int Credentials, ImmutableArray<UnitGrant> Grants)
{
    /// <summary>Credits granted over all units, in hundredths.</summary>
    public int Hundredths => Grants.Sum(g => g.Credits.Hundredths);
}

/// <summary>Uses that go together: no credential stands in two of them, and no unit is granted more than it has.</summary>
/// <param name="Uses">Uses, by rule and credentials.</param>
/// <param name="Hundredths">Credits granted by all, in hundredths.</param>
/// <param name="LeftOver">Credentials that none of them uses, as bits.</param>
public sealed record SelectedUses(ImmutableArray<RuleUse> Uses, int Hundredths, int LeftOver);
