using System.Collections.Immutable;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Cases;

/// <summary>How a case goes on once its rules were applied: granted at once where a published rule says so and nothing stands against it, else before a person.</summary>
internal static class CaseConclusion
{
    /// <summary>Appends the assessment and what follows from it.</summary>
    public static CaseTransition Conclude(
        RecognitionCase c, ImmutableArray<CaseEvent> before, Assessment assessment, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy, DateTimeOffset now)
    {
        var events = before.Add(new CaseEvent.Assessed(Actor.Node, now, assessment));
        var assessed = CaseFold.Apply(c, events);
        if (!MayGrant(assessed, assessment)) return Refer(Referral(assessed, assessment, []));
        var decision = DecisionBuilder.ByRule(assessed, policy, now);
        var broken = DecisionInvariants.Broken(assessed, decision, rules, ledger, policy);
        if (!broken.IsEmpty || TooLong(assessed, decision) is not null) return Refer(Referral(assessed, assessment, broken));
        return new CaseTransition
        {
            Events = events.Add(new CaseEvent.Decided(Actor.Node, now, decision)),
            Ledger = CaseLedger.Of(assessed, decision),
            Statements = CaseStatements.Decided(assessed, decision),
        };

        CaseTransition Refer(ImmutableArray<ReferralReason> reasons) => new() { Events = events.Add(new CaseEvent.Referred(Actor.Node, now, reasons)) };
    }

    /// <summary>The transition of a decision that was taken; a problem when it breaks an invariant.</summary>
    public static Result<CaseTransition> Decide(
        RecognitionCase c, ImmutableArray<CaseEvent> before, Decision decision, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy, Actor actor, DateTimeOffset now)
    {
        if (DecisionInvariants.Check(c, decision, rules, ledger, policy) is { } problem) return problem;
        if (TooLong(c, decision) is { } tooLong) return tooLong;
        return new CaseTransition
        {
            Events = before.Add(new CaseEvent.Decided(actor, now, decision)),
            Ledger = CaseLedger.Of(c, decision),
            Statements = CaseStatements.Decided(c, decision),
        };
    }

    // Every check of every file passed and no person was needed before: only then may a rule speak for the institution.
    private static bool MayGrant(RecognitionCase c, Assessment assessment) =>
        assessment is { Proposal: ProposalKind.GrantAutomatically, Rule: not null } && c.Decisions.IsEmpty
        && (c.Reports.Length == 1 || assessment.Lines.Length > 0) && c.Reports.All(report => CredentialSummary.Of(report).AllowsAutomaticGrant) && c.RecordedChecks.All(check => check.Result == CheckResult.Ok);

    private static ImmutableArray<ReferralReason> Referral(RecognitionCase c, Assessment assessment, ImmutableArray<BrokenInvariant> broken)
    {
        var reasons = assessment.Referral.ToList();
        if (c.Reports.Any(r => r.Verdict != Verdict.Accept)) reasons.Add(ReferralReason.CheckNotPassed);
        if (assessment.Track == RecognitionTrack.Validation) reasons.Add(ReferralReason.ValidationTrack);
        if (broken.Any(b => b.Name == "already_counted")) reasons.Add(ReferralReason.AlreadyCounted);
        if (broken.Any(b => b.Name is "full_as_asked" or "only_people_refuse")) reasons.Add(ReferralReason.LessThanAsked);
        // A grant that another invariant stopped, or a proposal without a referral, still says why it is before a person.
        if (reasons.Count == 0) reasons.Add(assessment.Rule is null ? ReferralReason.NoRule : ReferralReason.RuleNotAutomatic);
        return [.. reasons.Distinct()];
    }

    private static Problem? TooLong(RecognitionCase c, Decision decision) =>
        StatementContent.OfDecision(c.Application, decision).Length <= StatementContent.MaxBytes ? null
        : CaseRefusals.Invalid("decision", $"reasons, alternatives and condition together are longer than a statement of {StatementContent.MaxBytes} bytes can hold");
}
