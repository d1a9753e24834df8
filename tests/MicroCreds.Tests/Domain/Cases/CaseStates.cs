using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Cases;

/// <summary>A case in a given state, and a verb as it would be done rightly. Both made by the verbs alone where they can be.</summary>
internal static class CaseStates
{
    /// <summary>Long after every period has run out.</summary>
    public static readonly DateTimeOffset Later = Start.AddYears(1);

    public static RecognitionCase In(CaseState state) => state switch
    {
        CaseState.Submitted => Upto(1),
        CaseState.Received => Upto(2),
        CaseState.Verifying => Upto(3),
        CaseState.Complete => Upto(4),
        CaseState.Assessing => Upto(5),
        CaseState.Referred => Referred(),
        CaseState.Incomplete => Opened(Assessment(ProposalKind.RequestInformation)),
        CaseState.Decided => Decided(Conditional),
        CaseState.ConditionMet => After(Decided(Conditional), c => CaseTransitions.ReportCondition(c, true, "Seen.", Officer, Start.AddDays(2))),
        CaseState.ConditionFailed => After(Decided(Conditional), c => CaseTransitions.ReportCondition(c, false, "Seen.", Officer, Start.AddDays(2))),
        CaseState.Appealed => After(Decided(Full), c => CaseTransitions.Appeal(c, 1, "Wrong.", Partner, Start.AddDays(2))),
        CaseState.AppealDismissed => After(In(CaseState.Appealed), c => Ruling(c, CaseState.AppealDismissed, null)),
        CaseState.AppealRemitted => After(In(CaseState.Appealed), c => Ruling(c, CaseState.AppealRemitted, null)),
        CaseState.AppealUpheld => CaseFold.Apply(In(CaseState.Appealed), new CaseEvent.AppealDecided(Officer, Start.AddDays(3), CaseState.AppealUpheld, "Right.")),
        CaseState.Final => After(In(CaseState.AppealDismissed), c => CaseTransitions.BecomeFinal(c, Actor.Node, Later)),
        CaseState.Withdrawn => After(Referred(), c => CaseTransitions.Withdraw(c, "", Partner, Start.AddDays(1))),
        CaseState.Inadmissible => After(Referred(), c => CaseTransitions.DeclareInadmissible(c, "Other office.", "Ask there.", Officer, Start.AddDays(1))),
        CaseState.AuthenticityFailed => After(Referred(), c => CaseTransitions.FailAuthenticity(c, "Issuer denies it.", Officer, Start.AddDays(1))),
        CaseState.Lapsed => After(In(CaseState.Incomplete), c => CaseTransitions.Lapse(c, Actor.Node, Later)),
        CaseState.Revoked => After(Decided(Full), c => CaseTransitions.Revoke(c, "Issuer revoked.", new DateOnly(2026, 5, 2), Policy, Officer, Start.AddMonths(2))),
        CaseState.AwaitingApproval => After(Referred(), c => Decide(c, Refused(ReasonCode.Level), policy: FourEyes)),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>The verb done rightly for the state, so that only the state can stand in its way.</summary>
    public static Result<CaseTransition> Do(CaseVerb verb, RecognitionCase c)
    {
        var soon = Start.AddDays(4);
        return verb switch
        {
            CaseVerb.Assign => CaseTransitions.Assign(c, "anna", Officer, soon),
            CaseVerb.RequestInformation => CaseTransitions.RequestInformation(c, new([new("M9", "Which assessment?")], "applicant", null), Policy, Officer, soon),
            CaseVerb.ProvideInformation => CaseTransitions.ProvideInformation(c, [new("M6", "These.")], _ => Assessment(), Book, LearnerLedger.Empty, Policy, Partner, soon),
            CaseVerb.Reassess => CaseTransitions.Reassess(c, _ => Assessment(), Book, LearnerLedger.Empty, Policy, Officer, soon),
            CaseVerb.RecordCheck => CaseTransitions.RecordCheck(c, new(MicroCreds.Domain.Verification.CheckKind.Owner, MicroCreds.Domain.Verification.CheckResult.Ok, default, "Passport seen.", ""), Officer, soon),
            CaseVerb.Decide => CaseTransitions.Decide(c, Full, Book, LearnerLedger.Empty, Policy, Officer, soon),
            CaseVerb.ApproveDecision => CaseTransitions.ApproveDecision(c, [], Book, LearnerLedger.Empty, FourEyes, Second, soon),
            CaseVerb.SendBackDecision => CaseTransitions.SendBackDecision(c, "Which level?", Second, soon),
            CaseVerb.DeclareInadmissible => CaseTransitions.DeclareInadmissible(c, "Other office.", "Ask there.", Officer, soon),
            CaseVerb.FailAuthenticity => CaseTransitions.FailAuthenticity(c, "Issuer denies it.", Officer, soon),
            CaseVerb.AnnounceDelay => CaseTransitions.AnnounceDelay(c, "Expert away.", new DateOnly(2026, 7, 30), Officer, soon),
            CaseVerb.ReportCondition => CaseTransitions.ReportCondition(c, true, "Seen.", Officer, soon),
            CaseVerb.Appeal when c.Decisions.IsEmpty => CaseTransitions.Appeal(c, 0, "Nobody decides.", Partner, Later),
            CaseVerb.Appeal => CaseTransitions.Appeal(c, 1, "Wrong.", Partner, soon),
            CaseVerb.DecideAppeal => Ruling(c, CaseState.AppealDismissed, null),
            CaseVerb.Supersede => CaseTransitions.Supersede(c, Full with { Statement = "More was earned." }, Book, LearnerLedger.Empty, Policy, Officer, soon),
            CaseVerb.Revoke => CaseTransitions.Revoke(c, "Fraud.", new DateOnly(2026, 5, 2), Policy, Officer, soon),
            CaseVerb.Withdraw => CaseTransitions.Withdraw(c, "", Partner, soon),
            CaseVerb.Lapse => CaseTransitions.Lapse(c, Actor.Node, Later),
            CaseVerb.BecomeFinal => CaseTransitions.BecomeFinal(c.State == CaseState.Decided ? Decided(Full) : c, Actor.Node, Later),
            CaseVerb.MarkReviewDue => CaseTransitions.MarkReviewDue(c, "Status list says revoked.", Actor.Node, soon),
            CaseVerb.VerifyAgain => CaseTransitions.VerifyAgain(c, [.. c.Reports.Select(r => r with { CheckedAt = soon, Checks = r.Checks.Add(new(MicroCreds.Domain.Verification.CheckKind.Status, MicroCreds.Domain.Verification.CheckResult.Ok, default, "Not set.", "")) })],
                _ => Assessment(), Book, LearnerLedger.Empty, Policy, Actor.Node, soon),
            _ => throw new ArgumentOutOfRangeException(nameof(verb)),
        };
    }

    public static Result<CaseTransition> Ruling(RecognitionCase c, CaseState result, OfficerDecision? decision) =>
        CaseTransitions.DecideAppeal(c, result, "Heard.", decision, Book, LearnerLedger.Empty, Policy, Officer, Start.AddDays(3));

    private static RecognitionCase Upto(int events)
    {
        var history = Referred().History;
        return CaseFold.Fold([.. history.Take(events)]);
    }
}
