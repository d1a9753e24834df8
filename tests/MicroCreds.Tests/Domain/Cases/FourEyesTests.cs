using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Rules;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Cases;

public sealed class FourEyesTests
{
    [Theory]
    [InlineData(DecisionApproval.None, null, false, false, false)]
    [InlineData(DecisionApproval.Refusals, null, true, false, false)]
    [InlineData(DecisionApproval.LessThanFull, null, true, true, false)]
    [InlineData(DecisionApproval.All, null, true, true, true)]
    [InlineData(DecisionApproval.None, 4, false, false, true)]
    [InlineData(DecisionApproval.None, 6, false, false, false)]
    [InlineData(DecisionApproval.Refusals, 2, true, true, true)]
    public void the_procedure_says_which_decisions_wait(DecisionApproval which, int? above, bool refusal, bool partial, bool full)
    {
        var policy = Policy with { DecisionApproval = which, ApprovalAbove = above is { } credits ? Ects(credits) : null };
        bool Waits(OfficerDecision decision) => CaseFold.Apply(Referred(), Done(Decide(Referred(), decision, policy: policy)).Events).State == CaseState.AwaitingApproval;
        Assert.Equal((refusal, partial, full), (Waits(CaseSamples.Refused(ReasonCode.Level)), Waits(Partly(3)), Waits(Full)));
    }

    [Fact]
    public void a_proposal_neither_sends_nor_counts()
    {
        var proposed = Done(Decide(Referred(), CaseSamples.Refused(ReasonCode.Level), policy: FourEyes));
        Assert.Equal((1, 0, false), (proposed.Events.Length, proposed.Statements.Length, proposed.Ledger.HasValue));
    }

    [Fact]
    public void a_history_in_which_one_person_was_both_is_a_damaged_store()
    {
        var waiting = CaseStates.In(CaseState.AwaitingApproval);
        var approved = (CaseEvent.Decided)Done(CaseStates.Do(CaseVerb.ApproveDecision, waiting)).Events[0];
        Assert.Equal(CaseState.Decided, CaseFold.Apply(waiting, approved).State);
        CaseEvent.Decided[] wrong =
        [
            approved with { Actor = Officer },
            approved with { Actor = Officer, Decision = approved.Decision with { ApprovedByName = Officer.Name } },
            approved with { Decision = approved.Decision with { ApprovedByName = null } },
            approved with { Decision = approved.Decision with { DecidedByName = "carla" } },
        ];
        foreach (var e in wrong) Assert.Throws<InvalidDataException>(() => CaseFold.Apply(waiting, e));
        // Without a proposal nobody can have approved.
        Assert.Throws<InvalidDataException>(() => CaseFold.Apply(Referred(), approved));
    }

    [Fact]
    public void a_decision_taken_alone_is_written_as_it_always_was()
    {
        var alone = Done(Decide(Referred(), Full)).Events[0];
        Assert.DoesNotContain("approved", System.Text.Encoding.UTF8.GetString(DomainJson.Write(alone)), StringComparison.Ordinal);
        CaseEvent waiting = CaseStates.In(CaseState.AwaitingApproval).History[^1];
        Assert.Equal(DomainJson.Write(waiting), DomainJson.Write(DomainJson.Read<CaseEvent>(DomainJson.Write(waiting))));
    }
}
