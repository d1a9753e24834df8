using System.Collections.Immutable;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Statements;
using MicroCreds.Services;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>What a partner may ask, and what is answered to one that asks for more or signs what is not so.</summary>
public sealed class ExchangeServiceTests : TwoNodes
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task streams_statements_after_a_number_as_they_were_signed()
    {
        await Sender.DecideAsync(B, 300);
        var sent = await Sender.SentAsync(B);
        var first = await PulledAsync(B, 0);
        Assert.Equal(TransportLimits.MaxPullStatements, first.Length);
        var rest = await PulledAsync(B, first[^1].Sequence);
        Assert.Equal(sent.Select(s => s.Statement.Jws), first.Concat(rest).Select(m => m.Statement.Jws.ToStringUtf8()));
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), first.Concat(rest).Select(m => m.Sequence));
        Assert.All(first, m => Assert.Equal(SignedStatement.MediaType, m.Statement.MediaType));
        Assert.Empty(await PulledAsync(B, 300));
        Assert.Empty(await PulledAsync(C, 0));
    }

    [Theory]
    [InlineData(0, 0, "epoch")]
    [InlineData(-1, 0, "epoch")]
    [InlineData(1, -1, "after_sequence")]
    public async Task refuses_a_place_that_cannot_be(int epoch, long after, string field)
    {
        var refusal = await RpcRefusal.Of(() => PullAsync(B, new Wire.PullStatementsRequest { Issuer = A.Value, Audience = B.Value, Epoch = epoch, AfterSequence = after }));
        Assert.Equal((StatusCode.InvalidArgument, field), (refusal.Status, Assert.Single(refusal.Fields)));
    }

    [Fact]
    public async Task answers_as_many_pulls_of_a_stream_as_its_pace_allows_and_says_when_to_ask_again()
    {
        for (var i = 0; i < TransportLimits.PullBurst; i++) await PulledAsync(B, 0);
        var refusal = await RpcRefusal.Expect(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", ["limit", "limit_value"], () => PulledAsync(B, 0));
        Assert.Equal(("pulls_per_second", "50", TimeSpan.FromSeconds(1)), (refusal["limit"], refusal["limit_value"], refusal.RetryAfter));
        // Another partner's pace is its own.
        await PulledAsync(C, 0);

        var one = TimeSpan.FromSeconds(1) / TransportLimits.PullsPerSecond;
        Clock.Advance(one - TimeSpan.FromMilliseconds(1));
        await RpcRefusal.Of(() => PulledAsync(B, 0));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await PulledAsync(B, 0);
        await RpcRefusal.Of(() => PulledAsync(B, 0));
    }

    [Fact]
    public async Task a_node_that_is_told_again_and_again_keeps_below_the_pace_that_its_partner_allows()
    {
        await Sender.DecideAsync(B, 1);
        for (var i = 0; i < 3 * TransportLimits.PullBurst; i++)
        {
            Receiver.With(A).PullSoon();
            var step = Receiver.StepAsync(A);
            while (!step.IsCompleted)
            {
                Clock.Advance(TimeSpan.FromMilliseconds(5));
                await Task.Yield();
            }

            await step;
        }

        Assert.InRange(Network.Count("PullStatements", A), 3 * TransportLimits.PullBurst, int.MaxValue);
        Assert.DoesNotContain(Receiver.Log.Lines, l => l.Contains("QUOTA_EXCEEDED", StringComparison.Ordinal));
        await AssertDeliveredAsync(1);
    }

    [Fact]
    public async Task shows_no_partner_the_stream_to_another()
    {
        await Sender.DecideAsync(B, 1);
        await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], () => PullAsync(C, new Wire.PullStatementsRequest { Issuer = A.Value, Audience = B.Value, Epoch = 1 }));
        var heads = await Sender.Service.GetHeads(new Wire.GetHeadsRequest(), InProcessContext.Of(C));
        Assert.Empty(heads.Outgoing);
        heads = await Sender.Service.GetHeads(new Wire.GetHeadsRequest(), InProcessContext.Of(B));
        Assert.Equal((1L, 0L, (await Sender.SentAsync(B))[0].Digest.Value), (Assert.Single(heads.Outgoing).Sequence, heads.Outgoing[0].ReceiptedSequence, heads.Outgoing[0].HeadDigest));
    }

    [Fact]
    public async Task answers_for_nobody_it_does_not_host() => await RpcRefusal.Expect(
        StatusCode.NotFound, "INSTITUTION_NOT_FOUND", ["institution"], () => PullAsync(B, new Wire.PullStatementsRequest { Issuer = C.Value, Audience = B.Value, Epoch = 1 }));

    [Fact]
    public async Task speaks_to_partners_alone()
    {
        var request = new Wire.NotifyRequest { Issuer = B.Value, Audience = A.Value, Epoch = 1, Sequence = 1 };
        await RpcRefusal.Expect(StatusCode.Unauthenticated, "UNAUTHENTICATED", [], () => Sender.Service.Notify(request, As(new Caller.Anonymous())));
        await RpcRefusal.Expect(StatusCode.Unauthenticated, "UNAUTHENTICATED", [], () => Sender.Service.Notify(new Wire.NotifyRequest { Issuer = "?" }, As(new Caller.Anonymous())));
        await RpcRefusal.Expect(StatusCode.Unauthenticated, "UNAUTHENTICATED", [], () => Sender.Service.GetHeads(new Wire.GetHeadsRequest { Institution = "nobody.example" }, As(new Caller.Anonymous())));
        await RpcRefusal.Expect(StatusCode.PermissionDenied, "PERMISSION_DENIED", ["role_needed"], () => Sender.Service.Notify(request, As(new Caller.Staff("anna", [StaffRole.Officer], []))));
        var refusal = await RpcRefusal.Of(() => Sender.Service.Notify(new Wire.NotifyRequest(), InProcessContext.Of(B)));
        Assert.Equal(["audience", "issuer"], refusal.Fields);

        static InProcessContext As(Caller caller) => new("test", caller, DateTime.MaxValue, CancellationToken.None);
    }

    [Fact]
    public async Task keeps_the_furthest_receipt_and_passes_over_what_it_knows()
    {
        await Sender.DecideAsync(B, 3);
        var sent = await Sender.SentAsync(B);
        var (two, three) = (Receipt(new StreamHead(1, 2, sent[1].Digest)), Receipt(new StreamHead(1, 3, sent[2].Digest)));
        foreach (var receipt in new[] { two, three, two, three, Receipt(new StreamHead(1, 3, sent[2].Digest)) })
            await AcknowledgeAsync(ByteString.CopyFromUtf8(receipt));
        Assert.Equal(three, (await Sender.OutgoingAsync(B)).Receipt);
    }

    [Fact]
    public async Task refuses_a_receipt_that_is_not_the_partners_for_this_stream()
    {
        await Sender.DecideAsync(B, 1);
        var head = new StreamHead(1, 1, (await Sender.SentAsync(B))[0].Digest);
        string[] forged =
        [
            Receipt(head, key: SigningKey.Generate()), Receipt(head, key: Members.KeyOf(A)), Receipt(head, new StreamParties(C, B, ExchangeMembers.Consortium)),
            Receipt(head, new StreamParties(A, C, ExchangeMembers.Consortium)), Receipt(head, new StreamParties(A, B, "other")),
            (await Sender.SentAsync(B))[0].Statement.Jws, "\u00e9", new string('A', TransportLimits.MaxReceiptBytes),
        ];
        foreach (var receipt in forged)
        {
            var refusal = await RpcRefusal.Of(() => AcknowledgeAsync(ByteString.CopyFrom(receipt, System.Text.Encoding.Latin1)));
            Assert.Equal((StatusCode.InvalidArgument, "STATEMENT_INVALID"), (refusal.Status, refusal.Reason));
        }

        foreach (var length in new[] { 0, TransportLimits.MaxReceiptBytes + 1 })
            Assert.Equal(["receipt"], (await RpcRefusal.Of(() => AcknowledgeAsync(ByteString.CopyFrom(new byte[length])))).Fields);
        Assert.Empty((await Sender.OutgoingAsync(B)).Receipt);
    }

    [Fact]
    public async Task tells_the_operator_when_a_partner_signs_that_it_holds_what_was_never_sent()
    {
        await Sender.DecideAsync(B, 1);
        Sender.Log.Expect();
        var gap = await RpcRefusal.Of(() => AcknowledgeAsync(ByteString.CopyFromUtf8(Receipt(new StreamHead(1, 2, Sha256Digest.Of("x"u8))))));
        Assert.Equal((StatusCode.FailedPrecondition, "STREAM_GAP"), (gap.Status, gap.Reason));
        Sender.Log.Expect();
        var other = await RpcRefusal.Of(() => AcknowledgeAsync(ByteString.CopyFromUtf8(Receipt(new StreamHead(1, 1, Sha256Digest.Of("x"u8))))));
        Assert.Equal((StatusCode.DataLoss, "STREAM_EQUIVOCATION"), (other.Status, other.Reason));
        Assert.Equal(2, Sender.Log.Lines.Count(l => l.StartsWith($"A receipt of {B} contradicts the stream of {A}", StringComparison.Ordinal)));
    }

    private string Receipt(StreamHead upTo, StreamParties? parties = null, SigningKey? key = null) =>
        ReceiptCodec.Sign(parties ?? new StreamParties(A, B, ExchangeMembers.Consortium), upTo, Noon, key ?? Members.KeyOf(B));

    private Task<Wire.AcknowledgeResponse> AcknowledgeAsync(ByteString receipt) =>
        Sender.Service.Acknowledge(new Wire.AcknowledgeRequest { Issuer = A.Value, Audience = B.Value, Receipt = receipt }, InProcessContext.Of(B));

    private async Task<ImmutableArray<Wire.PullStatementsResponse>> PulledAsync(OrganisationId audience, long after) =>
        await PullAsync(audience, new Wire.PullStatementsRequest { Issuer = A.Value, Audience = audience.Value, Epoch = 1, AfterSequence = after });

    private async Task<ImmutableArray<Wire.PullStatementsResponse>> PullAsync(OrganisationId caller, Wire.PullStatementsRequest request)
    {
        var written = new Written();
        await Sender.Service.PullStatements(request, written, InProcessContext.Of(caller));
        return [.. written.Messages];
    }

    private sealed class Written : IServerStreamWriter<Wire.PullStatementsResponse>
    {
        public List<Wire.PullStatementsResponse> Messages { get; } = [];
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(Wire.PullStatementsResponse message)
        {
            Messages.Add(message);
            return Task.CompletedTask;
        }

        public Task WriteAsync(Wire.PullStatementsResponse message, CancellationToken cancellationToken) => WriteAsync(message);
    }
}
