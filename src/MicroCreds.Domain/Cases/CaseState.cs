namespace MicroCreds.Domain.Cases;

/// <summary>Stage of a recognition case. Moved by verbs only. Source: field reference C.2, after the Lisbon Recognition Convention.</summary>
public enum CaseState
{
    /// <summary>Submitted by the learner's side, not acknowledged yet.</summary>
    Submitted,
    /// <summary>Acknowledged: the applicant knows the time limit and what is missing.</summary>
    Received,
    /// <summary>Information was asked for.</summary>
    Incomplete,
    /// <summary>All information is there; the clock runs.</summary>
    Complete,
    /// <summary>Checks are being made.</summary>
    Verifying,
    /// <summary>Rules are being applied.</summary>
    Assessing,
    /// <summary>Before an officer.</summary>
    Referred,
    /// <summary>Decided; an appeal may still come.</summary>
    Decided,
    /// <summary>The condition of a conditional decision was met.</summary>
    ConditionMet,
    /// <summary>The condition of a conditional decision was not met in time.</summary>
    ConditionFailed,
    /// <summary>Under appeal.</summary>
    Appealed,
    /// <summary>Appeal upheld: a new decision replaces the old one.</summary>
    AppealUpheld,
    /// <summary>Appeal dismissed: the decision stands.</summary>
    AppealDismissed,
    /// <summary>Appeal remitted: to be decided anew.</summary>
    AppealRemitted,
    /// <summary>No appeal is possible any more.</summary>
    Final,
    /// <summary>Withdrawn by the applicant before a decision.</summary>
    Withdrawn,
    /// <summary>Not for this procedure or authority; not a refusal on the merits.</summary>
    Inadmissible,
    /// <summary>The credential was found not to be authentic after submission.</summary>
    AuthenticityFailed,
    /// <summary>Information was not supplied in time; never a refusal on the merits.</summary>
    Lapsed,
    /// <summary>The decision was revoked: its basis fell away.</summary>
    Revoked,
    /// <summary>An officer proposed a decision; it takes effect when another approves it.</summary>
    AwaitingApproval,
}
