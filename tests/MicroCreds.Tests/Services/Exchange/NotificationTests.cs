using Grpc.Core;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Exchange;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>A partner is told of a statement until it has given its receipt, without a storm of tries.</summary>
public sealed class NotificationTests : TwoNodes
{
    [Fact]
    public async Task delivers_once_after_two_tries_that_failed()
    {
        Script("Notify", new NetworkFault.Answer(StatusCode.Unavailable), new NetworkFault.Answer(StatusCode.Unavailable));
        await Receiver.StepAsync(A);
        await Sender.StepAsync(B);
        await Sender.DecideAsync(B, 1);

        Sender.With(B).NotifySoon();
        var first = await Sender.StepAsync(B);
        Assert.InRange(first, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1));
        var second = await NextAsync(Sender, B, first);
        Assert.InRange(second, TimeSpan.FromSeconds(1.6), TimeSpan.FromSeconds(2));
        await NextAsync(Sender, B, second);
        Assert.Equal(3, Network.Count("Notify"));

        Receiver.With(A).PullSoon();
        await Receiver.StepAsync(A);
        await AssertDeliveredAsync(1);
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.Unimplemented)]
    public async Task does_not_repeat_what_was_refused_and_tells_the_operator(StatusCode refusal)
    {
        Network.Faults = call => call.Method == "Notify" ? new NetworkFault.Answer(refusal) : null;
        await Sender.DecideAsync(B, 1);
        Sender.Log.Expect();
        for (var (rest, i) = (await Sender.StepAsync(B), 0); i < 20; i++) rest = await NextAsync(Sender, B, rest);

        Assert.Equal(1, Network.Count("Notify"));
        Assert.Contains(Sender.Log.Lines, l => l.Contains($"{B} refused a notification", StringComparison.Ordinal) && l.Contains(refusal.ToString(), StringComparison.Ordinal));
        await Receiver.StepAsync(A);
        await AssertDeliveredAsync(1);
    }

    [Fact]
    public async Task asks_again_after_a_refusal_when_another_statement_or_another_trust_list_is_there()
    {
        Script("Notify", new NetworkFault.Answer(StatusCode.Unauthenticated), new NetworkFault.Answer(StatusCode.Unauthenticated));
        Sender.Log.Expect();
        Sender.Log.Expect();
        await Sender.DecideAsync(B, 1);
        await Sender.StepAsync(B);
        await Sender.DecideAsync(B, 1);
        Sender.With(B).NotifySoon();
        await Sender.StepAsync(B);
        Assert.Equal(2, Network.Count("Notify"));

        Sender.With(B).ListChanged();
        await Sender.StepAsync(B);
        Assert.Equal(3, Network.Count("Notify"));
    }

    [Fact]
    public async Task needs_no_notification_at_all()
    {
        Network.Faults = call => call.Method == "Notify" ? new NetworkFault.DropRequest() : null;
        var rest = await Receiver.StepAsync(A);
        Assert.InRange(rest, PartnerExchange.AntiEntropy * 0.8, PartnerExchange.AntiEntropy);
        await Sender.DecideAsync(B, 3);
        await Sender.StepAsync(B);
        await NextAsync(Receiver, A, rest);
        await AssertDeliveredAsync(3);
    }

    [Fact]
    public async Task tells_again_with_growing_pauses_until_the_receipt_is_there()
    {
        await Sender.DecideAsync(B, 1);
        var rests = new List<TimeSpan> { await Sender.StepAsync(B) };
        while (rests.Count < 30) rests.Add(await NextAsync(Sender, B, rests[^1]));
        Assert.InRange(Network.Count("Notify"), 12, 25);
        Assert.All(rests, rest => Assert.InRange(rest, TimeSpan.Zero, BackOff.Longest));

        var told = Network.Count("Notify");
        await Receiver.StepAsync(A);
        for (var i = 0; i < 5; i++) await NextAsync(Sender, B, BackOff.Longest);
        Assert.Equal(told, Network.Count("Notify"));
    }

    [Fact]
    public async Task does_not_try_for_each_statement_while_the_partner_is_away()
    {
        Network.Faults = call => call.To == B ? new NetworkFault.DropRequest() : null;
        await Sender.DecideAsync(B, 1);
        await Sender.StepAsync(B);
        for (var i = 0; i < 100; i++)
        {
            await Sender.DecideAsync(B, 1);
            Sender.With(B).NotifySoon();
            await Sender.StepAsync(B);
        }

        Assert.Equal(1, Network.Count("Notify"));
    }

    [Fact]
    public async Task tells_at_once_when_a_partner_that_was_away_answers_again()
    {
        Network.Faults = call => call.To == B ? new NetworkFault.DropRequest() : null;
        await Sender.DecideAsync(B, 1);
        for (var (rest, i) = (await Sender.StepAsync(B), 0); i < 40; i++) rest = await NextAsync(Sender, B, rest);
        var tries = Network.Count("Notify");
        Network.Faults = _ => null;

        Clock.Advance(TimeSpan.FromSeconds(1.1));
        Sender.With(B).PullSoon();
        await Sender.StepAsync(B);
        Assert.Equal(tries + 1, Network.Count("Notify"));
    }

    [Fact]
    public async Task goes_on_after_a_partner_that_never_answers_when_the_deadline_is_over()
    {
        Script("Notify", new NetworkFault.Delay(TimeSpan.FromHours(1)));
        await Sender.StepAsync(B);
        await Sender.DecideAsync(B, 1);
        Sender.With(B).NotifySoon();
        var frozen = Sender.StepAsync(B);
        Assert.True(SpinWait.SpinUntil(() => Clock.Waiting > 0, TimeSpan.FromSeconds(30)));
        Assert.False(frozen.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(10));
        var rest = await frozen;
        Assert.InRange(rest, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1));
        await NextAsync(Sender, B, rest);
        Assert.Equal(2, Network.Count("Notify"));
    }

    [Fact]
    public async Task leaves_a_suspended_partner_in_peace_and_resumes_when_it_is_active_again()
    {
        Members.Change(B, m => m with { Status = MemberStatus.Suspended });
        await Sender.DecideAsync(B, 1);
        Assert.Equal(PartnerExchange.AntiEntropy, await Sender.StepAsync(B));
        Assert.Empty(Network.Calls);

        Members.Change(B, m => m with { Status = MemberStatus.Active });
        Sender.With(B).ListChanged();
        await Sender.StepAsync(B);
        Assert.Equal(1, Network.Count("Notify"));
        await Receiver.StepAsync(A);
        await AssertDeliveredAsync(1);
    }

    [Fact]
    public async Task says_how_far_the_stream_goes()
    {
        await Sender.DecideAsync(B, 3);
        await Sender.StepAsync(B);
        var request = (Wire.NotifyRequest)Network.Calls.Single(c => c.Method == "Notify").Request;
        Assert.Equal(new Wire.NotifyRequest { Issuer = A.Value, Audience = B.Value, Epoch = 1, Sequence = 3 }, request);
    }
}
