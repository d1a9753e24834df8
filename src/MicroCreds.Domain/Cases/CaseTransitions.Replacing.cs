using System.Collections.Immutable;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using static MicroCreds.Domain.Cases.CaseRefusals;

namespace MicroCreds.Domain.Cases;

/// <content>A decision that takes the place of earlier ones, when a credential counted alone is to count together with another.</content>
public static partial class CaseTransitions
{
    /// <summary>
    /// Decides a case and withdraws the decisions in effect of earlier cases of the same learner, so that their credentials count once, here. The rules are
    /// applied to the case as if the earlier grants had not been. Every credential that an earlier case counted must be one of this case: nothing else is
    /// lost by it. Each earlier case is revoked with a statement and an appeal period of its own. Source: field reference G, scenario 9.
    /// </summary>
    /// <param name="c">Case before an officer.</param>
    /// <param name="replaced">Earlier cases; at least one.</param>
    /// <param name="input">Decision.</param>
    /// <param name="assess">Applies the rules to the case by a ledger. Pure.</param>
    /// <param name="rules">Table that is applied.</param>
    /// <param name="ledger">Learner's ledger.</param>
    /// <param name="policy">Institution's procedure.</param>
    /// <param name="officer">Who decides.</param>
    /// <param name="now">When.</param>
    public static Result<CaseTransition> DecideReplacing(
        RecognitionCase c, ImmutableArray<RecognitionCase> replaced, OfficerDecision input, Func<RecognitionCase, LearnerLedger, Assessment> assess, RuleBook rules,
        LearnerLedger ledger, RecognitionPolicy policy, Actor officer, DateTimeOffset now)
    {
        if (PersonNeeded(officer, CaseVerb.Decide) is { } denied) return denied;
        if (StateOf(c, CaseVerb.Decide) is { } problem) return problem;
        if (Unfit(c, replaced, ledger) is { } unfit) return unfit;
        var ids = replaced.Select(r => r.Application.Case).ToImmutableArray();
        var without = Without(ledger, ids);
        var assessment = assess(c, without);
        ImmutableArray<CaseEvent> assessed =
        [
            new CaseEvent.Assessed(Actor.Node, now, assessment),
            new CaseEvent.Referred(Actor.Node, now, assessment.Referral.IsEmpty ? [ReferralReason.AlreadyCounted] : assessment.Referral),
        ];
        var after = CaseFold.Apply(c, assessed);
        if (Shape(after, CaseVerb.Decide, input) is { } shape) return shape;
        var decision = DecisionBuilder.ByOfficer(after, input, rules, policy, officer, now) with { Replaces = ids };
        if (TakeOrPropose(after, assessed, decision, rules, without, policy, officer, now).Failed(out var refused, out var decided)) return refused;
        if (Withdrawals(c, replaced, policy, officer, now).Failed(out var kept, out var withdrawn)) return kept;
        return decided.Events[^1] is CaseEvent.Decided ? decided with { Together = withdrawn } : decided;
    }

    private static Result<ImmutableArray<CaseTransition>> Withdrawals(RecognitionCase c, ImmutableArray<RecognitionCase> replaced, RecognitionPolicy policy, Actor officer, DateTimeOffset now)
    {
        var withdrawn = ImmutableArray.CreateBuilder<CaseTransition>();
        foreach (var earlier in replaced)
        {
            if (Revoke(earlier, $"Replaced by the decision on case {c.Application.Case}, which counts the credential together with another.", RecognitionClock.DayOf(now), policy, officer, now)
                .Failed(out var kept, out var revoked)) return kept;
            withdrawn.Add(revoked);
        }

        return withdrawn.ToImmutable();
    }

    private static Problem? Unfit(RecognitionCase c, ImmutableArray<RecognitionCase> replaced, LearnerLedger ledger)
    {
        for (var i = 0; i < replaced.Length; i++)
        {
            var earlier = replaced[i].Application;
            var field = $"replaces_case_ids[{i}]";
            if (earlier.Case == c.Application.Case || earlier.Learner != c.Application.Learner || earlier.Programme != c.Application.Programme)
                return Invalid(field, "must be an earlier case of the same learner and programme");
            var counted = ledger.Entries.Where(e => e.Case == earlier.Case).ToArray();
            if (counted.Length == 0 || !Array.TrueForAll(counted, e => c.Reports.Any(r => r.Digest == e.Credential || (e.CredentialId.Length > 0 && e.CredentialId == r.CredentialId))))
                return Invalid(field, "must be a case that counts credentials of this case, and no others");
        }

        return null;
    }
}
