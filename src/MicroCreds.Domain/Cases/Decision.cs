using System.Collections.Immutable;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Cases;

/// <summary>Who decided.</summary>
public enum DecidedBy
{
    /// <summary>A published automatic rule, or a signed learning agreement. Grants in full all that was earned, and never refuses.</summary>
    Rule,
    /// <summary>An officer.</summary>
    Officer,
}

/// <summary>One line of a decision: what was earned and what is granted for it.</summary>
public sealed record DecisionLine
{
    /// <summary>Digest of the credential file this line is about; several lines may be about one file.</summary>
    public required Sha256Digest Credential { get; init; }
    /// <summary>Title of the achievement as awarded.</summary>
    public required string AchievementTitle { get; init; }
    /// <summary>Organisation that awarded it; null when it is not a member.</summary>
    public OrganisationId? AwardingBody { get; init; }
    /// <summary>Credits earned; null when the credential states none.</summary>
    public EctsCredits? ClaimedCredits { get; init; }
    /// <summary>Workload as stated, ISO 8601 duration; empty when none.</summary>
    public string ClaimedVolume { get; init; } = "";
    /// <summary>Grade as awarded; empty when none.</summary>
    public string ClaimedGrade { get; init; } = "";
    /// <summary>EQF level as stated.</summary>
    public int? ClaimedEqfLevel { get; init; }
    /// <summary>Outcome of this line.</summary>
    public required DecisionOutcome Outcome { get; init; }
    /// <summary>Unit granted; null when nothing is.</summary>
    public UnitCode? Unit { get; init; }
    /// <summary>Credits granted.</summary>
    public EctsCredits GrantedCredits { get; init; }
    /// <summary>What is granted in place of credits: the unit need not be taken, or the credential admits to it. Null for credits, and where nothing is granted.</summary>
    public GrantBenefit? Benefit { get; init; }
    /// <summary>Credits recorded as extra-curricular.</summary>
    public EctsCredits ExtraCurricular { get; init; }
    /// <summary>Grade granted in the institution's scale; empty for a pass without grade.</summary>
    public string GrantedGrade { get; init; } = "";
    /// <summary>How the grade was converted; null when it was not.</summary>
    public GradeConversion? Conversion { get; init; }
    /// <summary>Rule of this line, where several credentials or units were decided together; null elsewhere: then that of the decision.</summary>
    public RuleId? Rule { get; init; }
}

/// <summary>A recognition decision. Append-only: changed only by a later version that supersedes it.</summary>
public sealed record Decision
{
    /// <summary>Version within the case, from 1.</summary>
    public required int Version { get; init; }
    /// <summary>Outcome over all lines.</summary>
    public required DecisionOutcome Outcome { get; init; }
    /// <summary>Track.</summary>
    public required RecognitionTrack Track { get; init; }
    /// <summary>Lines; at least one.</summary>
    public required ImmutableArray<DecisionLine> Lines { get; init; }
    /// <summary>Coded reasons; at least one unless the outcome is full.</summary>
    public required ImmutableArray<DecisionReason> Reasons { get; init; }
    /// <summary>Alternatives considered; at least one unless the outcome is full.</summary>
    public required ImmutableArray<ConsideredAlternative> Alternatives { get; init; }
    /// <summary>Condition to be met, for a conditional decision.</summary>
    public string Condition { get; init; } = "";
    /// <summary>Last day to meet the condition.</summary>
    public DateOnly? ConditionDueOn { get; init; }
    /// <summary>Legal basis.</summary>
    public required string LegalBasis { get; init; }
    /// <summary>Competent recognition authority.</summary>
    public required string Authority { get; init; }
    /// <summary>Body that hears an appeal.</summary>
    public required string AppealBody { get; init; }
    /// <summary>Last day to appeal, included.</summary>
    public required DateOnly AppealUntil { get; init; }
    /// <summary>Whether a rule or an officer decided.</summary>
    public required DecidedBy DecidedBy { get; init; }
    /// <summary>Account of the officer who decided or proposed it, or the rule's id.</summary>
    public required string DecidedByName { get; init; }
    /// <summary>Account of the second officer, who approved it; null where none was needed.</summary>
    public string? ApprovedByName { get; init; }
    /// <summary>When; of an approved decision, when it was approved.</summary>
    public required DateTimeOffset DecidedAt { get; init; }
    /// <summary>Rule applied, if any.</summary>
    public RuleId? Rule { get; init; }
    /// <summary>Table of the assessment.</summary>
    public required TableId Table { get; init; }
    /// <summary>Version of the table.</summary>
    public required int TableVersion { get; init; }
    /// <summary>Digest of the table.</summary>
    public required Sha256Digest TableDigest { get; init; }
    /// <summary>Digest of the engine's inputs.</summary>
    public required Sha256Digest InputsDigest { get; init; }
    /// <summary>Digest of the assessment document.</summary>
    public required Sha256Digest AssessmentDigest { get; init; }
    /// <summary>Engine version.</summary>
    public required string EngineVersion { get; init; }
    /// <summary>Version that this one supersedes; 0 for none.</summary>
    public int Supersedes { get; init; }
    /// <summary>Earlier cases of the learner whose decisions were withdrawn together with this one, because it counts their credentials anew; empty for none.</summary>
    [OmitWhenEmpty]
    public ImmutableArray<CaseId> Replaces { get; init; } = [];
    /// <summary>Learning agreement under which the credentials were earned; null without one.</summary>
    public AppliedAgreement? Agreement { get; init; }
    /// <summary>Explanation of the officer, for the learner; may be empty on a full grant by rule.</summary>
    public string Statement { get; init; } = "";
}
