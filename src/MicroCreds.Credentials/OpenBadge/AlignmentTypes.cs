namespace MicroCreds.Credentials.OpenBadge;

/// <summary>
/// Types of alignments that say what Open Badges have no property for. The standard lets issuers name types of their own with <c>ext:</c>;
/// those of level and quality assurance are of the profile of the Dutch edubadges. Source: Open Badges 3.0, B.4 (AlignmentTargetType).
/// </summary>
internal static class AlignmentTypes
{
    /// <summary>Level of the European Qualifications Framework; <c>targetCode</c> is 1 to 8.</summary>
    public const string Eqf = "ext:EQF";

    /// <summary>Quality assurance; <c>targetDescription</c> is its type, <c>targetFramework</c> the agency.</summary>
    public const string QualityAssurance = "ext:QualityAssurance";

    /// <summary>ECTS credits; <c>targetCode</c> is the amount.</summary>
    public const string Ects = "ext:ECTS";

    /// <summary>Notional workload; <c>targetCode</c> is an xsd:duration.</summary>
    public const string Volume = "ext:VolumeOfLearning";

    /// <summary>Type of assessment of the ELM list.</summary>
    public const string Assessment = "ext:AssessmentType";

    /// <summary>Mode of learning of the ELM list.</summary>
    public const string Mode = "ext:ModeOfLearning";

    /// <summary>Supervision and identity verification of the ELM list.</summary>
    public const string Supervision = "ext:SupervisionAndVerification";

    /// <summary>Setting of learning of the ELM list.</summary>
    public const string Setting = "ext:LearningSetting";

    /// <summary>Field of ISCED-F 2013; <c>targetCode</c> is 2 to 4 digits.</summary>
    public const string Isced = "ext:ISCED-F";

    /// <summary>Not an alignment: the type of a result description whose name is the grading scheme.</summary>
    public const string GradingScheme = "ext:GradingScheme";

    /// <summary>All of them; every other alignment is a learning outcome.</summary>
    public static readonly IReadOnlySet<string> All = new HashSet<string>([Eqf, QualityAssurance, Ects, Volume, Assessment, Mode, Supervision, Setting, Isced], StringComparer.OrdinalIgnoreCase);
}
