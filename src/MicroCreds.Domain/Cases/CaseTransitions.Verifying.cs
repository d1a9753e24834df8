using System.Collections.Immutable;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using static MicroCreds.Domain.Cases.CaseRefusals;

namespace MicroCreds.Domain.Cases;

public static partial class CaseTransitions
{
    /// <summary>
    /// Keeps what a second verification of the same files found, for example after the status list came that the first one missed, and applies the rules
    /// again unless information is outstanding. That nothing new was found is kept when a person asked. Fails with <see cref="ProblemCode.CaseStateConflict"/> when nobody did, or
    /// when it found what would have been turned away at the door: a case that stands is not closed by a machine.
    /// </summary>
    /// <param name="c">Case.</param>
    /// <param name="reports">One report per credential, in the order of the application.</param>
    /// <param name="assess">Applies the rules. Pure.</param>
    /// <param name="rules">Table that is applied.</param>
    /// <param name="ledger">Learner's ledger.</param>
    /// <param name="policy">Institution's procedure.</param>
    /// <param name="actor">Who verifies.</param>
    /// <param name="now">When.</param>
    public static Result<CaseTransition> VerifyAgain(
        RecognitionCase c, ImmutableArray<CredentialReport> reports, Func<RecognitionCase, Assessment> assess, RuleBook rules,
        LearnerLedger ledger, RecognitionPolicy policy, Actor actor, DateTimeOffset now)
    {
        if (StateOf(c, CaseVerb.VerifyAgain) is { } problem) return problem;
        if (!reports.Select(r => r.Digest).SequenceEqual(c.Application.Credentials)) throw new ArgumentException("The reports are not those of the application's credentials.", nameof(reports));
        var found = reports.Where((r, i) => i >= c.Reports.Length || !r.Checks.SequenceEqual(c.Reports[i].Checks)).ToList();
        if (found.Select(CaseDoor.Refusal).FirstOrDefault(p => p is not null) is { } today)
            return Conflict(c, CaseVerb.VerifyAgain, $"rests on a credential that this node would turn away today (check {today.Facts["check"]}, {today.Facts["reason_class"]}: {today.Facts["evidence"]})", [.. today.Facts.Select(f => (f.Key, f.Value))]);
        if (found.Count == 0)
            return actor.Kind == ActorKind.Staff ? new CaseTransition { Events = [.. reports.Select(r => new CaseEvent.Verified(actor, now, r))] } : Conflict(c, CaseVerb.VerifyAgain, "was verified before with the same result");

        ImmutableArray<CaseEvent> events = [.. found.Select(r => new CaseEvent.Verified(actor, now, r))];
        return c.State == CaseState.Incomplete ? new CaseTransition { Events = events }
            : CaseConclusion.Conclude(c, events, assess(CaseFold.Apply(c, events)), rules, ledger, policy, now);
    }

    /// <summary>
    /// Keeps what a second verification found after the decision, when the status of a credential changed, and asks a person to review the decision in effect
    /// when a credential was revoked or suspended since. The decision stands. That the status is as it was is kept when a person asked; else it fails with <see cref="ProblemCode.CaseStateConflict"/>.
    /// </summary>
    /// <param name="c">Case.</param>
    /// <param name="reports">One report per credential, in the order of the application.</param>
    /// <param name="actor">Who verifies.</param>
    /// <param name="now">When.</param>
    public static Result<CaseTransition> NoteStatus(RecognitionCase c, ImmutableArray<CredentialReport> reports, Actor actor, DateTimeOffset now)
    {
        if (StateOf(c, CaseVerb.MarkReviewDue) is { } problem) return problem;
        if (c.EffectiveVersion == 0) return Conflict(c, CaseVerb.MarkReviewDue, "has no decision in effect");
        // A list that is away says nothing new, and what a person saw then stays on record.
        var changed = reports.Where(r => StatusOf(r) is { Reason: not ReasonClass.StatusUnavailable } now && c.Reports.FirstOrDefault(old => old.Digest == r.Digest) is { } old && StatusOf(old)?.Reason != now.Reason).ToList();
        if (changed.Count == 0)
        {
            var same = actor.Kind == ActorKind.Staff ? reports.Where(r => CaseDoor.Refusal(r) is null && StatusOf(r)?.Reason != ReasonClass.StatusUnavailable).ToList() : [];
            return same.Count == 0 ? Conflict(c, CaseVerb.MarkReviewDue, "has credentials whose status is as it was, or could not be asked") : new CaseTransition { Events = [.. same.Select(r => new CaseEvent.Verified(actor, now, r))] };
        }

        ImmutableArray<CaseEvent> events = [.. changed.Select(r => new CaseEvent.Verified(actor, now, r))];
        var revoked = changed.Select(StatusOf).FirstOrDefault(check => check?.Reason == ReasonClass.Revoked);
        return new CaseTransition { Events = revoked is null || c.ReviewDue ? events : events.Add(new CaseEvent.ReviewDue(actor, now, revoked.Evidence)) };
    }

    private static VerificationCheck? StatusOf(CredentialReport report) => report.Checks.FirstOrDefault(check => check.Kind == CheckKind.Status);
}
