using Grpc.Core;
using MicroCreds.Services;
using MicroCreds.Services.Exchange;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>Whatever the network loses, doubles or cuts, each statement is received once, in order, with one receipt.</summary>
public sealed class PullTests : TwoNodes
{
    [Fact]
    public async Task hands_over_a_receipt_that_was_lost_again_byte_for_byte()
    {
        Script("Acknowledge", new NetworkFault.DropRequest());
        await Sender.DecideAsync(B, 2);
        var rest = await Receiver.StepAsync(A);
        var receipt = (await Receiver.IncomingAsync(A)).Receipt;
        Assert.NotEmpty(receipt);
        Assert.Empty((await Sender.OutgoingAsync(B)).Receipt);

        await NextAsync(Receiver, A, rest);
        await AssertDeliveredAsync(2);
        Assert.All(Network.Calls.Where(c => c.Method == "Acknowledge"), c => Assert.Equal(receipt, ((Wire.AcknowledgeRequest)c.Request).Receipt.ToStringUtf8()));
    }

    [Fact]
    public async Task settles_when_the_answer_to_a_receipt_is_lost_after_it_was_kept()
    {
        Script("Acknowledge", new NetworkFault.DropResponse());
        await Sender.DecideAsync(B, 2);
        var rest = await Receiver.StepAsync(A);
        await AssertDeliveredAsync(2);
        await NextAsync(Receiver, A, rest);
        await AssertDeliveredAsync(2);
    }

    [Fact]
    public async Task answers_a_statement_that_comes_again_with_the_receipt_it_gave_first()
    {
        await Sender.DecideAsync(B, 3);
        Script("PullStatements", new NetworkFault.Duplicate());
        await Receiver.StepAsync(A);
        await AssertDeliveredAsync(3);
        var receipt = (await Receiver.IncomingAsync(A)).Receipt;

        // The sender has forgotten that it sent, and tells and answers all of it again.
        Receiver.With(A).PullSoon();
        await Receiver.StepAsync(A);
        Assert.Equal(receipt, (await Receiver.IncomingAsync(A)).Receipt);
        Assert.Equal(receipt, ((Wire.AcknowledgeRequest)Network.Calls.Last(c => c.Method == "Acknowledge").Request).Receipt.ToStringUtf8());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(19)]
    public async Task keeps_what_arrived_before_the_connection_ended(int messages)
    {
        await Sender.DecideAsync(B, 20);
        Network.Faults = call => call.Method == "PullStatements" ? new NetworkFault.CutAfter(messages) : null;
        var rest = await Receiver.StepAsync(A);
        Assert.Equal(messages, (await Receiver.IncomingAsync(A)).Head.Sequence);
        Assert.Equal(messages, (await Sender.OutgoingAsync(B)).Acknowledged.Sequence);

        Network.Faults = _ => null;
        await NextAsync(Receiver, A, rest);
        await AssertDeliveredAsync(20);
    }

    [Fact]
    public async Task brings_the_stream_forward_over_a_line_that_never_holds()
    {
        await Sender.DecideAsync(B, 20);
        Network.Faults = call => call.Method == "PullStatements" ? new NetworkFault.CutAfter(3) : null;
        var rest = TimeSpan.Zero;
        for (var i = 0; i < 7; i++) rest = await NextAsync(Receiver, A, rest);
        await AssertDeliveredAsync(20);
    }

    [Fact]
    public async Task drains_a_thousand_statements_after_ninety_days_in_order_and_in_batches()
    {
        Network.Faults = call => call.From == B || call.To == B ? new NetworkFault.DropRequest() : null;
        var rest = TimeSpan.Zero;
        for (var day = 0; day < 90; day++)
        {
            await Sender.DecideAsync(B, day < 10 ? 12 : 11);
            Clock.Advance(TimeSpan.FromDays(1));
            Sender.With(B).NotifySoon();
            rest = await Sender.StepAsync(B);
        }

        Assert.InRange(Network.Count("Notify", B), 80, 91);
        Assert.Equal(90, (int)(Clock.GetUtcNow() - (await Sender.OutgoingAsync(B)).OldestUnacknowledgedAt!.Value).TotalDays);
        Network.Faults = _ => null;
        var before = Network.Count("PullStatements", A);
        await Receiver.StepAsync(A);
        await AssertDeliveredAsync(1000);
        Assert.Equal((1000 / TransportLimits.MaxPullStatements) + 2, Network.Count("PullStatements", A) - before);
        Assert.Equal(4, Receiver.Log.Lines.Count(l => l.StartsWith("Received", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.PermissionDenied)]
    public async Task tells_the_operator_when_the_partner_refuses_to_answer_and_tries_again_later(StatusCode refusal)
    {
        Script("PullStatements", new NetworkFault.Answer(refusal));
        await Sender.DecideAsync(B, 1);
        Receiver.Log.Expect();
        var rest = await Receiver.StepAsync(A);
        Assert.Contains(Receiver.Log.Lines, l => l.Contains($"{A} refuses {B} its stream: {refusal}", StringComparison.Ordinal));
        await NextAsync(Receiver, A, rest);
        await AssertDeliveredAsync(1);
    }

    [Fact]
    public async Task receives_from_a_partner_that_refuses_its_receipts()
    {
        Network.Faults = call => call.Method == "Acknowledge" ? new NetworkFault.Answer(StatusCode.FailedPrecondition) : null;
        await Sender.DecideAsync(B, 1);
        Receiver.Log.Expect();
        var rest = await Receiver.StepAsync(A);
        await Sender.DecideAsync(B, 1);
        Receiver.Log.Expect();
        Receiver.Log.Expect();
        await NextAsync(Receiver, A, rest);
        Assert.Equal(2, (await Receiver.IncomingAsync(A)).Head.Sequence);
    }

    [Fact]
    public async Task waits_a_second_after_a_failure_however_often_the_partner_tells()
    {
        Network.Faults = call => call.Method == "PullStatements" ? new NetworkFault.DropRequest() : null;
        for (var (rest, i) = (await Receiver.StepAsync(A), 0); i < 12; i++) rest = await NextAsync(Receiver, A, rest);
        var pulls = Network.Count("PullStatements");
        for (var i = 0; i < 50; i++)
        {
            Receiver.With(A).PullSoon();
            Assert.InRange(await Receiver.StepAsync(A), TimeSpan.FromTicks(1), PartnerExchange.LeastPause);
        }

        Assert.Equal(pulls, Network.Count("PullStatements"));
        Clock.Advance(PartnerExchange.LeastPause);
        await Receiver.StepAsync(A);
        Assert.Equal(pulls + 1, Network.Count("PullStatements"));
    }
}
