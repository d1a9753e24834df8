using MicroCreds.Domain.Members;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>The exchange as a node runs it: everybody is woken when there is something to do, and by nothing else.</summary>
public sealed class StatementExchangeTests : TwoNodes
{
    [Fact]
    public async Task brings_a_statement_over_by_itself()
    {
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(Sender.Exchange.RunAsync(stop.Token), Receiver.Exchange.RunAsync(stop.Token));
        await Sender.DecideAsync(B, 1);
        await UntilAsync(async () => (await Receiver.IncomingAsync(A)).Head.Sequence == 1);
        await Sender.DecideAsync(B, 5);
        await UntilAsync(async () => (await Sender.OutgoingAsync(B)).Acknowledged.Sequence == 6);
        await AssertDeliveredAsync(6);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task asks_partners_at_once_when_its_store_finds_that_it_may_lack_what_was_said()
    {
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(Sender.Exchange.RunAsync(stop.Token), Receiver.Exchange.RunAsync(stop.Token));
        await Sender.DecideAsync(B, 2);
        await UntilAsync(async () => (await Sender.OutgoingAsync(B)).Acknowledged.Sequence == 2);
        for (var time = 0; time < 2; time++)
        {
            await Sender.HoldAsync();
            await UntilAsync(async () => await Sender.Institution.Recovery!.HoldAsync(B, CancellationToken.None) is null);
        }
        await Sender.DecideAsync(B, 1);
        await UntilAsync(async () => (await Receiver.IncomingAsync(A)).Head.Sequence == 3);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task takes_up_a_member_that_joins_and_stops_without_an_error_while_a_call_is_under_way()
    {
        Members.Change(B, m => m with { Status = MemberStatus.Announced });
        using var stop = new CancellationTokenSource();
        var running = Sender.Exchange.RunAsync(stop.Token);
        await Sender.DecideAsync(B, 1);
        Assert.Equal(0, Network.Count("Notify", B));
        Network.Faults = call => call is { Method: "Notify" } && call.To == B ? new NetworkFault.Delay(TimeSpan.FromHours(1)) : null;
        Members.Change(B, m => m with { Status = MemberStatus.Active });
        await UntilAsync(() => Task.FromResult(Network.Count("Notify", B) == 1));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task wakes_only_the_pair_whose_stream_has_grown()
    {
        using var stop = new CancellationTokenSource();
        var running = Sender.Exchange.RunAsync(stop.Token);
        await UntilAsync(() => Task.FromResult(Network.Count("PullStatements", B) == 1 && Network.Count("PullStatements", C) == 1));
        await Sender.DecideAsync(B, 1);
        await UntilAsync(() => Task.FromResult(Network.Count("Notify", B) == 1));
        Assert.Equal(0, Network.Count("Notify", C));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task goes_on_when_the_wall_clock_is_set_back()
    {
        var clock = new SetBackClock(Clock);
        await using var node = await ExchangeNode.OpenAsync(Members, C, Network, clock);
        var rest = await node.StepAsync(A);
        await Sender.DecideAsync(C, 1);
        clock.Offset = TimeSpan.FromDays(-400);
        await NextAsync(node, A, rest);
        Assert.Equal(1, (await node.IncomingAsync(A)).Head.Sequence);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            soon.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>A clock whose hands are set while its timers go on.</summary>
    private sealed class SetBackClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }
        public override long TimestampFrequency => inner.TimestampFrequency;
        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;
        public override long GetTimestamp() => inner.GetTimestamp();
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
    }
}
