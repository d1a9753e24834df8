using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Tests.Storage;

/// <summary>The promises of <see cref="IStatementStore"/>.</summary>
public abstract class StatementStoreContract(IStoreEngine engine) : StoreContract(engine)
{
    private static readonly OrganisationId Other = OrganisationId.Parse("vol.example");

    private int _receiptsSigned;

    [EngineFact]
    public async Task numbers_and_chains_what_is_sent_to_each_partner()
    {
        var opened = await OpenedAsync();
        for (var i = 0; i < 3; i++) await DecidedAsync(opened, Partner, Other);
        await DecidedAsync(opened, Partner);
        await ReopenAsync();

        var sent = await Stores.Statements.OutgoingAsync(Partner, 1, 0, 10, Soon);
        Assert.Equal([1, 2, 3, 4], sent.Select(s => s.Sequence));
        Assert.All(sent, s => Assert.Equal(s.Statement.Digest, s.Digest));
        for (var i = 1; i < sent.Length; i++) Assert.Contains($".{sent[i].Sequence}.{sent[i - 1].Digest}.", sent[i].Statement.Jws, StringComparison.Ordinal);
        Assert.Equal("disclosure", Assert.Single(sent[0].Statement.Disclosures));
        Assert.Equal([2, 3], (await Stores.Statements.OutgoingAsync(Partner, 1, 1, 2, Soon)).Select(s => s.Sequence));
        Assert.Empty(await Stores.Statements.OutgoingAsync(Partner, 2, 0, 10, Soon));
        Assert.Equal([(Partner, 4L), (Other, 3L)], (await Stores.Statements.OutgoingStreamsAsync(Soon)).Select(s => (s.Partner, s.Head.Sequence)));
    }

    [EngineFact]
    public async Task numbers_without_a_gap_when_cases_are_decided_together_and_some_fail()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => OpenedAsync()));
        await Task.WhenAll(opened.Select((c, i) => Task.Run(async () =>
        {
            if (i % 3 == 0)
            {
                // Signed, then given up: the place must go to the next statement.
                await Assert.ThrowsAnyAsync<Exception>(() => Stores.Cases.ChangeAsync(c.Application.Case, Samples.Request(), null, (now, ledger) =>
                {
                    Samples.Decide(now, Partner).Failed(out var none, out var decided);
                    return decided! with { Statements = [.. decided.Statements, decided.Statements[0] with { Audience = null! }] };
                }, Soon));
            }
            else
            {
                await DecidedAsync(c, Partner);
            }
        })));
        Assert.Equal(Enumerable.Range(1, 40).Select(n => (long)n), (await Stores.Statements.OutgoingAsync(Partner, 1, 0, 100, Soon)).Select(s => s.Sequence));
    }

    [EngineFact]
    public async Task moves_the_acknowledged_place_forward_only()
    {
        var opened = await OpenedAsync();
        await DecidedAsync(opened, Partner);
        Clock.Advance(TimeSpan.FromHours(1));
        await DecidedAsync(opened, Partner);
        var sent = await Stores.Statements.OutgoingAsync(Partner, 1, 0, 10, Soon);
        var (first, second) = (new StreamHead(1, 1, sent[0].Digest), new StreamHead(1, 2, sent[1].Digest));

        var before = Assert.Single(await Stores.Statements.OutgoingStreamsAsync(Soon));
        Assert.Equal(new OutgoingStream(Partner, second, StreamHead.Empty, "", Clock.GetUtcNow().AddHours(-1)), before);
        Assert.Equal(before with { Acknowledged = first, Receipt = "r1", OldestUnacknowledgedAt = Clock.GetUtcNow() }, await RecordAsync(first, "r1"));
        Assert.Equal("r1", (await RecordAsync(first, "r1 again")).Receipt);
        Assert.Equal((second, "r2", null), Parts(await RecordAsync(second, "r2")));
        Assert.Equal((second, "r2", null), Parts(await RecordAsync(first, "late")));
        Assert.Equal((second, "r2", null), Parts(await RecordAsync(StreamHead.Empty, "none")));
        await ReopenAsync();
        Assert.Equal((second, "r2", null), Parts(Assert.Single(await Stores.Statements.OutgoingStreamsAsync(Soon))));

        async Task<OutgoingStream> RecordAsync(StreamHead upTo, string receipt) => Kept(await Stores.Statements.RecordReceiptAsync(Partner, upTo, receipt, Clock.GetUtcNow(), Soon));
        static (StreamHead, string, DateTimeOffset?) Parts(OutgoingStream s) => (s.Acknowledged, s.Receipt, s.OldestUnacknowledgedAt);
    }

    [EngineFact]
    public async Task refuses_a_receipt_for_what_was_never_sent()
    {
        await DecidedAsync(await OpenedAsync(), Partner);
        var problem = Refused(await Stores.Statements.RecordReceiptAsync(Partner, new StreamHead(1, 2, Sha256Digest.Of("x"u8)), "r", Clock.GetUtcNow(), Soon), ProblemCode.StreamGap);
        Assert.Equal(("2", "1"), (problem.Facts["sequence"], problem.Facts["head_sequence"]));
        Refused(await Stores.Statements.RecordReceiptAsync(Other, new StreamHead(1, 1, Sha256Digest.Of("x"u8)), "r", Clock.GetUtcNow(), Soon), ProblemCode.StreamGap);
        Refused(await Stores.Statements.RecordReceiptAsync(Partner, new StreamHead(1, 1, Sha256Digest.Of("x"u8)), "r", Clock.GetUtcNow(), Soon), ProblemCode.StreamEquivocation);
        Assert.Equal("", Assert.Single(await Stores.Statements.OutgoingStreamsAsync(Soon)).Receipt);
    }

    [EngineFact]
    public async Task wakes_those_who_wait_for_something_to_send()
    {
        var opened = await OpenedAsync();
        var waiting = Stores.Statements.WaitForOutgoingAsync(0, Soon);
        Kept(await AssignAsync(opened, "bert"));
        Assert.False(waiting.IsCompleted);
        await DecidedAsync(opened, Partner, Other);
        var seen = await waiting;
        Assert.Equal(1, seen);
        await DecidedAsync(opened, Partner);
        Assert.Equal(2, await Stores.Statements.WaitForOutgoingAsync(seen, Soon));
    }

    [EngineFact]
    public async Task stores_what_a_partner_sends_with_one_receipt()
    {
        var stream = Samples.Stream(5);
        Assert.Equal(new IncomingStream(Partner, StreamHead.Empty, ""), await Stores.Statements.IncomingStreamAsync(Partner, Soon));
        Assert.Equal(new IncomingStream(Partner, StreamHead.Empty, ""), Kept(await ReceiveAsync()));
        var first = Kept(await ReceiveAsync([.. stream[..3]]));
        Assert.Equal((new StreamHead(1, 3, stream[2].Digest), "receipt 1 for 3"), (first.Head, first.Receipt));
        await ReopenAsync();
        Assert.Equal(first, await Stores.Statements.IncomingStreamAsync(Partner, Soon));
        Assert.Equal("receipt 2 for 5", Kept(await ReceiveAsync([.. stream[1..]])).Receipt);
        Assert.Equal(new IncomingStream(Other, StreamHead.Empty, ""), await Stores.Statements.IncomingStreamAsync(Other, Soon));
    }

    [EngineFact]
    public async Task answers_a_duplicate_with_the_same_receipt()
    {
        var stream = Samples.Stream(3);
        var first = Kept(await ReceiveAsync([.. stream]));
        Assert.Equal(first, Kept(await ReceiveAsync([.. stream])));
        Assert.Equal(first, Kept(await ReceiveAsync(stream[1])));
        Assert.Equal(first, Kept(await ReceiveAsync()));
        Assert.Equal(1, _receiptsSigned);
    }

    [EngineFact]
    public async Task refuses_a_gap_and_keeps_nothing_of_the_call()
    {
        var stream = Samples.Stream(4);
        Kept(await ReceiveAsync(stream[0]));
        var problem = Refused(await ReceiveAsync(stream[1], stream[3]), ProblemCode.StreamGap);
        Assert.Equal(("4", "2"), (problem.Facts["sequence"], problem.Facts["head_sequence"]));
        Assert.Equal(1, (await Stores.Statements.IncomingStreamAsync(Partner, Soon)).Head.Sequence);
        var epoch = stream[1] with { Position = stream[1].Position with { Epoch = 2 } };
        Refused(await ReceiveAsync(epoch), ProblemCode.StreamGap);
        Refused(await ReceiveAsync(Samples.Received(StreamHead.Empty with { Sequence = 1 })), ProblemCode.StreamGap);
    }

    [EngineFact]
    public async Task refuses_two_statements_for_one_place()
    {
        var stream = Samples.Stream(3);
        Kept(await ReceiveAsync([.. stream]));
        var other = Samples.Received(new StreamHead(1, 1, stream[0].Digest));
        var problem = Refused(await ReceiveAsync(other), ProblemCode.StreamEquivocation);
        Assert.Equal(("2", stream[1].Digest.Value, other.Digest.Value), (problem.Facts["sequence"], problem.Facts["stored_digest"], problem.Facts["other_digest"]));
        // A follower of a statement other than the one received says that there are two.
        var follower = Samples.Received(new StreamHead(1, 3, other.Digest));
        problem = Refused(await ReceiveAsync(follower), ProblemCode.StreamEquivocation);
        Assert.Equal(("3", stream[2].Digest.Value, other.Digest.Value), (problem.Facts["sequence"], problem.Facts["stored_digest"], problem.Facts["other_digest"]));
        Assert.Equal(3, (await Stores.Statements.IncomingStreamAsync(Partner, Soon)).Head.Sequence);
        Refused(await ReceiveAsync(other), ProblemCode.StreamEquivocation);
        Kept(await ReceiveAsync(Samples.Received(new StreamHead(1, 3, stream[2].Digest))));
    }

    [EngineFact]
    public async Task shows_two_statements_for_one_place_within_one_call()
    {
        var stream = Samples.Stream(2);
        Refused(await ReceiveAsync(stream[0], stream[1], Samples.Received(new StreamHead(1, 1, stream[0].Digest))), ProblemCode.StreamEquivocation);
        Assert.Equal(StreamHead.Empty, (await Stores.Statements.IncomingStreamAsync(Partner, Soon)).Head);
    }

    [EngineFact]
    public async Task takes_a_statement_only_under_the_digest_of_its_bytes() =>
        await Assert.ThrowsAsync<ArgumentException>(() => ReceiveAsync(Samples.Stream(1)[0] with { Digest = Sha256Digest.Of("x"u8) }));

    [EngineFact]
    public async Task gives_all_evidence_about_a_case_with_the_receipt_that_covers_it()
    {
        var opened = await OpenedAsync();
        await DecidedAsync(opened, Partner);
        await DecidedAsync(opened, Partner);
        await DecidedAsync(await OpenedAsync(), Partner);
        var sent = await Stores.Statements.OutgoingAsync(Partner, 1, 0, 10, Soon);
        Clock.Advance(TimeSpan.FromMinutes(5));
        var about = Samples.Received(StreamHead.Empty, opened.Application.Case);
        Kept(await ReceiveAsync(about));
        await RecordAsync(0, "r1");
        await RecordAsync(2, "r3");

        var evidence = await Stores.Statements.EvidenceAsync(opened.Application.Case, Soon);
        Assert.Equal(
            [("uni-a.example", "uni-b.example", 1, "r1"), ("uni-a.example", "uni-b.example", 2, "r3"), ("uni-b.example", "uni-a.example", 1, "receipt 1 for 1")],
            evidence.Select(e => (e.Issuer.Value, e.Audience.Value, (int)e.Statement.Sequence, e.Receipt)));
        Assert.Equal([sent[0].Statement.Jws, sent[1].Statement.Jws, about.Statement.Jws], evidence.Select(e => e.Statement.Statement.Jws));
        Assert.Equal(Clock.GetUtcNow().AddMinutes(-5), evidence[0].StoredAt);
        Assert.Empty(await Stores.Statements.EvidenceAsync(CaseId.New(), Soon));

        async Task RecordAsync(int index, string receipt) =>
            Kept(await Stores.Statements.RecordReceiptAsync(Partner, new StreamHead(1, index + 1, sent[index].Digest), receipt, Clock.GetUtcNow(), Soon));
    }

    private Task<Result<IncomingStream>> ReceiveAsync(params ReceivedStatement[] statements) =>
        Stores.Statements.ReceiveAsync(Partner, [.. statements], head => $"receipt {++_receiptsSigned} for {head.Sequence}", Clock.GetUtcNow(), Soon);
}
