namespace MicroCreds.Domain.Achievements;

/// <summary>How outcomes were assessed. Source: ELM v3 controlled list "learning assessment" (field: M9 of Annex I).</summary>
public enum AssessmentType
{
    /// <summary>Not stated, or a value this version does not know.</summary>
    Unspecified,
    /// <summary>Peer assessment.</summary>
    PeerAssessment,
    /// <summary>Marked assignment.</summary>
    MarkedAssignment,
    /// <summary>Continuous evaluation.</summary>
    ContinuousEvaluation,
    /// <summary>Portfolio.</summary>
    Portfolio,
    /// <summary>Group performance.</summary>
    GroupPerformance,
    /// <summary>Practical assessment.</summary>
    PracticalAssessment,
    /// <summary>Written examination.</summary>
    WrittenExamination,
    /// <summary>Level of attendance: presence was counted, learning outcomes were not assessed.</summary>
    LevelOfAttendance,
    /// <summary>Project work.</summary>
    ProjectWork,
    /// <summary>Peer review.</summary>
    PeerReview,
    /// <summary>Quiz.</summary>
    Quiz,
    /// <summary>Problem-based learning.</summary>
    ProblemBasedLearning,
    /// <summary>Oral examination.</summary>
    OralExamination,
    /// <summary>Artefact assessment.</summary>
    ArtefactAssessment,
}

/// <summary>Form of participation. Source: ELM v3 controlled list "mode of learning and assessment" (M10 of Annex I).</summary>
public enum LearningMode
{
    /// <summary>Not stated, or a value this version does not know.</summary>
    Unspecified,
    /// <summary>Work-based.</summary>
    WorkBased,
    /// <summary>Project-based.</summary>
    ProjectBased,
    /// <summary>Presential (on site).</summary>
    Presential,
    /// <summary>Online.</summary>
    Online,
    /// <summary>Blended.</summary>
    Blended,
    /// <summary>Research or laboratory based.</summary>
    ResearchLabBased,
}

/// <summary>Supervision and identity verification during assessment, in rising order of assurance (O2 of Annex I). The order is meant: rules compare it.</summary>
public enum AssessmentSupervision
{
    /// <summary>Not stated.</summary>
    Unspecified,
    /// <summary>Unsupervised, identity not verified.</summary>
    UnsupervisedWithoutIdentityVerification,
    /// <summary>Supervised, identity not verified.</summary>
    SupervisedWithoutIdentityVerification,
    /// <summary>Supervised online or on site, identity verified.</summary>
    SupervisedWithIdentityVerification,
}

/// <summary>Setting of the learning. Source: ELM v3 controlled list "learning setting".</summary>
public enum LearningSetting
{
    /// <summary>Not stated.</summary>
    Unspecified,
    /// <summary>Formal learning.</summary>
    Formal,
    /// <summary>Non-formal learning.</summary>
    NonFormal,
}

/// <summary>Result status of an assessment (ELMO LOI status).</summary>
public enum ResultStatus
{
    /// <summary>Passed; also where the source states nothing, since a credential is awarded on passing (ELMO 1.x: missing means passed).</summary>
    Passed,
    /// <summary>Failed.</summary>
    Failed,
    /// <summary>In progress.</summary>
    InProgress,
}
