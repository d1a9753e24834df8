using System.Collections.Immutable;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Cases;

/// <summary>Opens a case: from the application to a question, a grant by rule, or an officer's desk, in one go.</summary>
public static class CaseIntake
{
    /// <summary>
    /// Receives an application. Turns it away, and keeps nothing, when a report is refused at the door (<see cref="CaseDoor"/>) or the target
    /// unit is not published for the programme. Otherwise the case is acknowledged, its verification kept, and it is asked about
    /// (<see cref="CaseState.Incomplete"/>), granted (<see cref="CaseState.Decided"/>) or referred (<see cref="CaseState.Referred"/>).
    /// </summary>
    /// <param name="application">Application.</param>
    /// <param name="reports">One report per credential, in the order of the application.</param>
    /// <param name="assess">Applies the rules; called only past the door. Pure.</param>
    /// <param name="rules">Table that is applied.</param>
    /// <param name="ledger">Learner's ledger.</param>
    /// <param name="policy">Institution's procedure.</param>
    /// <param name="submitter">Who submits.</param>
    /// <param name="now">When.</param>
    public static Result<CaseTransition> Receive(
        Application application, ImmutableArray<CredentialReport> reports, Func<Assessment> assess, RuleBook rules,
        LearnerLedger ledger, RecognitionPolicy policy, Actor submitter, DateTimeOffset now)
    {
        if (!reports.Select(r => r.Digest).SequenceEqual(application.Credentials) || reports.IsEmpty)
            throw new ArgumentException("The reports are not those of the application's credentials.", nameof(reports));
        var refusal = reports.Select(CaseDoor.Refusal).FirstOrDefault(problem => problem is not null);
        // In the order in which the contract lets refusals win: what cannot be read, what is not there, what is not to be trusted.
        if (refusal is { Code: ProblemCode.CredentialMalformed or ProblemCode.CredentialUnsupported }) return refusal;
        if (rules.Unit(application.TargetUnit) is not { } unit || unit.Programme != application.Programme)
            return Problem.Of(ProblemCode.TargetUnitNotFound, $"Unit '{application.TargetUnit}' of programme '{application.Programme}' is not published here; list the tables to see the units.",
                ("target_unit", application.TargetUnit.Value), ("programme", application.Programme.Value));
        if (refusal is not null) return refusal;

        var assessment = assess();
        ImmutableArray<CaseEvent> events =
        [
            new CaseEvent.Submitted(submitter, now, application),
            new CaseEvent.Acknowledged(Actor.Node, now, policy.DecisionMonths, policy.CriteriaUrl, policy.Authority),
            .. reports.Select(report => new CaseEvent.Verified(Actor.Node, now, report)),
        ];
        var today = RecognitionClock.DayOf(now);
        if (assessment.Proposal == ProposalKind.RequestInformation && !assessment.Information.IsEmpty)
        {
            var dueOn = RecognitionClock.Until(today, policy.InformationDays);
            return new CaseTransition { Events = events.Add(new CaseEvent.InformationRequested(Actor.Node, now, assessment.Information, application.SubmittedBy.Value, dueOn)) };
        }
        var (startedOn, decisionDueOn) = RecognitionClock.Complete(null, today, policy);
        var received = CaseFold.Fold(events);
        var concluded = CaseConclusion.Conclude(
            received, [new CaseEvent.BecameComplete(Actor.Node, now, startedOn, decisionDueOn)], assessment, rules, ledger, policy, now);
        return concluded with { Events = [.. events, .. concluded.Events] };
    }
}
