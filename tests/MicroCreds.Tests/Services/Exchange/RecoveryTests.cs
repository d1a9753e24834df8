using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;
using MicroCreds.Tests.Storage;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>A node whose store was put back from an old copy says nothing twice, and gets back what it had said (exchange reference B.1, row 10).</summary>
public sealed class RecoveryTests : TwoNodes
{
    private readonly Dictionary<long, Sha256Digest> _said = [];

    [Fact]
    public async Task gets_back_what_it_had_said_whatever_the_age_of_the_copy()
    {
        var copies = new List<TemporaryDirectory>();
        for (var i = 0; i < 6; i++)
        {
            copies.Add(Sender.Copy());
            await Sender.DecideAsync(B, 3);
            await Receiver.StepAsync(A);
            Receiver.With(A).PullSoon();
            await Receiver.StepAsync(A);
        }
        await RememberAsync(Sender);
        // Oldest and newest in turn: each goes on from where the one before had come to.
        foreach (var copy in copies.Zip(copies.AsEnumerable().Reverse()).SelectMany(pair => new[] { pair.First, pair.Second }).Distinct().ToList())
        {
            await using var restored = await RestoreAsync(copy);
            var before = (await Receiver.IncomingAsync(A)).Head;
            await restored.StepAsync(B);
            Assert.Equal(before, (await restored.OutgoingAsync(B)).Head);
            await restored.DecideAsync(B, 2);
            await RememberAsync(restored);
            Receiver.With(A).PullSoon();
            await Receiver.StepAsync(A);
            var (sent, held) = (await restored.OutgoingAsync(B), await Receiver.IncomingAsync(A));
            Assert.Equal(before.Sequence + 2, held.Head.Sequence);
            Assert.Equal((sent.Head, sent.Head), (held.Head, sent.Acknowledged));
        }
        Assert.Equal(18 + 12, _said.Count);
    }

    [Fact]
    public async Task signs_nothing_before_the_partner_has_answered_when_it_is_known_to_be_a_copy()
    {
        var copy = Sender.Copy();
        await Sender.DecideAsync(B, 2);
        await Receiver.StepAsync(A);
        await RememberAsync(Sender);
        await using var restored = await RestoreAsync(copy, hold: true);
        Network.Faults = call => call.To == B ? new NetworkFault.DropRequest() : null;
        var rest = await restored.StepAsync(B);
        Assert.Equal(StreamHoldReason.Restored, restored.Institution.HeldStreams[B]);
        var (request, sample) = (Samples.Request(), new Samples());
        await OpenAsync(restored, sample);
        var problem = Refused(await DecideAsync(restored, sample, request));
        Assert.Equal(("stream_held", B.Value), (problem.Facts["cause"], problem.Facts["partner"]));
        Assert.Equal(2, (await restored.Institution.Cases.FindAsync(sample.Case, CancellationToken.None))!.EventCount);

        Network.Faults = _ => null;
        await NextAsync(restored, B, rest);
        Assert.Empty(restored.Institution.HeldStreams);
        Assert.False((await DecideAsync(restored, sample, request)).Failed(out _, out _));
        await RememberAsync(restored);
        Assert.Equal(3, _said.Count);
    }

    [Fact]
    public async Task asks_before_its_doors_open()
    {
        await Sender.DecideAsync(B, 1);
        var copy = Sender.Copy();
        await Sender.DecideAsync(B, 2);
        await Receiver.StepAsync(A);
        await using var restored = await RestoreAsync(copy);
        await restored.Exchange.StartAsync(CancellationToken.None);
        Assert.Equal(3, (await restored.OutgoingAsync(B)).Head.Sequence);
        await restored.Exchange.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task a_receipt_for_more_than_it_holds_stops_it_until_it_holds_that()
    {
        await Sender.DecideAsync(B, 1);
        var copy = Sender.Copy();
        await Sender.DecideAsync(B, 2);
        await Receiver.StepAsync(A);
        await RememberAsync(Sender);
        await using var restored = await RestoreAsync(copy);
        restored.Log.Expect();
        Receiver.Log.Expect();
        Receiver.With(A).ListChanged();
        await Receiver.StepAsync(A);
        var sample = new Samples();
        await OpenAsync(restored, sample);
        Assert.Equal("stream_held", Refused(await DecideAsync(restored, sample, Samples.Request())).Facts["cause"]);
        await restored.StepAsync(B);
        Assert.False((await DecideAsync(restored, sample, Samples.Request())).Failed(out _, out _));
        await RememberAsync(restored);
        Assert.Equal(4, _said.Count);
    }

    [Fact]
    public async Task does_not_decide_anew_what_the_partner_was_told_already()
    {
        var sample = new Samples();
        await OpenAsync(Sender, sample);
        var copy = Sender.Copy();
        Assert.False((await DecideAsync(Sender, sample, Samples.Request())).Failed(out _, out _));
        await Receiver.StepAsync(A);
        await using var restored = await RestoreAsync(copy);
        await restored.StepAsync(B);
        var problem = Refused(await DecideAsync(restored, sample, Samples.Request()));
        Assert.Equal(("said_before", sample.Case.Value), (problem.Facts["cause"], problem.Facts["case_id"]));
        // The statement is there as evidence, with the receipt once the partner gives it again.
        Receiver.With(A).ListChanged();
        await Receiver.StepAsync(A);
        var evidence = Assert.Single(await restored.Institution.Statements.EvidenceAsync(sample.Case, CancellationToken.None));
        Assert.NotEmpty(evidence.Receipt);
    }

    [Fact]
    public async Task decides_a_case_as_was_said_when_its_decision_comes_back_and_counts_its_credits()
    {
        var sample = new Samples { DueOn = new DateOnly(2026, 7, 2) };
        await OpenAsync(Sender, sample);
        var copy = Sender.Copy();
        Assert.False((await Sender.Institution.Cases.ChangeAsync(sample.Case, Samples.Request(), null, Said, CancellationToken.None)).Failed(out _, out var decided));
        await Receiver.StepAsync(A);
        await RememberAsync(Sender);
        await using var restored = await RestoreAsync(copy);
        await restored.StepAsync(B);

        var found = (await restored.Institution.Cases.FindAsync(sample.Case, CancellationToken.None))!;
        Assert.Equal((CaseState.Decided, 1, decided!.EffectiveDecision!.Outcome), (found.State, found.EffectiveVersion, found.EffectiveDecision!.Outcome));
        Assert.Equal(300, Assert.Single((await restored.Institution.Cases.LedgerAsync(sample.Learner, CancellationToken.None)).Entries).Credits.Hundredths);
        Assert.Equal(found.EventCount, (await restored.Institution.Cases.ChangesAsync(0, 100, CancellationToken.None))[^1].Case.EventCount);
        // A later version supersedes it, and is said after it.
        Assert.False((await DecideAsync(restored, sample, Samples.Request())).Failed(out _, out var again));
        Assert.Equal((2, 1), (again!.EffectiveVersion, again.EffectiveDecision!.Supersedes));
        await RememberAsync(restored);
        Assert.Equal(2, _said.Count);

        static Result<CaseTransition> Said(RecognitionCase c, LearnerLedger ledger)
        {
            if (Samples.Decide(c).Failed(out var problem, out var transition)) return problem;
            return transition with { Statements = CaseStatements.Decided(c, transition.Events.OfType<CaseEvent.Decided>().Single().Decision) };
        }
    }

    [Fact]
    public async Task stops_for_good_when_it_has_said_something_else_already()
    {
        var copy = Sender.Copy();
        await Sender.DecideAsync(B, 1);
        await Receiver.StepAsync(A);
        await using var restored = await RestoreAsync(copy);
        await restored.DecideAsync(B, 1);
        restored.Log.Expect();
        await restored.StepAsync(B);
        Assert.Equal(StreamHoldReason.Contradicted, restored.Institution.HeldStreams[B]);
        var sample = new Samples();
        await OpenAsync(restored, sample);
        Assert.Contains("until people have settled that", Refused(await DecideAsync(restored, sample, Samples.Request())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task says_that_the_two_have_parted_when_the_partner_has_gone_on_from_something_else()
    {
        var copy = Sender.Copy();
        await Sender.DecideAsync(B, 3);
        await Receiver.StepAsync(A);
        await using var restored = await RestoreAsync(copy);
        await restored.DecideAsync(B, 1);
        for (var round = 0; round < 2; round++)
        {
            restored.Log.Expect();
            restored.With(B).ListChanged();
            await restored.StepAsync(B);
            Assert.Equal(StreamHoldReason.Contradicted, restored.Institution.HeldStreams[B]);
            Assert.Equal(1, (await restored.OutgoingAsync(B)).Head.Sequence);
        }
    }

    private async Task<ExchangeNode> RestoreAsync(TemporaryDirectory copy, bool hold = false)
    {
        if (hold)
        {
            await using var database = await MicroCreds.Storage.InstitutionDatabase.OpenAsync(copy.File("institution.db"), A, (_, _) => throw new InvalidOperationException("Nothing is signed."), Clock);
            await database.HoldAllAsync(Clock.GetUtcNow(), CancellationToken.None);
        }
        return await ExchangeNode.OpenAsync(Members, A, Network, Clock, copy);
    }

    /// <summary>What is said at a place is said for good, by whichever store.</summary>
    private async Task RememberAsync(ExchangeNode node)
    {
        foreach (var statement in await node.SentAsync(B))
        {
            Assert.Equal(statement.Digest, _said.GetValueOrDefault(statement.Sequence, statement.Digest));
            _said[statement.Sequence] = statement.Digest;
        }
    }

    private static async Task OpenAsync(ExchangeNode node, Samples sample) =>
        Assert.False((await node.Institution.Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), CancellationToken.None)).Failed(out _, out _));

    private static Task<Result<RecognitionCase>> DecideAsync(ExchangeNode node, Samples sample, ChangeRequest request) =>
        node.Institution.Cases.ChangeAsync(sample.Case, request, null, (now, _) => Samples.Decide(now, B), CancellationToken.None);

    private static Problem Refused(Result<RecognitionCase> result)
    {
        Assert.True(result.Failed(out var problem, out _));
        Assert.Equal(ProblemCode.StoreUnavailable, problem.Code);
        return problem;
    }
}
