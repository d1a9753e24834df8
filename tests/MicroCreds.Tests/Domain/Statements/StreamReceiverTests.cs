using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;
using static MicroCreds.Tests.Domain.Statements.StatementSamples;

namespace MicroCreds.Tests.Domain.Statements;

public sealed class StreamReceiverTests
{
    private static readonly System.Collections.Immutable.ImmutableArray<SignedStatement> Sent = Stream(6);

    [Fact]
    public void statements_that_follow_move_the_head()
    {
        var batch = Placed(StreamHead.Empty, 0, 6);
        Assert.Equal(6, batch.New.Length);
        Assert.Equal(new StreamHead(1, 6, Sent[5].Digest), batch.Head);
    }

    [Fact]
    public void what_is_known_is_passed_over()
    {
        var again = Placed(HeadAt(4), 0, 6);
        Assert.Equal([5L, 6L], again.New.Select(s => s.Position.Sequence));
        Assert.Equal(HeadAt(4), Placed(HeadAt(4), 2, 4).Head);
        Assert.Empty(Placed(HeadAt(6), 0, 6).New);
    }

    [Fact]
    public void a_place_that_is_left_out_is_a_gap()
    {
        var problem = Problem(HeadAt(2), Verified([Sent[3]]));
        Assert.Equal((ProblemCode.StreamGap, "3", "4"), (problem.Code, problem.Facts["expected_sequence"], problem.Facts["received_sequence"]));
        Assert.Equal(ProblemCode.StreamGap, Problem(HeadAt(2), Verified([Sent[2], Sent[4]])).Code);
        Assert.Equal(ProblemCode.StreamGap, Problem(HeadAt(2), Verified([Sign(new StreamPosition(2, 3, Sent[1].Digest))])).Code);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(4)]
    [InlineData(3)]
    public void two_statements_at_one_place_are_equivocation(int known)
    {
        // The same draft signed again is another statement: a signature is never made twice.
        var other = Sign(new StreamPosition(1, 3, Sent[1].Digest));
        var problem = Problem(HeadAt(known), Verified([other]));
        Assert.Equal((ProblemCode.StreamEquivocation, "3"), (problem.Code, problem.Facts["sequence"]));
        Assert.Equal((Sent[2].Digest.Value, other.Digest.Value), (problem.Facts["stored_digest"], problem.Facts["received_digest"]));
    }

    [Fact]
    public void two_statements_at_one_place_inside_one_batch_are_equivocation() =>
        Assert.Equal(ProblemCode.StreamEquivocation, Problem(HeadAt(2), Verified([Sent[2], Sign(new StreamPosition(1, 3, Sent[1].Digest))])).Code);

    [Fact]
    public void another_past_than_the_one_received_is_equivocation()
    {
        var problem = Problem(HeadAt(2), Verified([Sign(new StreamPosition(1, 3, Sent[0].Digest))]));
        Assert.Equal((ProblemCode.StreamEquivocation, "2"), (problem.Code, problem.Facts["sequence"]));
    }

    [Fact]
    public void one_bad_signature_refuses_the_batch_and_says_which()
    {
        var broken = Sent[1] with { Jws = Sent[1].Jws[..^4] + "AAAA" };
        Assert.True(StreamReceiver.Verify([Sent[0], broken, Sent[2]], Parties, KeyOf).Failed(out var problem, out _));
        Assert.Equal((ProblemCode.StatementInvalid, "signature", "1"), (problem!.Code, problem.Facts["fault"], problem.Facts["index"]));
    }

    [Fact]
    public void however_a_stream_is_cut_doubled_and_repeated_it_arrives_once_and_in_order() =>
        Prop.ForAll(Gen.Choose(0, 6).Two().ListOf(12).ToArbitrary(), cuts =>
        {
            var head = StreamHead.Empty;
            var arrived = new List<long>();
            foreach (var (a, b) in cuts.Append((0, 6)))
            {
                var batch = Verified([.. Sent.Skip(Math.Min(a, b)).Take(Math.Abs(a - b))]);
                if (StreamReceiver.Place(head, batch, StoredAt).Failed(out var problem, out var placed))
                {
                    if (problem.Code != ProblemCode.StreamGap || Math.Min(a, b) <= head.Sequence) return false;
                    continue;
                }
                arrived.AddRange(placed.New.Select(s => s.Position.Sequence));
                head = placed.Head;
            }
            return arrived.SequenceEqual([1, 2, 3, 4, 5, 6]) && head == HeadAt(6);
        }).QuickCheckThrowOnFailure();

    private static StreamHead HeadAt(int sequence) => new(1, sequence, Sent[sequence - 1].Digest);

    private static Sha256Digest StoredAt(long sequence) => Sent[(int)sequence - 1].Digest;

    private static ReceivedBatch Placed(StreamHead head, int from, int to) =>
        StreamReceiver.Place(head, Verified([.. Sent.Skip(from).Take(to - from)]), StoredAt).Failed(out var problem, out var batch) ? throw new InvalidOperationException(problem.Message) : batch;

    private static Problem Problem(StreamHead head, IReadOnlyList<ReceivedStatement> batch)
    {
        Assert.True(StreamReceiver.Place(head, batch, StoredAt).Failed(out var problem, out _));
        return problem!;
    }
}
