using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;

namespace MicroCreds.Credentials.EuropeanDigitalCredential;

/// <summary>What was read of one LearningAchievement, with what the checks need beside the achievement itself.</summary>
internal sealed record ElmAchievement
{
    /// <summary>The achievement.</summary>
    public required Achievement Achievement { get; init; }

    /// <summary>Awarding bodies with what binds them.</summary>
    public required ImmutableArray<ElmOrganisation> AwardingBodies { get; init; }

    /// <summary>Organisations that assessed, where they are named; empty when it is left to the awarding body.</summary>
    public ImmutableArray<ElmOrganisation> Assessors { get; init; } = [];

    /// <summary>Values that break their type, each with its JSON path and what is expected.</summary>
    public required ImmutableArray<string> Faults { get; init; }

    /// <summary>Whether a type of assessment is stated, known to the controlled list or not.</summary>
    public required bool AssessmentStated { get; init; }

    /// <summary>Whether outcomes are given as a summary text only.</summary>
    public required bool OutcomesSummarised { get; init; }

    /// <summary>Labels of levels in national frameworks.</summary>
    public required ImmutableArray<string> NationalLevels { get; init; }

    /// <summary>Different amounts of ECTS credits stated for what was received, or else for the specification.</summary>
    public required ImmutableArray<EctsCredits> StatedCredits { get; init; }

    /// <summary>Day of award as written; null when no award date is stated.</summary>
    public ElmTime? AwardTime { get; init; }
}
