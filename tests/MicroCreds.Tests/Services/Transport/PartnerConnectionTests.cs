using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using MicroCreds.Services;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>How many connections a partner may use, over TLS: streams of published rules are the calls in progress.</summary>
public sealed class PartnerConnectionTests : IAsyncLifetime
{
    private readonly List<AsyncServerStreamingCall<WatchRulesResponse>> _watches = [];
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        await _node.Institution.PublishAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var watch in _watches) watch.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task a_partner_calls_on_as_many_connections_as_its_share_and_on_no_more()
    {
        for (var i = 0; i < TransportLimits.MaxConnectionsPerPartner; i++) await WatchAsync(TestConsortium.Voluntariado);
        var refusal = await RpcRefusal.Expect(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", ["limit", "limit_value"], () => WatchAsync(TestConsortium.Voluntariado));
        Assert.Equal(("connections", "4", TimeSpan.FromSeconds(1)), (refusal["limit"], refusal["limit_value"], refusal.RetryAfter));
        // Another partner has a share of its own, and so has a member of staff who knows no limit but the port's.
        await WatchAsync(TestConsortium.Outsider);
    }

    [Fact]
    public async Task a_connection_without_a_call_in_progress_makes_room()
    {
        for (var i = 0; i < 3 * TransportLimits.MaxConnectionsPerPartner; i++)
        {
            var echo = await new MemberService.MemberServiceClient(_node.Partner(TestConsortium.Voluntariado)).EchoAsync(new() { Message = $"{i}" });
            Assert.Equal($"{i}", echo.Message);
        }

        for (var i = 0; i < TransportLimits.MaxConnectionsPerPartner; i++) await WatchAsync(TestConsortium.Voluntariado);
    }

    [Fact]
    public async Task a_connection_that_was_told_to_go_calls_again_on_a_new_one()
    {
        var callers = Enumerable.Range(0, TransportLimits.MaxConnectionsPerPartner + 2).Select(_ => new MemberService.MemberServiceClient(_node.Partner(TestConsortium.Voluntariado))).ToArray();
        for (var round = 0; round < 5; round++)
            foreach (var caller in callers) Assert.Equal("partner", (await caller.EchoAsync(new())).CallerKind);
    }

    private async Task WatchAsync(OrganisationId partner)
    {
        var watch = new EquivalenceService.EquivalenceServiceClient(_node.Partner(partner)).WatchRules(new());
        _watches.Add(watch);
        Assert.True(await watch.ResponseStream.MoveNext());
    }
}
