using System.Collections.Frozen;
using System.Collections.Immutable;

namespace MicroCreds.Domain.Cases;

/// <summary>What can be done to a case that stands. Source: field reference C.2.</summary>
public enum CaseVerb
{
    /// <summary>Put it into an officer's hands.</summary>
    Assign,
    /// <summary>Ask for information.</summary>
    RequestInformation,
    /// <summary>Answer what was asked.</summary>
    ProvideInformation,
    /// <summary>Apply the rules again.</summary>
    Reassess,
    /// <summary>Keep a check made by hand.</summary>
    RecordCheck,
    /// <summary>Decide.</summary>
    Decide,
    /// <summary>Approve a decision that another officer proposed.</summary>
    ApproveDecision,
    /// <summary>Send a proposed decision back, or take it back.</summary>
    SendBackDecision,
    /// <summary>Declare it inadmissible.</summary>
    DeclareInadmissible,
    /// <summary>Find the credential not authentic.</summary>
    FailAuthenticity,
    /// <summary>Announce a delay.</summary>
    AnnounceDelay,
    /// <summary>Report on a condition.</summary>
    ReportCondition,
    /// <summary>Appeal.</summary>
    Appeal,
    /// <summary>Decide an appeal.</summary>
    DecideAppeal,
    /// <summary>Replace the decision in effect.</summary>
    Supersede,
    /// <summary>Revoke the decision in effect.</summary>
    Revoke,
    /// <summary>Withdraw the application.</summary>
    Withdraw,
    /// <summary>Close it because information was not supplied in time.</summary>
    Lapse,
    /// <summary>Close the appeal period.</summary>
    BecomeFinal,
    /// <summary>Ask a person to review the decision in effect.</summary>
    MarkReviewDue,
    /// <summary>Verify its credentials again.</summary>
    VerifyAgain,
}

/// <summary>
/// Which verb is allowed in which state. A verb may ask for more, for example that a day has passed. While a decision waits for approval, what is allowed
/// there must be allowed in the state in which it was proposed too.
/// </summary>
public static class CaseVerbs
{
    private static readonly ImmutableArray<CaseState> Undecided =
        [CaseState.Received, CaseState.Verifying, CaseState.Incomplete, CaseState.Complete, CaseState.Assessing, CaseState.Referred];

    private static readonly ImmutableArray<CaseState> ClockRuns = [CaseState.Complete, CaseState.Assessing, CaseState.Referred];

    private static readonly ImmutableArray<CaseState> InEffect =
        [CaseState.Decided, CaseState.ConditionMet, CaseState.ConditionFailed, CaseState.AppealDismissed, CaseState.Final];

    private static readonly ImmutableArray<CaseState> Open =
        [.. Undecided, .. InEffect, CaseState.Appealed, CaseState.AppealRemitted, CaseState.Revoked, CaseState.AwaitingApproval];

    private static readonly FrozenDictionary<CaseVerb, ImmutableArray<CaseState>> Allowed = new Dictionary<CaseVerb, ImmutableArray<CaseState>>
    {
        [CaseVerb.Assign] = Open,
        [CaseVerb.RequestInformation] = [.. Undecided, CaseState.AwaitingApproval],
        [CaseVerb.ProvideInformation] = [CaseState.Incomplete],
        [CaseVerb.Reassess] = [CaseState.Incomplete, .. ClockRuns, CaseState.AppealRemitted, CaseState.AwaitingApproval],
        [CaseVerb.RecordCheck] = Open,
        [CaseVerb.Decide] = [CaseState.Referred, CaseState.AppealRemitted],
        [CaseVerb.ApproveDecision] = [CaseState.AwaitingApproval],
        [CaseVerb.SendBackDecision] = [CaseState.AwaitingApproval],
        [CaseVerb.DeclareInadmissible] = [.. Undecided, CaseState.AwaitingApproval],
        [CaseVerb.FailAuthenticity] = [.. Undecided, CaseState.AwaitingApproval],
        [CaseVerb.AnnounceDelay] = [.. ClockRuns, CaseState.AwaitingApproval],
        [CaseVerb.ReportCondition] = [CaseState.Decided],
        [CaseVerb.Appeal] = [.. ClockRuns, CaseState.Decided, CaseState.ConditionMet, CaseState.ConditionFailed, CaseState.Revoked, CaseState.AwaitingApproval],
        [CaseVerb.DecideAppeal] = [CaseState.Appealed],
        [CaseVerb.Supersede] = InEffect,
        [CaseVerb.Revoke] = InEffect,
        [CaseVerb.Withdraw] = [CaseState.Submitted, .. Undecided, CaseState.AwaitingApproval],
        [CaseVerb.Lapse] = [CaseState.Incomplete],
        [CaseVerb.BecomeFinal] = [CaseState.Decided, CaseState.ConditionMet, CaseState.ConditionFailed, CaseState.AppealDismissed, CaseState.Revoked],
        [CaseVerb.VerifyAgain] = [CaseState.Incomplete, .. ClockRuns, CaseState.AwaitingApproval],
        [CaseVerb.MarkReviewDue] = [.. InEffect, CaseState.Appealed, CaseState.AppealRemitted],
    }.ToFrozenDictionary();

    /// <summary>States in which <paramref name="verb"/> is allowed.</summary>
    public static ImmutableArray<CaseState> AllowedIn(CaseVerb verb) => Allowed[verb];

    /// <summary>Whether the state of a case allows <paramref name="verb"/>.</summary>
    public static bool Allows(RecognitionCase c, CaseVerb verb) =>
        Allowed[verb].Contains(c.State) && (c.Proposed is not { } proposed || verb is CaseVerb.ApproveDecision or CaseVerb.SendBackDecision || Allowed[verb].Contains(proposed.From));
}
