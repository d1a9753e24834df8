using System.Collections.Immutable;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Documents;

namespace MicroCreds.Domain.Achievements;

/// <summary>
/// What a credential claims was learnt, in the terms of the European Learning Model v3 (LearningAchievement). Only what was covered
/// by the seal is here. Missing values stay missing: nothing is guessed.
/// </summary>
public sealed record Achievement
{
    /// <summary>Identifier of the achievement in the credential; empty when none.</summary>
    public required string Id { get; init; }

    /// <summary>Codes of what was learnt: identifiers of the achievement specification with their scheme dropped, e.g. <c>CR/EST101</c>.</summary>
    public required ImmutableArray<string> Codes { get; init; }

    /// <summary>Title (M2 of Annex I).</summary>
    public required LocalisedText Title { get; init; }

    /// <summary>Awarding bodies (M4).</summary>
    public required ImmutableArray<CredentialOrganisation> AwardingBodies { get; init; }

    /// <summary>Day of award (AwardingProcess.awardingDate), else the day the credential was issued (M5).</summary>
    public required DateOnly AwardedOn { get; init; }

    /// <summary>Learning outcomes (M6).</summary>
    public required ImmutableArray<LearningOutcome> Outcomes { get; init; }

    /// <summary>ECTS credits received, else those of the specification (M7). Null when none are stated in the ECTS framework.</summary>
    public EctsCredits? Credits { get; init; }

    /// <summary>Credit frameworks beside ECTS in which credits are stated, in small letters, for example <c>ecvet</c>; their amounts are not compared.</summary>
    [OmitWhenEmpty]
    public ImmutableArray<string> OtherFrameworks { get; init; } = [];

    /// <summary>Notional workload (M7).</summary>
    public LearningVolume? Volume { get; init; }

    /// <summary>Workload stated for the learning activity, when it differs from the achievement's.</summary>
    public LearningVolume? ActivityVolume { get; init; }

    /// <summary>EQF level, 1 to 8 (M8).</summary>
    public int? EqfLevel { get; init; }

    /// <summary>Types of assessment (M9). Empty when none is stated.</summary>
    public required ImmutableArray<AssessmentType> AssessmentTypes { get; init; }

    /// <summary>Form of participation (M10).</summary>
    public required ImmutableArray<LearningMode> Modes { get; init; }

    /// <summary>Supervision and identity verification during assessment (O2).</summary>
    public AssessmentSupervision Supervision { get; init; }

    /// <summary>Grade (O3).</summary>
    public AchievedGrade? Grade { get; init; }

    /// <summary>Result status.</summary>
    public ResultStatus Status { get; init; }

    /// <summary>Learning setting.</summary>
    public LearningSetting Setting { get; init; }

    /// <summary>ISCED-F 2013 codes, 2 to 4 digits.</summary>
    public required ImmutableArray<string> IscedFields { get; init; }

    /// <summary>Languages of instruction or assessment, ISO 639-1, lower case.</summary>
    public required ImmutableArray<string> Languages { get; init; }

    /// <summary>Accreditations of the specification or qualification, beside those of the awarding bodies (M11).</summary>
    public required ImmutableArray<AccreditationClaim> Accreditations { get; init; }

    /// <summary>Whether a country of an awarding body or award location is stated (M3).</summary>
    public required bool CountryStated { get; init; }

    /// <summary>Prerequisites to enrol (O1), as written.</summary>
    public LocalisedText? EntryRequirement { get; init; }

    /// <summary>Whether the achievement is part of a larger qualification (O4).</summary>
    public bool? PartialQualification { get; init; }
}
