using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Cases;

/// <summary>
/// What every decision must keep to, whoever takes it. Source: field reference C.2 after the Lisbon Recognition Convention, the
/// Recommendation on Criteria and Procedures (2010) and the EAR manual.
/// </summary>
public static class DecisionInvariants
{
    /// <summary>Every invariant that <paramref name="decision"/> breaks; empty when it stands.</summary>
    public static ImmutableArray<BrokenInvariant> Broken(RecognitionCase c, Decision decision, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy) =>
    [
        .. Explained(decision), .. Grounds(c, decision, rules), .. Machine(decision, rules), .. Lines(c, decision, rules),
        .. Credits(c, decision, rules, policy), .. Ledger(c, decision, ledger, policy),
    ];

    /// <summary>The refusal that names every broken invariant at once; null when there is none.</summary>
    public static Problem? Check(RecognitionCase c, Decision decision, RuleBook rules, LearnerLedger ledger, RecognitionPolicy policy)
    {
        var broken = Broken(c, decision, rules, ledger, policy);
        if (broken.IsEmpty) return null;
        var names = string.Join(',', broken.Select(b => b.Name).Distinct());
        return Problem.Of(ProblemCode.DecisionInvalid, $"The decision breaks {broken.Length} invariant(s) of the procedure: {names}.", ("invariants", names)) with
        {
            Violations = [.. broken.Select(b => new FieldViolation(b.Field, $"{b.Name}: {b.Description}"))],
        };
    }

    private static IEnumerable<BrokenInvariant> Explained(Decision d)
    {
        if (d.Outcome != DecisionOutcome.Full)
        {
            // EAR manual, chapter 11: reasons and ways on in every case that differs from what was asked.
            if (d.Reasons.IsEmpty) yield return new("reason_required", "reasons", "an outcome that is not full carries at least one coded reason");
            if (d.Alternatives.IsEmpty) yield return new("alternative_required", "alternatives", "an outcome that is not full names at least one alternative that was considered");
        }
        if (d.Outcome == DecisionOutcome.Conditional && string.IsNullOrWhiteSpace(d.Condition))
            yield return new("condition_required", "condition", "a conditional outcome says what is to be met");
        if (d.Outcome != DecisionOutcome.Conditional && d.Condition.Length > 0)
            yield return new("condition_unexpected", "condition", "only a conditional outcome has a condition");
        if (d.ConditionDueOn is { } due && (d.Outcome != DecisionOutcome.Conditional || due < RecognitionClock.DayOf(d.DecidedAt)))
            yield return new("condition_due_date", "condition_due_date", "the day to meet a condition belongs to a conditional outcome and is not past");
    }

    private static IEnumerable<BrokenInvariant> Grounds(RecognitionCase c, Decision d, RuleBook rules)
    {
        var known = rules.Unit(c.Application.TargetUnit)?.Outcomes.Select(o => o.Code).ToHashSet(StringComparer.Ordinal) ?? [];
        for (var i = 0; i < d.Reasons.Length; i++)
        {
            var reason = d.Reasons[i];
            var field = $"reasons[{i}]";
            if (reason.Code == ReasonCode.LearningOutcomes && reason.TargetOutcomes.IsEmpty)
                yield return new("outcomes_named", $"{field}.target_outcomes", "a difference in learning outcomes names the target outcomes that are missing");
            foreach (var outcome in reason.TargetOutcomes.Where(o => !known.Contains(o)))
                yield return new("outcome_known", $"{field}.target_outcomes", $"the target unit has no outcome '{outcome}'");
            // EAR manual, chapter 8: who passed, passed; a poor grade is no ground once the award was made.
            if (reason.Code == ReasonCode.Grade && d.Track == RecognitionTrack.Recognition)
                yield return new("grade_on_recognition_track", $"{field}.code", "a passed result is not measured by its grade on the recognition track");
            if (reason.Code == ReasonCode.InsufficientEvidence && d.Track != RecognitionTrack.Validation)
                yield return new("evidence_on_validation_track_only", $"{field}.code", "only on the validation track does the applicant show equivalence");
        }
        if (d.Outcome != DecisionOutcome.Refused) yield break;
        // Recommendation on Criteria and Procedures; EAR manual, chapter 13: duration alone does not motivate a refusal.
        if (!d.Reasons.IsEmpty && d.Reasons.All(r => r.Code == ReasonCode.Workload))
            yield return new("workload_alone", "reasons", "workload alone is no ground to refuse");
        // Lisbon Recognition Convention, III.3 and V.1: whoever refuses shows the substantial difference.
        if (d.Track == RecognitionTrack.Recognition && !d.Reasons.Any(IsSubstantialDifference))
            yield return new("substantial_difference", "reasons", "a refusal on the recognition track shows a substantial difference that names the level or target outcomes");
    }

    private static bool IsSubstantialDifference(DecisionReason reason) => reason.Code switch
    {
        ReasonCode.Level => true,
        ReasonCode.LearningOutcomes or ReasonCode.Quality or ReasonCode.Profile => !reason.TargetOutcomes.IsEmpty,
        _ => false,
    };

    private static IEnumerable<BrokenInvariant> Machine(Decision d, RuleBook rules)
    {
        if (d.DecidedBy != DecidedBy.Rule) yield break;
        if ((d.Outcome != DecisionOutcome.Full || d.Lines.Any(l => l.Outcome != DecisionOutcome.Full)) && !GrantsAllThatWasEarned(d))
            yield return new("only_people_refuse", "outcome", "a rule grants in full or not at all; anything less is decided by a person");
        if (d.Lines.Where(l => l.Outcome != DecisionOutcome.NothingEarned).Select(l => l.Rule ?? d.Rule).DefaultIfEmpty(d.Rule).Any(rule => rule is not { } id || rules.Rule(id) is not { Automatic: true, GrantCondition: "" }))
            yield return new("rule_not_automatic", "rule", "only a published automatic rule without a condition grants without a person");
        if (d.Track != RecognitionTrack.Recognition)
            yield return new("validation_by_person", "track", "on the validation track a person judges");
    }

    // The one exception to "in full or not at all": under a signed learning agreement a component that was not passed makes the whole partial, although
    // all that was earned is granted and nothing is refused (Council Recommendation 2018/C 444/01: transferred without delay).
    private static bool GrantsAllThatWasEarned(Decision d) =>
        d is { Agreement: not null, Outcome: DecisionOutcome.Partial } && d.Lines.Any(l => l.Outcome == DecisionOutcome.Full)
        && d.Lines.All(l => l.Outcome is DecisionOutcome.Full or DecisionOutcome.NothingEarned) && d.Reasons.All(r => r.Code == ReasonCode.NotPassed);

    private static IEnumerable<BrokenInvariant> Lines(RecognitionCase c, Decision d, RuleBook rules)
    {
        if (d.Lines.IsEmpty) yield return new("lines_required", "lines", "a decision has at least one line");
        for (var i = 0; i < d.Lines.Length; i++)
        {
            var line = d.Lines[i];
            var field = $"lines[{i}]";
            var grants = line.GrantedCredits > EctsCredits.Zero;
            if ((line.Outcome == DecisionOutcome.Refused || d.Outcome == DecisionOutcome.Refused) && (grants || line.ExtraCurricular > EctsCredits.Zero || line.Unit is not null || line.GrantedGrade.Length > 0))
                yield return new("refusal_grants", field, "what is refused grants no unit, credits or grade");
            if (line.Unit is { } unit)
            {
                var known = rules.Unit(unit);
                if (known is null) yield return new("unit_unknown", $"{field}.unit", $"the published table has no unit '{unit}'");
                // A thesis is never granted by recognition (ES: RD 822/2021; field reference B.5).
                else if (known.Kind == UnitKind.Thesis) yield return new("restricted_target", $"{field}.unit", $"unit '{unit}' is a thesis, which admits no recognition");
            }
            else if (grants)
            {
                yield return new("unit_required", $"{field}.unit", "credits are granted for a unit");
            }
            if (line.Outcome == DecisionOutcome.NothingEarned && (grants || line.Unit is not null || c.Reports.FirstOrDefault(r => r.Digest == line.Credential)?.Achievement is { Status: ResultStatus.Passed }))
                yield return new("nothing_earned", field, "only a result that is not a pass earned nothing, and it grants nothing");
            if (grants && c.Reports.FirstOrDefault(r => r.Digest == line.Credential)?.Achievement is { Status: not ResultStatus.Passed })
                yield return new("not_passed", field, "only a passed result is granted");
        }
        if (d.Outcome == DecisionOutcome.NothingEarned) yield return new("nothing_earned", "outcome", "that nothing was earned is said of a line, not of a decision");
        if (d.Outcome == DecisionOutcome.Full && d.Lines.Any(l => l.Outcome != DecisionOutcome.Full))
            yield return new("full_in_every_line", "outcome", "a full outcome is full in every line");
    }

    private static IEnumerable<BrokenInvariant> Credits(RecognitionCase c, Decision d, RuleBook rules, RecognitionPolicy policy)
    {
        foreach (var group in d.Lines.GroupBy(l => l.Credential))
        {
            var report = c.Reports.FirstOrDefault(r => r.Digest == group.Key);
            if (report is null)
            {
                yield return new("credential_unknown", "lines", "a line is about a credential of the case");
                continue;
            }
            // Where neither credits nor hours are stated there is nothing to compare with: the officer answers for the number.
            var given = group.Sum(l => l.GrantedCredits.Hundredths + l.ExtraCurricular.Hundredths);
            if (EarnedCredits.Of(report, policy) is { } earned && given > earned.Hundredths && !(group.Max(l => Bridge(l.Rule ?? d.Rule)) is { } bridge && given <= bridge))
                yield return new("more_than_earned", "lines", $"{earned} credits were earned; more is granted only by a published rule with a fixed grant");
        }
        foreach (var group in d.Lines.Where(l => l.Unit is not null).GroupBy(l => l.Unit))
        {
            if (group.Key is { } code && rules.Unit(code) is { } unit && group.Sum(l => l.GrantedCredits.Hundredths) > unit.Credits.Hundredths)
                yield return new("more_than_unit", "lines", $"unit '{code}' has {unit.Credits} credits");
        }
        var granted = d.Lines.Sum(l => l.GrantedCredits.Hundredths);
        if (d is { Outcome: DecisionOutcome.Full, Agreement: { } agreement })
        {
            // What an agreement asks for are its components, whatever unit the application names.
            if (granted < agreement.Asked.Hundredths)
                yield return new("full_as_asked", "outcome", $"the learning agreement promises {agreement.Asked} credits for what is asked; less is partial");
        }
        else if (d.Outcome == DecisionOutcome.Full && rules.Unit(c.Application.TargetUnit) is { } asked)
        {
            var inUnit = d.Lines.Where(l => l.Unit == asked.Code).Sum(l => l.GrantedCredits.Hundredths);
            // Field reference E.2: an exemption waives the unit and grants no credits.
            var waived = d.Rule is { } applied && rules.Rule(applied) is { Grant: CreditGrant.Exemption } waiver && waiver.Target == asked.Code;
            var full = waived ? EctsCredits.Zero : EarnedCredits.InFull(c, asked, policy);
            // A rule that grants several units grants them for one another.
            if (inUnit < full.Hundredths || d.Lines.Any(l => l.Unit != asked.Code && !(l.Rule is { } together && rules.Rule(together)?.Grants(asked.Code) == true)))
                yield return new("full_as_asked", "outcome", $"a full grant gives {full} credits in unit '{asked.Code}'; less is partial, another unit is an alternative");
        }
        if (d.Outcome is DecisionOutcome.Partial && granted == 0)
            yield return new("partial_grants_something", "lines", "a partial outcome without credits is a refusal and must say so");

        int? Bridge(RuleId? rule) => rule is not null && rules.Rule(rule) is { Grant: CreditGrant.Fixed grant } found ? grant.Credits.Hundredths + found.FurtherUnits.Sum(u => u.Credits.Hundredths) : null;
    }

    private static IEnumerable<BrokenInvariant> Ledger(RecognitionCase c, Decision d, LearnerLedger ledger, RecognitionPolicy policy)
    {
        var others = new LearnerLedger([.. ledger.Entries.Where(e => e.Case != c.Application.Case)]);
        foreach (var credential in d.Lines.Where(l => l.GrantedCredits > EctsCredits.Zero).Select(l => l.Credential).Distinct())
        {
            if (others.Counts(credential, c.Reports.FirstOrDefault(r => r.Digest == credential)?.CredentialId ?? "", c.Application.Programme, policy.DoubleCounting))
                yield return new("already_counted", "lines", "the credential was counted in another case of this learner");
        }
        if (d.Track != RecognitionTrack.Validation || policy.ValidationCap is not { } cap) yield break;
        var before = others.Entries.Where(e => e.Programme == c.Application.Programme && e.Track == RecognitionTrack.Validation).Sum(e => e.Credits.Hundredths);
        if (before + d.Lines.Sum(l => l.GrantedCredits.Hundredths) > cap.Hundredths)
            yield return new("validation_cap", "lines", $"the programme counts at most {cap} validated credits, {EctsCredits.FromHundredths(Math.Min(before, EctsCredits.MaxHundredths))} are counted already");
    }
}

/// <summary>One invariant that a decision breaks.</summary>
/// <param name="Name">Name in snake_case.</param>
/// <param name="Field">Path of the field at fault, from the decision.</param>
/// <param name="Description">What must hold.</param>
public sealed record BrokenInvariant(string Name, string Field, string Description);
