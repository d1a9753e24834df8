using System.Collections.Immutable;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using static MicroCreds.Domain.Cases.CaseRefusals;

namespace MicroCreds.Domain.Cases;

/// <summary>
/// The verbs that move a case. Each is a pure function: the case, what is asked, who asks and when, to events, ledger and statements, or
/// a problem. A verb that the state does not allow fails with <see cref="ProblemCode.CaseStateConflict"/> and changes nothing.
/// </summary>
public static partial class CaseTransitions
{
    /// <summary>Puts a case into an officer's hands; an empty name takes it back.</summary>
    public static Result<CaseTransition> Assign(RecognitionCase c, string assignee, Actor actor, DateTimeOffset now) =>
        StateOf(c, CaseVerb.Assign) is { } problem ? problem : One(new CaseEvent.Assigned(actor, now, assignee));

    /// <summary>Asks for information. The clock waits, as the institution's policy says.</summary>
    public static Result<CaseTransition> RequestInformation(RecognitionCase c, InformationRequest request, RecognitionPolicy policy, Actor actor, DateTimeOffset now)
    {
        if (StateOf(c, CaseVerb.RequestInformation) is { } problem) return problem;
        if (request.Items.IsEmpty) return Invalid("items", "name at least one item");
        if (Required(("asked_of", request.AskedOf)) is { } missing) return missing;
        var today = RecognitionClock.DayOf(now);
        var dueOn = request.DueOn ?? RecognitionClock.Until(today, policy.InformationDays);
        if (dueOn <= today) return Invalid("due_date", "must be later than today");
        var asked = new CaseEvent.InformationRequested(actor, now, request.Items, request.AskedOf, dueOn);
        return new CaseTransition { Events = [asked], Statements = CaseStatements.Asked(c, asked) };
    }

    /// <summary>
    /// Answers what was asked. When nothing is left open the information is complete: the clock starts or goes on, the rules are applied,
    /// and the case is granted or referred.
    /// </summary>
    /// <param name="c">Case.</param>
    /// <param name="answers">Answers to outstanding items.</param>
    /// <param name="assess">Applies the rules to the case with its answers; called only when nothing is left open. Pure. Answers are words for a person, so a case with one goes before an officer (<see cref="AssessmentInput.Answered"/>).</param>
    /// <param name="rules">Table that is applied.</param>
    /// <param name="ledger">Learner's ledger.</param>
    /// <param name="policy">Institution's procedure.</param>
    /// <param name="actor">Who answers.</param>
    /// <param name="now">When.</param>
    public static Result<CaseTransition> ProvideInformation(
        RecognitionCase c, ImmutableArray<InformationAnswer> answers, Func<RecognitionCase, Assessment> assess, RuleBook rules,
        LearnerLedger ledger, RecognitionPolicy policy, Actor actor, DateTimeOffset now)
    {
        if (StateOf(c, CaseVerb.ProvideInformation) is { } problem) return problem;
        if (answers.IsEmpty) return Invalid("answers", "answer at least one item");
        var unknown = answers.Select((answer, i) => (answer, i)).Where(a => !c.Outstanding.Any(item => item.Code == a.answer.Code) || string.IsNullOrWhiteSpace(a.answer.Text))
            .Select(a => new FieldViolation($"answers[{a.i}]", "must answer an outstanding item")).ToImmutableArray();
        if (!unknown.IsEmpty) return Problem.InvalidRequest(unknown);

        var provided = new CaseEvent.InformationProvided(actor, now, answers);
        var answered = CaseFold.Apply(c, provided);
        return answered.Outstanding.IsEmpty
            ? Completed(answered, [provided], assess, rules, ledger, policy, now)
            : One(provided);
    }

    /// <summary>
    /// Applies the rules again, for example after a new table was published or a check was recorded. An officer may also go on without
    /// information that was asked for; what is missing then counts as not stated.
    /// </summary>
    public static Result<CaseTransition> Reassess(
        RecognitionCase c, Func<RecognitionCase, Assessment> assess, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy, Actor actor, DateTimeOffset now)
    {
        if (c.State == CaseState.Incomplete && PersonNeeded(actor, CaseVerb.Reassess) is { } denied) return denied;
        if (StateOf(c, CaseVerb.Reassess) is { } problem) return problem;
        return c.State == CaseState.Incomplete
            ? Completed(c, [], assess, rules, ledger, policy, now)
            : CaseConclusion.Conclude(c, [], assess(c), rules, ledger, policy, now);
    }

    /// <summary>Keeps a check that an officer made by hand. A status found in order ends a review that was due.</summary>
    public static Result<CaseTransition> RecordCheck(RecognitionCase c, VerificationCheck check, Actor actor, DateTimeOffset now)
    {
        if (PersonNeeded(actor, CaseVerb.RecordCheck) is { } denied) return denied;
        if (StateOf(c, CaseVerb.RecordCheck) is { } problem) return problem;
        return Required(("evidence", check.Evidence)) is { } missing ? missing : One(new CaseEvent.CheckRecorded(actor, now, check));
    }

    /// <summary>Announces a delay with its reason and the new day (Recommendation on Criteria and Procedures). Only while the old day is not past: a late notice does not close an appeal that is open.</summary>
    public static Result<CaseTransition> AnnounceDelay(RecognitionCase c, string reason, DateOnly dueOn, Actor actor, DateTimeOffset now)
    {
        if (PersonNeeded(actor, CaseVerb.AnnounceDelay) is { } denied) return denied;
        if (StateOf(c, CaseVerb.AnnounceDelay) is { } problem) return problem;
        if (Required(("reason", reason)) is { } missing) return missing;
        if (c.DueOn is not { } due) return Conflict(c, CaseVerb.AnnounceDelay, "has no due day");
        if (RecognitionClock.DayOf(now) > due) return TooLate(CaseVerb.AnnounceDelay, due);
        return dueOn <= due ? Invalid("due_date", $"must be later than {Day(due)}") : One(new CaseEvent.DelayAnnounced(actor, now, reason, dueOn));
    }

    /// <summary>Asks a person to review the decision in effect, because the issuer changed the credential's status. The decision stands until a person acts.</summary>
    public static Result<CaseTransition> MarkReviewDue(RecognitionCase c, string ground, Actor actor, DateTimeOffset now)
    {
        if (StateOf(c, CaseVerb.MarkReviewDue) is { } problem) return problem;
        if (Required(("ground", ground)) is { } missing) return missing;
        if (c.EffectiveVersion == 0) return Conflict(c, CaseVerb.MarkReviewDue, "has no decision in effect");
        return c.ReviewDue ? Conflict(c, CaseVerb.MarkReviewDue, "is under review already") : One(new CaseEvent.ReviewDue(actor, now, ground));
    }

    private static CaseTransition Completed(
        RecognitionCase c, ImmutableArray<CaseEvent> before, Func<RecognitionCase, Assessment> assess, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy, DateTimeOffset now)
    {
        var (startedOn, dueOn) = RecognitionClock.Complete(c.Paused, RecognitionClock.DayOf(now), policy);
        var complete = new CaseEvent.BecameComplete(Actor.Node, now, startedOn, dueOn);
        var concluded = CaseConclusion.Conclude(c, [complete], assess(CaseFold.Apply(c, complete)), rules, ledger, policy, now);
        return concluded with { Events = [.. before, .. concluded.Events] };
    }

    private static Result<CaseTransition> One(CaseEvent happened) => new CaseTransition { Events = [happened] };
}
