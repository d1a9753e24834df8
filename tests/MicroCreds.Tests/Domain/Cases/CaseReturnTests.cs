using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Tests.Storage;

namespace MicroCreds.Tests.Domain.Cases;

/// <summary>Cases whose statements were lost and come back from the partner they were sent to.</summary>
public sealed class CaseReturnTests
{
    private static readonly StreamParties Parties = new(CaseSamples.Institution, CaseSamples.Submitter, "consortium");
    private static readonly SigningKey Key = SigningKey.Generate();

    public static TheoryData<DecisionOutcome> Outcomes => [DecisionOutcome.Full, DecisionOutcome.Partial, DecisionOutcome.Conditional, DecisionOutcome.Refused];

    [Theory, MemberData(nameof(Outcomes))]
    public void makes_the_decision_again_from_whatever_the_copy_knew(DecisionOutcome outcome)
    {
        var referred = CaseSamples.Referred();
        var decided = CaseSamples.Done(CaseSamples.Decide(referred, DecisionOf(outcome)));
        var said = Said(decided.Statements.Single());
        var expected = CaseFold.Apply(referred, decided.Events).EffectiveDecision!;
        for (var known = 2; known <= referred.EventCount; known++)
        {
            var older = CaseFold.Fold(referred.History[..known]);
            var returned = CaseReturn.Of(older, said)!;
            var rebuilt = CaseFold.Apply(older, returned.Events);
            Assert.Equal((CaseState.Decided, 1), (rebuilt.State, rebuilt.EffectiveVersion));
            Assert.Null(FullValue.FirstDifference(expected with { Lines = [.. expected.Lines.Select(l => l with { Rule = null, Conversion = null })] }, rebuilt.EffectiveDecision));
            Assert.Equal(said.Digest, Assert.IsType<CaseEvent.Decided>(Assert.Single(returned.Events)).Returned);
            Assert.Equal(decided.Ledger!.Value.Select(e => (e.Credential, e.Unit, e.Credits)), returned.Ledger!.Value.Select(e => (e.Credential, e.Unit, e.Credits)));
            // It stands: the same again is another one, and has no place.
            Assert.Null(CaseReturn.Of(rebuilt, said));
        }
    }

    [Fact]
    public void takes_a_revocation_back_after_its_decision_and_not_without()
    {
        var referred = CaseSamples.Referred();
        var decided = CaseSamples.Done(CaseSamples.Decide(referred, CaseSamples.Full));
        var revoked = CaseSamples.Done(CaseTransitions.Revoke(CaseFold.Apply(referred, decided.Events), "its basis fell away", new DateOnly(2026, 3, 4), CaseSamples.Policy, CaseSamples.Officer, CaseSamples.Start.AddDays(2)));
        var said = Said(revoked.Statements.Single());
        Assert.Null(CaseReturn.Of(referred, said));
        var returned = CaseReturn.Of(CaseFold.Apply(referred, CaseReturn.Of(referred, Said(decided.Statements.Single()))!.Events), said)!;
        Assert.Empty(returned.Ledger!.Value);
        var (expected, again) = (Assert.IsType<CaseEvent.DecisionRevoked>(revoked.Events.Single()), Assert.IsType<CaseEvent.DecisionRevoked>(returned.Events.Single()));
        Assert.Equal(expected with { Actor = Actor.Node }, again);
    }

    [Theory]
    [InlineData(CaseState.Withdrawn, true)]
    [InlineData(CaseState.Inadmissible, true)]
    [InlineData(CaseState.AuthenticityFailed, true)]
    [InlineData(CaseState.Lapsed, false)] // The request for information was lost with it.
    public void closes_a_case_that_was_closed(CaseState state, bool fits)
    {
        var referred = CaseSamples.Referred();
        var returned = CaseReturn.Of(referred, Said(CaseStatements.Closed(referred, state, CaseSamples.Start.AddDays(1), "the ground", "the advice").Single()));
        Assert.Equal(fits, returned is not null);
        if (returned is not null) Assert.Equal(state, CaseFold.Apply(referred, returned.Events).State);
    }

    [Fact]
    public void leaves_a_case_alone_when_the_statement_does_not_fit_or_says_too_little()
    {
        var referred = CaseSamples.Referred();
        var draft = CaseSamples.Done(CaseSamples.Decide(referred, CaseSamples.Full)).Statements.Single();
        Assert.Null(CaseReturn.Of(referred, Said(draft with { Version = 2, Supersedes = 1 })));
        Assert.Null(CaseReturn.Of(referred, Said(draft with { Content = "{}"u8.ToArray() })));
        Assert.Null(CaseReturn.Of(referred, Said(draft with { Kind = StatementKind.InformationRequested })));
        // Of two credentials, none of them verified, nothing tells which one a line is about.
        var submitted = new CaseEvent.Submitted(CaseSamples.Partner, CaseSamples.Start, CaseSamples.Application(CaseSamples.Report(), CaseSamples.Report(file: "other")));
        Assert.Null(CaseReturn.Of(CaseFold.Fold([submitted, referred.History[1]]), Said(draft)));
    }

    private static OfficerDecision DecisionOf(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.Full => CaseSamples.Full,
        DecisionOutcome.Partial => CaseSamples.Partly(3),
        DecisionOutcome.Conditional => CaseSamples.Conditional,
        _ => CaseSamples.Refused(ReasonCode.LearningOutcomes, "LO1"),
    };

    /// <summary>A draft, signed and read as it is when it comes back.</summary>
    private static StatementBody Said(StatementDraft draft)
    {
        var signed = StatementCodec.Sign(draft, new StreamPosition(1, 1, null), Parties, Key);
        return StatementCodec.Read(signed, Parties, _ => Key.PublicKey).Failed(out var problem, out var body) ? throw new InvalidOperationException(problem.Message) : body;
    }
}
