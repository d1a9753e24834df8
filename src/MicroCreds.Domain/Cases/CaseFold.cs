using System.Collections.Immutable;
using System.Diagnostics;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Cases;

/// <summary>
/// Makes a case from its events. The only place that knows what an event does to a case. A sequence that no verb could have written
/// is a damaged store: it throws and repairs nothing.
/// </summary>
public static class CaseFold
{
    private static readonly ImmutableArray<CaseState> Undecided =
        [CaseState.Received, CaseState.Verifying, CaseState.Incomplete, CaseState.Complete, CaseState.Assessing, CaseState.Referred];

    private static readonly ImmutableArray<CaseState> Decided =
        [CaseState.Decided, CaseState.ConditionMet, CaseState.ConditionFailed, CaseState.AppealDismissed, CaseState.Final];

    private static readonly ImmutableArray<CaseState> Closed =
        [CaseState.Withdrawn, CaseState.Inadmissible, CaseState.AuthenticityFailed, CaseState.Lapsed];

    /// <summary>The case after <paramref name="events"/>, oldest first.</summary>
    /// <exception cref="InvalidDataException">The sequence is empty or impossible.</exception>
    public static RecognitionCase Fold(IReadOnlyList<CaseEvent> events)
    {
        if (events is not [CaseEvent.Submitted submitted, ..]) throw new InvalidDataException("The history of a case does not begin with its submission.");
        var folded = Begin(submitted);
        for (var i = 1; i < events.Count; i++) folded = Advance(folded, events[i]);
        return folded with { History = [.. events] };
    }

    /// <summary>The case after one more event.</summary>
    /// <exception cref="InvalidDataException">The event cannot follow.</exception>
    public static RecognitionCase Apply(RecognitionCase before, CaseEvent next) =>
        Advance(before, next) with { History = before.History.Add(next) };

    /// <summary>The case after further events.</summary>
    /// <exception cref="InvalidDataException">An event cannot follow.</exception>
    public static RecognitionCase Apply(RecognitionCase before, IReadOnlyList<CaseEvent> next) =>
        next.Aggregate(before, Advance) with { History = [.. before.History, .. next] };

    private static RecognitionCase Begin(CaseEvent.Submitted e) => new()
    {
        Application = e.Application,
        State = CaseState.Submitted,
        EventCount = 1,
        History = [],
        UpdatedAt = e.At,
    };

    private static RecognitionCase Advance(RecognitionCase c, CaseEvent e) =>
        Step(c, e) with { EventCount = c.EventCount + 1, UpdatedAt = e.At };

    private static RecognitionCase Step(RecognitionCase before, CaseEvent next)
    {
        // A proposed decision rests on what its officer saw: whatever changes that takes it away, but for who is in charge and by when.
        var c = before.Proposed is not { } proposed || next is CaseEvent.Assigned or CaseEvent.DelayAnnounced or CaseEvent.DecisionProposed or CaseEvent.DecisionSentBack or CaseEvent.Decided
            ? before : before with { State = proposed.From, Proposed = null };
        var state = c.State;
        var without = c.Decisions.IsEmpty;
        switch (next)
        {
            case CaseEvent.Submitted:
                throw Impossible(c, next);
            case CaseEvent.Acknowledged:
                Require(state == CaseState.Submitted);
                return c with { State = CaseState.Received };
            case CaseEvent.Verified e:
                Require(state != CaseState.Submitted && !Closed.Contains(state) && c.Application.Credentials.Contains(e.Report.Digest));
                return WithReport(c, e) with { State = state == CaseState.Received ? CaseState.Verifying : state };
            case CaseEvent.InformationRequested e:
                Require((Undecided.Contains(state) || state == CaseState.AppealRemitted) && !e.Items.IsEmpty);
                return Pause(c, e);
            case CaseEvent.InformationProvided e:
                Require(state == CaseState.Incomplete);
                return c with { Outstanding = [.. c.Outstanding.Where(item => !e.Answers.Any(a => a.Code == item.Code))] };
            case CaseEvent.BecameComplete e:
                Require(state is CaseState.Verifying or CaseState.Incomplete or CaseState.AppealRemitted);
                return c with
                {
                    State = state == CaseState.AppealRemitted ? state : CaseState.Complete,
                    ClockStartedOn = e.ClockStartedOn, DueOn = e.DueOn, Paused = null, Outstanding = [], InformationDueOn = null,
                };
            case CaseEvent.CheckRecorded e:
                Require(state != CaseState.Submitted && !Closed.Contains(state));
                // An officer who finds the status in order has done the review that a change of status asked for.
                return c with
                {
                    RecordedChecks = c.RecordedChecks.Add(e.Check),
                    ReviewDue = c.ReviewDue && !(e.Check.Kind == Verification.CheckKind.Status && e.Check.Result == Verification.CheckResult.Ok),
                };
            case CaseEvent.Assessed e:
                Require(state is CaseState.Complete or CaseState.Assessing or CaseState.Referred or CaseState.AppealRemitted);
                return c with { State = CaseState.Assessing, Assessment = e.Assessment };
            case CaseEvent.Referred e:
                Require(state == CaseState.Assessing || (state == CaseState.AppealDismissed && without));
                return c with { State = CaseState.Referred, Referral = e.Reasons };
            case CaseEvent.Assigned e:
                Require(!Closed.Contains(state));
                return c with { Assignee = e.Assignee };
            case CaseEvent.DecisionProposed e:
                Require(c.Proposed is null && e.Decision is { DecidedBy: DecidedBy.Officer, ApprovedByName: null } && (state is CaseState.Referred or CaseState.AppealRemitted || (Decided.Contains(state) && !without)));
                Require(e.Decision.Version == c.Decisions.Length + 1 && e.Decision.Supersedes == c.EffectiveVersion && e.Decision.DecidedByName == e.Actor.Name);
                return c with { State = CaseState.AwaitingApproval, Proposed = new(e.Actor, e.At, e.Decision, state) };
            case CaseEvent.DecisionSentBack:
                Require(c.Proposed is not null);
                return c with { State = c.Standing, Proposed = null };
            case CaseEvent.Decided { Returned: not null, Decision: var returned }:
                // One that came back stands, whatever the store still knew of the way to it.
                Require(state != CaseState.Submitted && !Closed.Contains(state));
                Require(returned.Version == c.Decisions.Length + 1 && returned.Supersedes == c.EffectiveVersion);
                return Effective(c, returned);
            case CaseEvent.Decided { Decision: var approved } when c.Proposed is { } waiting:
                // Two people, and the decision that was proposed.
                Require(approved.ApprovedByName == next.Actor.Name && next.Actor.Name != waiting.By.Name && approved.DecidedByName == waiting.By.Name);
                Require(approved.Version == c.Decisions.Length + 1 && approved.Supersedes == c.EffectiveVersion);
                return Effective(c, approved);
            case CaseEvent.Decided e:
                Require(e.Decision.ApprovedByName is null);
                Require(e.Decision.DecidedBy == DecidedBy.Rule ? state == CaseState.Assessing && without
                    : state is CaseState.Referred or CaseState.AppealRemitted or CaseState.AppealUpheld || (Decided.Contains(state) && !without));
                Require(e.Decision.Version == c.Decisions.Length + 1 && e.Decision.Supersedes == c.EffectiveVersion);
                return Effective(c, e.Decision);
            case CaseEvent.DelayAnnounced e:
                Require(c.DueOn is { } due && e.DueOn > due);
                return c with { DueOn = e.DueOn };
            case CaseEvent.ConditionReported e:
                Require(state == CaseState.Decided && c.EffectiveDecision?.Outcome == DecisionOutcome.Conditional);
                return c with { State = e.Met ? CaseState.ConditionMet : CaseState.ConditionFailed };
            case CaseEvent.Appealed e:
                Require(e.AgainstVersion == 0
                    ? without && Undecided.Contains(state)
                    : state is CaseState.Decided or CaseState.ConditionMet or CaseState.ConditionFailed ? e.AgainstVersion == c.EffectiveVersion
                    : state == CaseState.Revoked && e.AgainstVersion == c.Decisions.Length);
                return c with { State = CaseState.Appealed };
            case CaseEvent.AppealDecided e:
                Require(state == CaseState.Appealed && e.Result is CaseState.AppealUpheld or CaseState.AppealDismissed or CaseState.AppealRemitted);
                return c with { State = e.Result };
            case CaseEvent.DecisionRevoked e:
                Require(Decided.Contains(state) && e.Version > 0 && e.Version == c.EffectiveVersion);
                return c with { State = CaseState.Revoked, EffectiveVersion = 0, ReviewDue = false };
            case CaseEvent.ReviewDue:
                Require(c.EffectiveVersion > 0);
                return c with { ReviewDue = true };
            case CaseEvent.Withdrawn:
                return Close(CaseState.Withdrawn);
            case CaseEvent.DeclaredInadmissible:
                return Close(CaseState.Inadmissible);
            case CaseEvent.AuthenticityFailed:
                return Close(CaseState.AuthenticityFailed);
            case CaseEvent.Lapsed:
                Require(state == CaseState.Incomplete);
                return Close(CaseState.Lapsed);
            case CaseEvent.BecameFinal:
                Require(state is CaseState.ConditionMet or CaseState.ConditionFailed or CaseState.Revoked
                    || (state == CaseState.AppealDismissed && !without)
                    || (state == CaseState.Decided && c.EffectiveDecision?.Outcome != DecisionOutcome.Conditional));
                return c with { State = CaseState.Final };
            default:
                throw new UnreachableException();
        }

        void Require(bool possible)
        {
            if (!possible) throw Impossible(c, next);
        }

        RecognitionCase Close(CaseState closed)
        {
            Require(without && (Undecided.Contains(state) || state == CaseState.Submitted));
            return Settle(c, closed);
        }
    }

    private static RecognitionCase Effective(RecognitionCase c, Decision decision) =>
        Settle(c, CaseState.Decided) with { Decisions = c.Decisions.Add(decision), EffectiveVersion = decision.Version, ReviewDue = false, Proposed = null };

    private static RecognitionCase Settle(RecognitionCase c, CaseState state) =>
        c with { State = state, Referral = [], Outstanding = [], InformationDueOn = null, DueOn = null, Paused = null };

    private static RecognitionCase WithReport(RecognitionCase c, CaseEvent.Verified e)
    {
        for (var i = 0; i < c.Reports.Length; i++)
            if (c.Reports[i].Digest == e.Report.Digest) return c with { Reports = c.Reports.SetItem(i, e.Report) };
        return c with { Reports = c.Reports.Add(e.Report) };
    }

    private static RecognitionCase Pause(RecognitionCase c, CaseEvent.InformationRequested e) => c with
    {
        State = CaseState.Incomplete,
        Outstanding = [.. c.Outstanding.Where(old => !e.Items.Any(item => item.Code == old.Code)), .. e.Items],
        InformationDueOn = e.DueOn,
        Paused = c is { ClockStartedOn: { } started, DueOn: { } due } ? new PausedClock(started, due, RecognitionClock.DayOf(e.At)) : c.Paused,
        ClockStartedOn = null,
        DueOn = null,
    };

    private static InvalidDataException Impossible(RecognitionCase c, CaseEvent next) =>
        new($"Event {c.EventCount + 1} of case {c.Application.Case} ({next.GetType().Name}) cannot follow state {c.State}: the history is damaged.");
}
