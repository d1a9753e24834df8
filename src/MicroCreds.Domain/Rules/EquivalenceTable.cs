using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// One immutable version of what an institution publishes: its target units and its rules. Two versions with the same content have the
/// same digest; row order does not matter to it.
/// </summary>
public sealed record EquivalenceTable
{
    /// <summary>Table.</summary>
    public required TableId Id { get; init; }
    /// <summary>Version, from 1, without gaps.</summary>
    public required int Version { get; init; }
    /// <summary>Digest of the canonical content (units and rules sorted by code).</summary>
    public required Sha256Digest Digest { get; init; }
    /// <summary>When it was published.</summary>
    public required DateTimeOffset PublishedAt { get; init; }
    /// <summary>Who published it.</summary>
    public required string PublishedBy { get; init; }
    /// <summary>Day named at publication from which it is in force; null for at once.</summary>
    public DateOnly? EffectiveOn { get; init; }
    /// <summary>Units, by code.</summary>
    public required ImmutableArray<TargetUnit> Units { get; init; }
    /// <summary>Rules, by id.</summary>
    public required ImmutableArray<EquivalenceRule> Rules { get; init; }
    /// <summary>Why it was published in spite of warnings, by kind. No part of the content.</summary>
    public ImmutableArray<AcceptedWarning> AcceptedWarnings { get; init; } = [];
    /// <summary>Who approved the draft; null when nobody did.</summary>
    public DraftApproval? Approval { get; init; }
}
