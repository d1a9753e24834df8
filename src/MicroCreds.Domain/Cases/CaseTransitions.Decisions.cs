using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using static MicroCreds.Domain.Cases.CaseRefusals;

namespace MicroCreds.Domain.Cases;

/// <content>Decisions and what becomes of them.</content>
public static partial class CaseTransitions
{
    /// <summary>
    /// Decides a case that is before an officer, or proposes the decision where the procedure asks for a second officer. A decision that breaks invariants
    /// fails with <see cref="ProblemCode.DecisionInvalid"/>, all of them named.
    /// </summary>
    public static Result<CaseTransition> Decide(
        RecognitionCase c, OfficerDecision input, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy, Actor officer, DateTimeOffset now) =>
        PersonNeeded(officer, CaseVerb.Decide) is { } denied ? denied
        : StateOf(c, CaseVerb.Decide) is { } problem ? problem
        : New(c, CaseVerb.Decide, input, rules, ledger, policy, officer, now);

    /// <summary>Decides a case as the rules propose, with their reasons and alternatives; what grants nothing is no proposal. Otherwise as <see cref="Decide"/>.</summary>
    public static Result<CaseTransition> DecideAsProposed(
        RecognitionCase c, string statement, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy, Actor officer, DateTimeOffset now)
    {
        if (PersonNeeded(officer, CaseVerb.Decide) is { } denied) return denied;
        if (StateOf(c, CaseVerb.Decide) is { } problem) return problem;
        if (c.Assessment is not { ProposedOutcome: { } outcome and not (DecisionOutcome.Refused or DecisionOutcome.NothingEarned) } assessment)
            return Conflict(c, CaseVerb.Decide, "has no proposal of the rules to decide by");
        var input = new OfficerDecision
        {
            Outcome = outcome,
            Reasons = assessment.Reasons,
            Alternatives = assessment.Alternatives,
            Condition = outcome == DecisionOutcome.Conditional && assessment.Rule is { } rule ? rules.Rule(rule)?.GrantCondition ?? "" : "",
            Statement = statement,
        };
        return New(c, CaseVerb.Decide, input, rules, ledger, policy, officer, now);
    }

    /// <summary>Replaces the decision in effect by a new version, or proposes that; both stay readable. The explanation says why.</summary>
    public static Result<CaseTransition> Supersede(
        RecognitionCase c, OfficerDecision input, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy, Actor officer, DateTimeOffset now)
    {
        if (PersonNeeded(officer, CaseVerb.Supersede) is { } denied) return denied;
        if (StateOf(c, CaseVerb.Supersede) is { } problem) return problem;
        if (c.EffectiveVersion == 0) return Conflict(c, CaseVerb.Supersede, "has no decision in effect");
        return Required(("decision.statement", input.Statement)) is { } missing ? missing : New(c, CaseVerb.Supersede, input, rules, ledger, policy, officer, now);
    }

    /// <summary>Revokes the decision in effect because its basis fell away. Its credits leave the ledger; an appeal against it is open for the usual period.</summary>
    public static Result<CaseTransition> Revoke(RecognitionCase c, string ground, DateOnly effectiveOn, RecognitionPolicy policy, Actor officer, DateTimeOffset now)
    {
        if (PersonNeeded(officer, CaseVerb.Revoke) is { } denied) return denied;
        if (StateOf(c, CaseVerb.Revoke) is { } problem) return problem;
        if (c.EffectiveDecision is not { } decision) return Conflict(c, CaseVerb.Revoke, "has no decision in effect");
        if (Required(("ground", ground)) is { } missing) return missing;
        var decidedOn = RecognitionClock.DayOf(decision.DecidedAt);
        if (effectiveOn < decidedOn) return Invalid("effective_date", $"must not be before the decision of {Day(decidedOn)}");
        var revoked = new CaseEvent.DecisionRevoked(
            officer, now, c.EffectiveVersion, ground, effectiveOn, RecognitionClock.Until(RecognitionClock.DayOf(now), policy.AppealDays));
        return new CaseTransition { Events = [revoked], Ledger = [], Statements = CaseStatements.Revoked(c, revoked) };
    }

    /// <summary>Reports whether the condition of a conditional decision was met. If not, its credits leave the ledger.</summary>
    public static Result<CaseTransition> ReportCondition(RecognitionCase c, bool met, string evidence, Actor officer, DateTimeOffset now)
    {
        if (PersonNeeded(officer, CaseVerb.ReportCondition) is { } denied) return denied;
        if (StateOf(c, CaseVerb.ReportCondition) is { } problem) return problem;
        if (c.EffectiveDecision?.Outcome != DecisionOutcome.Conditional) return Conflict(c, CaseVerb.ReportCondition, "was not decided on a condition");
        if (Required(("evidence", evidence)) is { } missing) return missing;
        return new CaseTransition { Events = [new CaseEvent.ConditionReported(officer, now, met, evidence)], Ledger = met ? null : [] };
    }

    /// <summary>Closes the appeal period once it has passed without an appeal, or at once when an appeal was dismissed.</summary>
    public static Result<CaseTransition> BecomeFinal(RecognitionCase c, Actor actor, DateTimeOffset now)
    {
        if (StateOf(c, CaseVerb.BecomeFinal) is { } problem) return problem;
        if (c.State == CaseState.Decided && c.EffectiveDecision?.Outcome == DecisionOutcome.Conditional)
            return Conflict(c, CaseVerb.BecomeFinal, "waits for its condition");
        if (c.State != CaseState.AppealDismissed && AppealUntil(c) is { } until && RecognitionClock.DayOf(now) <= until)
            return Conflict(c, CaseVerb.BecomeFinal, $"may be appealed until {Day(until)}", ("appeal_until", Day(until)));
        return One(new CaseEvent.BecameFinal(actor, now));
    }

    /// <summary>Last day to appeal against what stands now; null when there is nothing to appeal against.</summary>
    public static DateOnly? AppealUntil(RecognitionCase c) =>
        c.State == CaseState.Revoked ? c.History.OfType<CaseEvent.DecisionRevoked>().Last().AppealUntil : c.EffectiveDecision?.AppealUntil;

    private static Result<CaseTransition> New(
        RecognitionCase c, CaseVerb verb, OfficerDecision input, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy, Actor officer, DateTimeOffset now) =>
        Shape(c, verb, input) is { } problem ? problem
        : TakeOrPropose(c, [], DecisionBuilder.ByOfficer(c, input, rules, policy, officer, now), rules, ledger, policy, officer, now);

    private static Problem? Shape(RecognitionCase c, CaseVerb verb, OfficerDecision input)
    {
        if (c.Assessment is null || c.Reports.IsEmpty) return Conflict(c, verb, "was not assessed yet");
        for (var i = 0; i < input.Lines.Length; i++)
            if (input.Lines[i].Credential is { } credential && c.Reports.All(r => r.Digest != credential))
                return Invalid($"decision.lines[{i}].credential", "must be a credential of the case");
        if (c.Reports.Length > 1 && input.Lines.Any(l => l.Credential is null))
            return Invalid("decision.lines", "must name the credential of each line, since the case has several");
        return input.Lines.IsEmpty && c.Reports.Length > 1 && c.Assessment.Lines.IsEmpty && input.Outcome != DecisionOutcome.Refused
            ? Invalid("decision.lines", "must have a line for each of the case's credentials")
            : null;
    }
}
