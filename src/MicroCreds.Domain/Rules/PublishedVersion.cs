using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>A version of a table without its rows: what a history shows.</summary>
public sealed record PublishedVersion
{
    /// <summary>Table.</summary>
    public required TableId Table { get; init; }
    /// <summary>Version, from 1.</summary>
    public required int Version { get; init; }
    /// <summary>Digest of the canonical content.</summary>
    public required Sha256Digest Digest { get; init; }
    /// <summary>When it was published.</summary>
    public required DateTimeOffset PublishedAt { get; init; }
    /// <summary>Who published it.</summary>
    public required string PublishedBy { get; init; }
    /// <summary>Day named at publication from which it is in force; null for at once.</summary>
    public DateOnly? EffectiveOn { get; init; }
    /// <summary>Number of units.</summary>
    public required int Units { get; init; }
    /// <summary>Number of rules.</summary>
    public required int Rules { get; init; }
    /// <summary>Why it was published in spite of warnings, by kind.</summary>
    public ImmutableArray<AcceptedWarning> AcceptedWarnings { get; init; } = [];
    /// <summary>Who approved the draft; null when nobody did.</summary>
    public DraftApproval? Approval { get; init; }

    /// <summary>What a history shows of a version.</summary>
    public static PublishedVersion Of(EquivalenceTable table) => new()
    {
        Table = table.Id, Version = table.Version, Digest = table.Digest, PublishedAt = table.PublishedAt, PublishedBy = table.PublishedBy, Units = table.Units.Length, Rules = table.Rules.Length,
        EffectiveOn = table.EffectiveOn, AcceptedWarnings = table.AcceptedWarnings, Approval = table.Approval,
    };
}
