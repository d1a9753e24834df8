using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using static MicroCreds.Domain.Cases.CaseRefusals;

namespace MicroCreds.Domain.Cases;

/// <content>Four eyes: one officer proposes, another approves or sends back.</content>
public static partial class CaseTransitions
{
    /// <summary>
    /// Approves the decision that another officer proposed; it takes effect now, and its appeal period counts from now. It is judged again by the ledger as
    /// it stands: what another case counted meanwhile fails with <see cref="ProblemCode.DecisionInvalid"/>. The officer who proposed it fails with
    /// <see cref="ProblemCode.SecondOfficerNeeded"/>.
    /// </summary>
    /// <param name="c">Case that waits for approval.</param>
    /// <param name="replaced">The cases that the proposed decision replaces, in its order.</param>
    /// <param name="rules">Table of the case's assessment.</param>
    /// <param name="ledger">Learner's ledger.</param>
    /// <param name="policy">Institution's procedure.</param>
    /// <param name="officer">Who approves.</param>
    /// <param name="now">When.</param>
    public static Result<CaseTransition> ApproveDecision(
        RecognitionCase c, ImmutableArray<RecognitionCase> replaced, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy, Actor officer, DateTimeOffset now)
    {
        if (PersonNeeded(officer, CaseVerb.ApproveDecision) is { } denied) return denied;
        if (StateOf(c, CaseVerb.ApproveDecision) is { } problem) return problem;
        if (c.Proposed is not { } proposed || !proposed.Decision.Replaces.SequenceEqual(replaced.Select(r => r.Application.Case))) return Conflict(c, CaseVerb.ApproveDecision, "has another proposal than the one read");
        if (proposed.By.Name == officer.Name)
            return Problem.Of(
                ProblemCode.SecondOfficerNeeded, $"{officer.Name} proposed this decision; another officer approves it.",
                ("case_id", c.Application.Case.Value), ("proposed_by", officer.Name));
        if (!replaced.IsEmpty && Unfit(c, replaced, ledger) is { } unfit) return unfit;

        var decision = proposed.Decision with
        {
            ApprovedByName = officer.Name,
            DecidedAt = now,
            AppealUntil = RecognitionClock.Until(RecognitionClock.DayOf(now), policy.AppealDays),
        };
        if (CaseConclusion.Decide(c, [], decision, rules, Without(ledger, decision.Replaces), policy, officer, now).Failed(out var refused, out var decided)) return refused;
        return Withdrawals(c, replaced, policy, officer, now).Failed(out var kept, out var withdrawn) ? kept : decided with { Together = withdrawn };
    }

    /// <summary>Sends a proposed decision back with a reason, or takes it back when it is one's own. The case is where it was before.</summary>
    public static Result<CaseTransition> SendBackDecision(RecognitionCase c, string reason, Actor officer, DateTimeOffset now)
    {
        if (PersonNeeded(officer, CaseVerb.SendBackDecision) is { } denied) return denied;
        if (StateOf(c, CaseVerb.SendBackDecision) is { } problem) return problem;
        return Required(("reason", reason)) is { } missing ? missing : One(new CaseEvent.DecisionSentBack(officer, now, reason));
    }

    /// <summary>Takes a decision, or keeps it as a proposal where a second officer is needed: then nothing is counted or sent.</summary>
    private static Result<CaseTransition> TakeOrPropose(
        RecognitionCase c, ImmutableArray<CaseEvent> before, Decision decision, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy, Actor officer, DateTimeOffset now)
    {
        var taken = CaseConclusion.Decide(c, before, decision, rules, ledger, policy, officer, now);
        return taken.Failed(out _, out _) || !ProposedDecision.NeedsApproval(decision, policy) ? taken
            : new CaseTransition { Events = before.Add(new CaseEvent.DecisionProposed(officer, now, decision)) };
    }

    private static LearnerLedger Without(LearnerLedger ledger, ImmutableArray<CaseId> cases) => new([.. ledger.Entries.Where(e => !cases.Contains(e.Case))]);
}
