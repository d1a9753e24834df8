using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Domain.Statements;

/// <summary>What a batch adds to a stream.</summary>
/// <param name="New">Statements that follow the old head, in order; empty when all were known.</param>
/// <param name="Head">Head after them.</param>
public sealed record ReceivedBatch(ImmutableArray<ReceivedStatement> New, StreamHead Head);

/// <summary>What of an answer can be stored.</summary>
/// <param name="Following">The statements at its beginning that are good and follow the head without a gap; empty when there is none.</param>
/// <param name="Breaking">The first good statement after them that does not follow: known already, equivocation or gap; null when there is none.</param>
/// <param name="Fault">Why the first statement after them is not good; null when there is none or it breaks the order instead.</param>
public sealed record StreamAnswer(ImmutableArray<ReceivedStatement> Following, ReceivedStatement? Breaking, Problem? Fault);

/// <summary>
/// Takes statements from a partner: first each signature, then the place of each in the stream. The cursor never passes a wrong statement. Source: exchange reference B.1, rows 14, 15, 35 and 36; C.11: the order is that of the stream, never of a clock.
/// </summary>
public static class StreamReceiver
{
    /// <summary>Verifies every statement of a batch; the first that is wrong refuses all.</summary>
    /// <returns>The statements in the order given, or <see cref="ProblemCode.StatementInvalid"/> with the further fact <c>index</c>.</returns>
    public static Result<ImmutableArray<ReceivedStatement>> Verify(IReadOnlyList<SignedStatement> batch, StreamParties parties, Func<string, VerificationKey?> keyOf)
    {
        var verified = ImmutableArray.CreateBuilder<ReceivedStatement>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            if (StatementCodec.Read(batch[i], parties, keyOf).Failed(out var problem, out var body))
                return problem with { Facts = problem.Facts.SetItem("index", i.ToString(CultureInfo.InvariantCulture)) };
            verified.Add(new ReceivedStatement(body.Position, body.Digest, body.Case, body.Kind, batch[i]));
        }
        return verified.MoveToImmutable();
    }

    /// <summary>
    /// Reads an answer up to the first statement that is wrong or out of place. What stands before that one is as good as if the answer had
    /// ended there: it can be stored and receipted, and the cursor stays before the one at fault.
    /// </summary>
    public static StreamAnswer Read(StreamHead head, IReadOnlyList<SignedStatement> answer, StreamParties parties, Func<string, VerificationKey?> keyOf)
    {
        var following = ImmutableArray.CreateBuilder<ReceivedStatement>();
        for (var (i, at) = (0, head); i < answer.Count; i++)
        {
            if (StatementCodec.Read(answer[i], parties, keyOf).Failed(out var problem, out var body))
                return new StreamAnswer(following.ToImmutable(), null, problem with { Facts = problem.Facts.SetItem("index", Text(i)) });
            var received = new ReceivedStatement(body.Position, body.Digest, body.Case, body.Kind, answer[i]);
            if (body.Position != new StreamPosition(at.Epoch, at.Sequence + 1, at.Head)) return new StreamAnswer(following.ToImmutable(), received, null);
            following.Add(received);
            at = new StreamHead(at.Epoch, body.Position.Sequence, body.Digest);
        }
        return new StreamAnswer(following.ToImmutable(), null, null);
    }

    /// <summary>
    /// Places verified statements behind <paramref name="head"/>. One that is known with the same digest is passed over. Another digest at a known
    /// place, or another statement before the one that follows, fails with <see cref="ProblemCode.StreamEquivocation"/>: the partner signed both.
    /// A place that is left out fails with <see cref="ProblemCode.StreamGap"/>.
    /// </summary>
    /// <param name="head">How far the stream was received.</param>
    /// <param name="statements">Verified statements, in order.</param>
    /// <param name="storedAt">Digest stored at a number of the head's epoch; asked only for numbers from 1 to the head's.</param>
    public static Result<ReceivedBatch> Place(StreamHead head, IReadOnlyList<ReceivedStatement> statements, Func<long, Sha256Digest> storedAt)
    {
        var fresh = ImmutableArray.CreateBuilder<ReceivedStatement>();
        var at = head;
        foreach (var statement in statements)
        {
            var position = statement.Position;
            if (position.Epoch != at.Epoch || position.Sequence > at.Sequence + 1) return Gap(at, position);
            if (position.Sequence == at.Sequence + 1)
            {
                if (position.Previous != at.Head) return Equivocation(at.Epoch, at.Sequence, at.Head, position.Previous);
                fresh.Add(statement);
                at = new StreamHead(at.Epoch, position.Sequence, statement.Digest);
                continue;
            }
            var known = position.Sequence > head.Sequence ? fresh[(int)(position.Sequence - head.Sequence - 1)].Digest
                : position.Sequence == head.Sequence && head.Head is { } last ? last
                : storedAt(position.Sequence);
            if (known != statement.Digest) return Equivocation(position.Epoch, position.Sequence, known, statement.Digest);
        }
        return new ReceivedBatch(fresh.ToImmutable(), at);
    }

    private static Problem Gap(StreamHead at, StreamPosition position) =>
        Problem.Of(ProblemCode.StreamGap, string.Create(CultureInfo.InvariantCulture, $"Statement {position.Sequence} of epoch {position.Epoch} does not follow {at.Sequence} of epoch {at.Epoch}; pull again from there."),
            ("epoch", Text(at.Epoch)), ("expected_sequence", Text(at.Sequence + 1)), ("received_epoch", Text(position.Epoch)), ("received_sequence", Text(position.Sequence)));

    private static Problem Equivocation(int epoch, long sequence, Sha256Digest? stored, Sha256Digest? received) =>
        Problem.Of(ProblemCode.StreamEquivocation, string.Create(CultureInfo.InvariantCulture, $"The partner signed two different statements at place {sequence} of epoch {epoch}: {stored} and {received}."),
            ("epoch", Text(epoch)), ("sequence", Text(sequence)), ("stored_digest", $"{stored}"), ("received_digest", $"{received}"));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
