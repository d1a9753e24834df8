namespace MicroCreds.Domain.Rules;

/// <summary>What is known of a partner's rule in a version of its table: as it was adopted, or as it was found changed.</summary>
public sealed record SourceRuleVersion
{
    /// <summary>Whose rule it is, and in which version.</summary>
    public required RuleProvenance Source { get; init; }
    /// <summary>The rule; null when it is gone, and when the version is not in force yet, so that the partner does not show it.</summary>
    public EquivalenceRule? Content { get; init; }
    /// <summary>Whether the version has no such rule any more, or none that is shown to this institution.</summary>
    public bool Gone { get; init; }
    /// <summary>Day from which the version is in force; null for at once.</summary>
    public DateOnly? EffectiveOn { get; init; }
    /// <summary>When this was seen.</summary>
    public required DateTimeOffset SeenAt { get; init; }
}
