using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>Two institutions and the network between them; the first one decides.</summary>
public abstract class TwoNodes : IAsyncLifetime
{
    protected static readonly OrganisationId A = OrganisationId.Parse("uni-a.example");
    protected static readonly OrganisationId B = OrganisationId.Parse("uni-b.example");
    protected static readonly OrganisationId C = OrganisationId.Parse("uni-c.example");

    private protected TestClock Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
    private protected ExchangeMembers Members { get; private set; } = null!;
    private protected BadNetwork Network { get; private set; } = null!;
    private protected ExchangeNode Sender { get; private set; } = null!;
    private protected ExchangeNode Receiver { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Members = new ExchangeMembers(Clock.GetUtcNow(), A, B, C);
        Network = new BadNetwork(Clock);
        Sender = await ExchangeNode.OpenAsync(Members, A, Network, Clock);
        Receiver = await ExchangeNode.OpenAsync(Members, B, Network, Clock);
    }

    public async Task DisposeAsync()
    {
        await Sender.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    /// <summary>Lets the time pass that a pair would rest, and runs its next round.</summary>
    private protected async Task<TimeSpan> NextAsync(ExchangeNode node, OrganisationId partner, TimeSpan rest)
    {
        Clock.Advance(rest);
        return await node.StepAsync(partner);
    }

    /// <summary>Both sides hold the same stream, and its receipt byte for byte.</summary>
    private protected async Task AssertDeliveredAsync(int count)
    {
        var (sent, incoming, outgoing) = (await Sender.SentAsync(B), await Receiver.IncomingAsync(A), await Sender.OutgoingAsync(B));
        Assert.Equal(count, sent.Length);
        Assert.Equal(outgoing.Head, incoming.Head);
        Assert.Equal(outgoing.Head, outgoing.Acknowledged);
        Assert.Equal(incoming.Receipt, outgoing.Receipt);
        Assert.Null(outgoing.OldestUnacknowledgedAt);
    }

    /// <summary>Answers the faults of calls of one method in turn, and none after them.</summary>
    private protected void Script(string method, params NetworkFault?[] faults)
    {
        var queue = new Queue<NetworkFault?>(faults);
        Network.Faults = call => call.Method == method && queue.TryDequeue(out var fault) ? fault : null;
    }
}
