using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Cases;

public sealed class StateMachineTests
{
    public static TheoryData<CaseState, CaseVerb> EveryStateAndVerb
    {
        get
        {
            var data = new TheoryData<CaseState, CaseVerb>();
            foreach (var state in Enum.GetValues<CaseState>())
                foreach (var verb in Enum.GetValues<CaseVerb>()) data.Add(state, verb);
            return data;
        }
    }

    [Theory, MemberData(nameof(EveryStateAndVerb))]
    public void a_verb_is_done_where_the_table_allows_it_and_refused_everywhere_else(CaseState state, CaseVerb verb)
    {
        var before = CaseStates.In(state);
        Assert.Equal(state, before.State);

        var result = CaseStates.Do(verb, before);

        if (CaseVerbs.AllowedIn(verb).Contains(state))
        {
            if (verb != CaseVerb.BecomeFinal) Assert.NotNull(CaseFold.Apply(before, Done(result).Events));
            else Assert.Equal(CaseEventName(nameof(CaseEvent.BecameFinal)), Done(result).Events[0].GetType());
            return;
        }
        var problem = Refusal(result);
        Assert.Equal(ProblemCode.CaseStateConflict, problem.Code);
        Assert.Equal(before.Application.Case.Value, problem.Facts["case_id"]);
        Assert.NotEmpty(problem.Facts["state"]);
        Assert.Equal(CaseVerbs.AllowedIn(verb).Length, problem.Facts["allowed_states"].Split(',').Length);
    }

    [Fact]
    public void every_kind_of_event_is_folded_and_reached_by_a_verb()
    {
        var reached = new HashSet<Type>();
        foreach (var state in Enum.GetValues<CaseState>())
        {
            var c = CaseStates.In(state);
            reached.UnionWith(c.History.Select(e => e.GetType()));
            foreach (var verb in Enum.GetValues<CaseVerb>())
                if (!CaseStates.Do(verb, c).Failed(out _, out var transition)) reached.UnionWith(transition.Events.Select(e => e.GetType()));
        }
        Assert.Equal(typeof(CaseEvent).GetNestedTypes().Where(t => t.BaseType == typeof(CaseEvent)).Select(t => t.Name).Order(), reached.Select(t => t.Name).Order());
    }

    [Theory]
    [InlineData(CaseVerb.Decide)]
    [InlineData(CaseVerb.DeclareInadmissible)]
    [InlineData(CaseVerb.FailAuthenticity)]
    [InlineData(CaseVerb.Revoke)]
    [InlineData(CaseVerb.Supersede)]
    [InlineData(CaseVerb.DecideAppeal)]
    public void the_node_itself_never_decides_against_anybody(CaseVerb verb)
    {
        var c = CaseStates.In(CaseVerbs.AllowedIn(verb)[0] is CaseState.Received ? CaseState.Referred : CaseVerbs.AllowedIn(verb)[0]);
        var result = verb switch
        {
            CaseVerb.Decide => CaseTransitions.Decide(c, Refused(ReasonCode.Level), Book, LearnerLedger.Empty, Policy, Actor.Node, Start),
            CaseVerb.DeclareInadmissible => CaseTransitions.DeclareInadmissible(c, "x", "y", Actor.Node, Start),
            CaseVerb.FailAuthenticity => CaseTransitions.FailAuthenticity(c, "x", Actor.Node, Start),
            CaseVerb.Revoke => CaseTransitions.Revoke(c, "x", new DateOnly(2026, 5, 2), Policy, Actor.Node, Start),
            CaseVerb.Supersede => CaseTransitions.Supersede(c, Refused(ReasonCode.Level), Book, LearnerLedger.Empty, Policy, Actor.Node, Start),
            _ => CaseTransitions.DecideAppeal(c, CaseState.AppealDismissed, "x", null, Book, LearnerLedger.Empty, Policy, Actor.Node, Start),
        };
        Assert.Equal(ProblemCode.PermissionDenied, Refusal(result).Code);
    }

    [Fact]
    public void a_history_that_no_verb_could_have_written_is_a_damaged_store()
    {
        var history = Decided(Full).History;
        Assert.Throws<InvalidDataException>(() => CaseFold.Fold([]));
        Assert.Throws<InvalidDataException>(() => CaseFold.Fold([.. history.Skip(1)]));
        Assert.Throws<InvalidDataException>(() => CaseFold.Fold([.. history, history[^1]]));
        for (var left = 1; left < history.Length - 1; left++)
        {
            var without = history.RemoveAt(left);
            Assert.Throws<InvalidDataException>(() => CaseFold.Fold(without));
        }
    }

    [Fact]
    public void folding_at_once_and_event_by_event_is_the_same()
    {
        var whole = CaseStates.In(CaseState.Final);
        var stepwise = whole.History.Skip(1).Aggregate(CaseFold.Fold([whole.History[0]]), CaseFold.Apply);
        Assert.Equal(MicroCreds.Domain.Documents.DomainJson.Write(whole), MicroCreds.Domain.Documents.DomainJson.Write(stepwise));
        Assert.Equal(whole.History.Length, whole.EventCount);
    }

    private static Type CaseEventName(string name) => typeof(CaseEvent).GetNestedType(name) ?? throw new InvalidOperationException(name);
}
