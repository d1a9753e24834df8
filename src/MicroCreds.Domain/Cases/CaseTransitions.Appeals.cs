using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using static MicroCreds.Domain.Cases.CaseRefusals;

namespace MicroCreds.Domain.Cases;

/// <content>Appeals (Lisbon Recognition Convention, III.5).</content>
public static partial class CaseTransitions
{
    /// <summary>
    /// Appeals against the decision in effect or a revocation within its period, or, with version 0, against the lack of a decision once the
    /// due day has passed. Too late fails with <see cref="ProblemCode.DeadlinePassed"/>.
    /// </summary>
    public static Result<CaseTransition> Appeal(RecognitionCase c, int againstVersion, string grounds, Actor actor, DateTimeOffset now)
    {
        if (StateOf(c, CaseVerb.Appeal) is { } problem) return problem;
        if (Required(("grounds", grounds)) is { } missing) return missing;
        var today = RecognitionClock.DayOf(now);
        if (againstVersion == 0)
        {
            if (!c.Decisions.IsEmpty) return Conflict(c, CaseVerb.Appeal, "has been decided: say against which version the appeal goes");
            if (!c.OverdueOn(today))
                return Conflict(c, CaseVerb.Appeal, $"is not overdue until the end of {(c.DueOn is { } due ? Day(due) : "its period")}", ("due_date", c.DueOn is { } day ? Day(day) : ""));
            return One(new CaseEvent.Appealed(actor, now, 0, grounds));
        }
        var standing = c.State == CaseState.Revoked ? c.Decisions.Length : c.EffectiveVersion;
        if (againstVersion != standing || AppealUntil(c) is not { } until
            || c.Standing is not (CaseState.Decided or CaseState.ConditionMet or CaseState.ConditionFailed or CaseState.Revoked))
            return Conflict(c, CaseVerb.Appeal, $"stands at decision {standing}", ("version", $"{standing}"));
        return today > until ? TooLate(CaseVerb.Appeal, until) : One(new CaseEvent.Appealed(actor, now, againstVersion, grounds));
    }

    /// <summary>
    /// Decides an appeal. Upheld needs a new decision, which supersedes the old one. Dismissed lets the decision stand; where there was none, the
    /// case goes back before an officer. Remitted has the case decided anew, and the clock starts again.
    /// </summary>
    /// <param name="c">Case under appeal.</param>
    /// <param name="result">One of <see cref="CaseState.AppealUpheld"/>, <see cref="CaseState.AppealDismissed"/>, <see cref="CaseState.AppealRemitted"/>.</param>
    /// <param name="explanation">Reasons of the body that heard it.</param>
    /// <param name="decision">New decision when upheld; else null.</param>
    /// <param name="rules">Table of the case's assessment.</param>
    /// <param name="ledger">Learner's ledger.</param>
    /// <param name="policy">Institution's procedure.</param>
    /// <param name="officer">Who records it.</param>
    /// <param name="now">When.</param>
    public static Result<CaseTransition> DecideAppeal(
        RecognitionCase c, CaseState result, string explanation, OfficerDecision? decision, RuleBook rules, LearnerLedger ledger,
        RecognitionPolicy policy, Actor officer, DateTimeOffset now)
    {
        if (PersonNeeded(officer, CaseVerb.DecideAppeal) is { } denied) return denied;
        if (StateOf(c, CaseVerb.DecideAppeal) is { } problem) return problem;
        if (Required(("explanation", explanation)) is { } missing) return missing;
        if (result is not (CaseState.AppealUpheld or CaseState.AppealDismissed or CaseState.AppealRemitted))
            return Invalid("result", "must be upheld, dismissed or remitted");
        if ((result == CaseState.AppealUpheld) != (decision is not null))
            return Invalid("decision", "is needed when the appeal is upheld, and only then");

        var decided = new CaseEvent.AppealDecided(officer, now, result, explanation);
        if (decision is not null)
        {
            if (Shape(c, CaseVerb.DecideAppeal, decision) is { } shape) return shape;
            var made = DecisionBuilder.ByOfficer(c, decision, rules, policy, officer, now);
            return CaseConclusion.Decide(c, [decided], made, rules, ledger, policy, officer, now);
        }
        if (result == CaseState.AppealRemitted)
        {
            var (startedOn, dueOn) = RecognitionClock.Complete(null, RecognitionClock.DayOf(now), policy);
            return new CaseTransition { Events = [decided, new CaseEvent.BecameComplete(Actor.Node, now, startedOn, dueOn)] };
        }
        return c.Decisions.IsEmpty
            ? new CaseTransition { Events = [decided, new CaseEvent.Referred(Actor.Node, now, c.Referral.IsEmpty ? [ReferralReason.NoRule] : c.Referral)] }
            : One(decided);
    }
}
