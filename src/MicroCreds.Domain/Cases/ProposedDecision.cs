using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Cases;

/// <summary>
/// A decision that one officer proposed and that takes effect when another approves it. Until then nothing of it is signed, sent or counted; the clock of the
/// case goes on.
/// </summary>
/// <param name="By">Officer who proposed it.</param>
/// <param name="At">When.</param>
/// <param name="Decision">The decision as proposed; its time and appeal period are those of the approval once it is given.</param>
/// <param name="From">Stage in which it was proposed, and to which the case returns when it is sent back.</param>
public sealed record ProposedDecision(Actor By, DateTimeOffset At, Decision Decision, CaseState From)
{
    /// <summary>Whether the procedure of the institution asks for a second officer before this decision takes effect.</summary>
    public static bool NeedsApproval(Decision decision, RecognitionPolicy policy)
    {
        if (policy.ApprovalAbove is { } bound && decision.Lines.Sum(l => l.GrantedCredits.Hundredths) > bound.Hundredths) return true;
        return policy.DecisionApproval switch
        {
            DecisionApproval.None => false,
            DecisionApproval.Refusals => decision.Outcome == DecisionOutcome.Refused || decision.Lines.Any(l => l.Outcome == DecisionOutcome.Refused),
            DecisionApproval.LessThanFull => decision.Outcome != DecisionOutcome.Full,
            DecisionApproval.All => true,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
