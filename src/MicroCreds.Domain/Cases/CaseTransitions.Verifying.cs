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
    /// again unless information is outstanding. Fails with <see cref="ProblemCode.CaseStateConflict"/> when it found nothing new, or what would have been turned away at the door:
    /// a case that stands is not closed by a machine.
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
        if (found.Count == 0) return Conflict(c, CaseVerb.VerifyAgain, "was verified before with the same result");
        if (found.Any(r => CaseDoor.Refusal(r) is not null)) return Conflict(c, CaseVerb.VerifyAgain, "rests on a credential that this node would turn away today");

        ImmutableArray<CaseEvent> events = [.. found.Select(r => new CaseEvent.Verified(actor, now, r))];
        return c.State == CaseState.Incomplete ? new CaseTransition { Events = events }
            : CaseConclusion.Conclude(c, events, assess(CaseFold.Apply(c, events)), rules, ledger, policy, now);
    }
}
