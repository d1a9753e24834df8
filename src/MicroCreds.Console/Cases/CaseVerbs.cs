using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using State = MicroCreds.Federation.V1.RecognitionCase.Types.State;

namespace MicroCreds.Console.Cases;

/// <summary>Which forms are worth showing for a case. Only a courtesy: the node decides what is allowed.</summary>
internal sealed class CaseVerbs(RecognitionCase shown, ConsoleSession session)
{
    /// <summary>Who may nothing.</summary>
    public static readonly ConsoleSession Nobody = new("", "", new HashSet<string>(), new HashSet<string>());

    /// <summary>The forms for the person signed in.</summary>
    public static CaseVerbs For(RecognitionCase shown, ConsoleContext page) => new(shown, page.Session ?? Nobody);

    private bool Undecided => shown.State is State.Received or State.Verifying or State.Incomplete or State.Complete or State.Assessing or State.Referred
        || (shown.State == State.AwaitingApproval && shown.Decisions.Count == 0);

    private bool InEffect =>
        (shown.State is State.Decided or State.ConditionMet or State.ConditionFailed or State.AppealDismissed or State.Final) && shown.Decisions.Any(d => d.InEffect);

    private bool Closed => shown.State is State.Withdrawn or State.Inadmissible or State.AuthenticityFailed or State.Lapsed;

    public bool Assign => session.MayPrepare && !Closed;

    public bool RequestInformation => session.MayPrepare && Undecided;

    public bool RecordCheck => session.MayPrepare && !Closed;

    public bool Verify => session.MayPrepare && (shown.State is State.Incomplete or State.Complete or State.Assessing or State.Referred || InEffect);

    public bool AnnounceDelay => session.MayActAsOfficer && shown.DueDate.Length > 0;

    public bool Decide => session.MayActAsOfficer && (shown.State is State.Referred or State.AppealRemitted);

    /// <summary>Whether the person signed in may be the second officer.</summary>
    public bool Approve => SendBack && !Proposer;

    public bool SendBack => session.MayActAsOfficer && shown.State == State.AwaitingApproval;

    /// <summary>Whether the person signed in proposed the decision that waits.</summary>
    public bool Proposer => shown.ProposedDecision?.ProposedBy == session.Account;

    public bool DeclareInadmissible => session.MayActAsOfficer && Undecided;

    public bool FailAuthenticity => session.MayActAsOfficer && Undecided;

    public bool ReportCondition =>
        session.MayActAsOfficer && shown.State == State.Decided && shown.Decisions.Any(d => d is { InEffect: true, Outcome: DecisionOutcome.Conditional });

    public bool Supersede => session.MayActAsOfficer && InEffect;

    public bool Revoke => session.MayActAsOfficer && InEffect;

    public bool DecideAppeal => session.MayReview && shown.State == State.Appealed;

    public bool Any => Assign || RequestInformation || RecordCheck || AnnounceDelay || Decide || DecideAppeal || Supersede;
}
