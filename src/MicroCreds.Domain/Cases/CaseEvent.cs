using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Cases;

/// <summary>Something that happened to a case. Events are only ever appended; a case is the fold of its events.</summary>
/// <param name="Actor">Who.</param>
/// <param name="At">When.</param>
public abstract record CaseEvent(Actor Actor, DateTimeOffset At)
{
    /// <summary>The application arrived.</summary>
    public sealed record Submitted(Actor Actor, DateTimeOffset At, Application Application) : CaseEvent(Actor, At);

    /// <summary>The node acknowledged it, with the time limit and where the procedure is published.</summary>
    public sealed record Acknowledged(Actor Actor, DateTimeOffset At, int DecisionMonths, string CriteriaUrl, string Authority) : CaseEvent(Actor, At);

    /// <summary>The credential was verified; the report holds every check.</summary>
    public sealed record Verified(Actor Actor, DateTimeOffset At, CredentialReport Report) : CaseEvent(Actor, At);

    /// <summary>Information was asked for; the clock follows the institution's policy.</summary>
    public sealed record InformationRequested(Actor Actor, DateTimeOffset At, ImmutableArray<InformationItem> Items, string AskedOf, DateOnly DueOn) : CaseEvent(Actor, At);

    /// <summary>Answers to some or all items arrived.</summary>
    public sealed record InformationProvided(Actor Actor, DateTimeOffset At, ImmutableArray<InformationAnswer> Answers) : CaseEvent(Actor, At);

    /// <summary>The information is complete: the clock starts, or starts anew.</summary>
    public sealed record BecameComplete(Actor Actor, DateTimeOffset At, DateOnly ClockStartedOn, DateOnly DueOn) : CaseEvent(Actor, At);

    /// <summary>An officer made a check by hand, for example compared the holder with an identity document.</summary>
    public sealed record CheckRecorded(Actor Actor, DateTimeOffset At, VerificationCheck Check) : CaseEvent(Actor, At);

    /// <summary>The rules were applied.</summary>
    public sealed record Assessed(Actor Actor, DateTimeOffset At, Assessment Assessment) : CaseEvent(Actor, At);

    /// <summary>The case was put before an officer.</summary>
    public sealed record Referred(Actor Actor, DateTimeOffset At, ImmutableArray<ReferralReason> Reasons) : CaseEvent(Actor, At);

    /// <summary>The case was assigned to an officer; empty takes the assignment back.</summary>
    public sealed record Assigned(Actor Actor, DateTimeOffset At, string Assignee) : CaseEvent(Actor, At);

    /// <summary>An officer proposed a decision that another officer must approve.</summary>
    public sealed record DecisionProposed(Actor Actor, DateTimeOffset At, Decision Decision) : CaseEvent(Actor, At);

    /// <summary>A proposed decision was sent back by another officer, or taken back by the one who proposed it.</summary>
    public sealed record DecisionSentBack(Actor Actor, DateTimeOffset At, string Reason) : CaseEvent(Actor, At);

    /// <summary>A decision was taken: by a rule, by an officer, or by the officer who approved what another proposed.</summary>
    public sealed record Decided(Actor Actor, DateTimeOffset At, Decision Decision) : CaseEvent(Actor, At)
    {
        /// <summary>Statement of the decision, when the store had lost it and it came back from the partner it was sent to; null otherwise.</summary>
        public Sha256Digest? Returned { get; init; }
    }

    /// <summary>A delay was announced with its reason and the new date (Recommendation on Criteria and Procedures).</summary>
    public sealed record DelayAnnounced(Actor Actor, DateTimeOffset At, string Reason, DateOnly DueOn) : CaseEvent(Actor, At);

    /// <summary>Whether the condition of a conditional decision was met.</summary>
    public sealed record ConditionReported(Actor Actor, DateTimeOffset At, bool Met, string Evidence) : CaseEvent(Actor, At);

    /// <summary>The applicant appealed, against a decision or against none having been taken in time (<paramref name="AgainstVersion"/> 0).</summary>
    public sealed record Appealed(Actor Actor, DateTimeOffset At, int AgainstVersion, string Grounds) : CaseEvent(Actor, At);

    /// <summary>The appeal was decided: upheld, dismissed or remitted.</summary>
    public sealed record AppealDecided(Actor Actor, DateTimeOffset At, CaseState Result, string Explanation) : CaseEvent(Actor, At);

    /// <summary>A decision was revoked because its basis fell away; an appeal against that is open until <paramref name="AppealUntil"/>, included.</summary>
    public sealed record DecisionRevoked(Actor Actor, DateTimeOffset At, int Version, string Ground, DateOnly EffectiveOn, DateOnly AppealUntil) : CaseEvent(Actor, At);

    /// <summary>The issuer changed the credential's status after the decision: a person must review it.</summary>
    public sealed record ReviewDue(Actor Actor, DateTimeOffset At, string Ground) : CaseEvent(Actor, At);

    /// <summary>The applicant withdrew.</summary>
    public sealed record Withdrawn(Actor Actor, DateTimeOffset At, string Ground) : CaseEvent(Actor, At);

    /// <summary>An officer declared the application inadmissible and pointed to the right procedure.</summary>
    public sealed record DeclaredInadmissible(Actor Actor, DateTimeOffset At, string Ground, string Advice) : CaseEvent(Actor, At);

    /// <summary>An officer found the credential not authentic.</summary>
    public sealed record AuthenticityFailed(Actor Actor, DateTimeOffset At, string Ground) : CaseEvent(Actor, At);

    /// <summary>Information was not supplied by its date. Never a refusal on the merits.</summary>
    public sealed record Lapsed(Actor Actor, DateTimeOffset At) : CaseEvent(Actor, At);

    /// <summary>The appeal period ended without appeal.</summary>
    public sealed record BecameFinal(Actor Actor, DateTimeOffset At) : CaseEvent(Actor, At);
}

/// <summary>Answer to one item of an information request.</summary>
/// <param name="Code">Code of the item.</param>
/// <param name="Text">Answer; may hold personal data, stays with the case.</param>
public sealed record InformationAnswer(string Code, string Text);
